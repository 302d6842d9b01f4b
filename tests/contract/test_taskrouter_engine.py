"""How TaskRouter offers tasks, through the official client: targets, timeouts, skips, priorities, capacity, answers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.flex_kit import Flex, receiver, refusal
from twilio_emulator.testing import Emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file; every test begins with a reset."""
    with Emulator() as started:
        yield started


@pytest.fixture
def flex(emulator: Emulator) -> Flex:
    """A fresh Flex-like account with two available workers, ann and bob."""
    return Flex(emulator)


def new_task(flex: Flex, workflow_sid: str | None = None, **given: Any) -> str:
    """A task with these attributes through a workflow; its SID."""
    attributes = given.pop("attributes", {})
    made = flex.workspace.tasks.create(
        attributes=json.dumps(attributes), workflow_sid=workflow_sid or flex.account["workflowSid"], **given
    )
    return str(made.sid)


def offered_to(flex: Flex, task_sid: str) -> list[str]:
    """Names of the workers who have an open offer of the task."""
    names = {sid: name for name, sid in flex.workers.items()}
    return [names[offer["worker_sid"]] for offer in flex.offers(taskSid=task_sid, status="pending")]


def known(queue: str, **more: Any) -> dict[str, Any]:
    """A target for the worker whom the task names, two minutes long."""
    return {"queue": queue, "known_worker_sid": "task.worker", "timeout": 120, **more}


def through(*targets: dict[str, Any], default: str | None = None) -> dict[str, Any]:
    """Rules that send every task through these targets."""
    rules: dict[str, Any] = {"filters": [{"expression": "1==1", "targets": list(targets)}]}
    return {**rules, "default_filter": {"queue": default}} if default else rules


def test_a_task_is_reserved_assigned_wrapped_and_completed(flex: Flex) -> None:
    """The life of a task and its reservation."""
    task_sid = new_task(flex)
    assert flex.status(task_sid) == "reserved"
    offer = flex.answer(task_sid, "accept")
    assert flex.status(task_sid) == "assigned"
    task = flex.workspace.tasks(task_sid)
    assert task.update(assignment_status="wrapping", reason="done").assignment_status == "wrapping"
    assert task.reservations(offer["sid"]).fetch().reservation_status == "wrapping"
    done = task.update(assignment_status="completed")
    assert (done.assignment_status, done.reason) == ("completed", "done")
    worker = flex.workspace.workers(offer["worker_sid"])
    assert worker.reservations(offer["sid"]).fetch().reservation_status == "completed"


def test_what_a_state_does_not_allow_is_refused(flex: Flex) -> None:
    """Complete only what is assigned, cancel only what is not, accept only what is offered."""
    task_sid = new_task(flex)
    task = flex.workspace.tasks(task_sid)
    assert refusal(task.update, assignment_status="completed") == (400, 20001)
    offer = flex.answer(task_sid, "accept")
    assert refusal(task.update, assignment_status="canceled") == (400, 20001)
    assert refusal(task.reservations(offer["sid"]).update, reservation_status="accepted") == (400, 20001)
    assert refusal(task.update, assignment_status="reserved") == (400, 20001)


def test_attributes_are_an_object_of_at_most_4096_characters(flex: Flex) -> None:
    """Counted in characters; one more is refused."""
    create = flex.workspace.tasks.create
    fits = json.dumps({"a": "x" * (4096 - len('{"a": ""}'))})
    assert len(fits) == 4096
    assert create(attributes=fits, workflow_sid=flex.account["workflowSid"]).attributes == fits
    assert refusal(create, attributes=fits[:-2] + 'x"}', workflow_sid=flex.account["workflowSid"]) == (400, 20001)
    assert refusal(create, attributes="[]", workflow_sid=flex.account["workflowSid"]) == (400, 20001)
    assert refusal(create, attributes="{", workflow_sid=flex.account["workflowSid"]) == (400, 20001)


def test_the_known_worker_comes_first_and_the_queue_after_the_timeout(flex: Flex) -> None:
    """Offline, the known worker is waited for; then a colleague of the queue gets the task."""
    workflow_sid = flex.workflow(through(known(flex.everyone), {"queue": flex.everyone}))
    attributes = {"worker": flex.workers["bob"]}
    first = new_task(flex, workflow_sid, attributes=attributes)
    assert offered_to(flex, first) == ["bob"]
    flex.answer(first, "accept")
    flex.available("bob", available=False)
    task_sid = new_task(flex, workflow_sid, attributes=attributes)
    assert (flex.status(task_sid), offered_to(flex, task_sid)) == ("pending", [])
    flex.advance(119)
    assert flex.status(task_sid) == "pending"
    flex.advance(2)
    assert offered_to(flex, task_sid) == ["ann"]


def test_a_known_worker_who_comes_back_in_time_gets_the_task(flex: Flex) -> None:
    """While the task waits in that target."""
    workflow_sid = flex.workflow(through(known(flex.everyone), {"queue": flex.everyone}))
    flex.available("bob", available=False)
    task_sid = new_task(flex, workflow_sid, attributes={"worker": flex.workers["bob"]})
    flex.advance(60)
    flex.available("bob", available=True)
    assert offered_to(flex, task_sid) == ["bob"]


@pytest.mark.parametrize("worker", ["WK" + "0" * 32, None], ids=["unknown", "missing"])
def test_a_known_worker_who_does_not_exist_is_waited_for_unless_skipped(flex: Flex, worker: str | None) -> None:
    """The whole timeout, or with skip_if 1==1 not at all."""
    attributes = {"worker": worker} if worker else {}
    waits = flex.workflow(through(known(flex.everyone), {"queue": flex.everyone}), name="waits")
    skips = flex.workflow(through(known(flex.everyone, skip_if="1==1"), {"queue": flex.everyone}), name="skips")
    assert offered_to(flex, new_task(flex, waits, attributes=attributes)) == []
    assert offered_to(flex, new_task(flex, skips, attributes=attributes)) == ["ann"]


def test_workers_available_counts_the_queue_not_the_known_worker(flex: Flex) -> None:
    """Why `1==1` is the way to skip: a colleague's presence keeps `workers.available == 0` from skipping."""
    target = known(flex.everyone, skip_if="workers.available == 0")
    workflow_sid = flex.workflow(through(target, {"queue": flex.everyone}))
    flex.available("bob", available=False)
    assert offered_to(flex, new_task(flex, workflow_sid, attributes={"worker": flex.workers["bob"]})) == []
    flex.available("ann", available=False)
    task_sid = new_task(flex, workflow_sid, attributes={"worker": flex.workers["bob"]})
    flex.available("ann", available=True)
    assert flex.workspace.tasks(task_sid).fetch().assignment_status == "reserved"


def test_what_matches_no_filter_goes_to_the_default_filter(flex: Flex) -> None:
    """And is cancelled where there is none."""
    queue = flex.workspace.task_queues.create(friendly_name="Billing", target_workers="1==1").sid
    rules = {"filters": [{"expression": "topic == 'billing'", "targets": [{"queue": queue}]}]}
    with_default = flex.workflow({**rules, "default_filter": {"queue": flex.everyone}}, name="default")
    without = flex.workflow(rules, name="none")
    task = flex.workspace.tasks
    assert task(new_task(flex, with_default, attributes={"topic": "billing"})).fetch().task_queue_sid == queue
    assert task(new_task(flex, with_default)).fetch().task_queue_friendly_name == "Everyone"
    assert flex.status(new_task(flex, without)) == "canceled"


def test_the_end_of_the_way_cancels_with_both_events(flex: Flex) -> None:
    """workflow.timeout and task.canceled, in the order of the switch."""
    flex.available("ann", available=False)
    flex.available("bob", available=False)
    workflow_sid = flex.workflow(through({"queue": flex.everyone, "timeout": 30}, default=flex.everyone))
    for order, names in (
        ("timeout_first", ["workflow.timeout", "task.canceled"]),
        ("canceled_first", ["task.canceled", "workflow.timeout"]),
    ):
        flex.emulator.control("POST", "/switches", {"terminal_events_order": order})
        task_sid = new_task(flex, workflow_sid)
        flex.advance(31)
        assert flex.status(task_sid) == "canceled"
        newest_first = [event.event_type for event in flex.workspace.events.list(task_sid=task_sid)][:2]
        assert newest_first[::-1] == names


def test_timeouts_of_targets_add_up_from_the_creation(flex: Flex) -> None:
    """The second target ends 20 s after the creation, however early the task came into it."""
    flex.available("ann", available=False)
    flex.available("bob", available=False)
    first, second = {"queue": flex.everyone, "timeout": 10, "skip_if": "1==1"}, {"queue": flex.everyone, "timeout": 10}
    task_sid = new_task(flex, flex.workflow(through(first, second)))
    flex.advance(19)
    assert flex.status(task_sid) == "pending"
    flex.advance(2)
    assert flex.status(task_sid) == "canceled"


def test_an_unassigned_task_ends_with_its_own_timeout(flex: Flex) -> None:
    """24 hours unless said otherwise; an open offer is cancelled with it; later the task is gone."""
    workflow_sid = flex.workflow(through({"queue": flex.everyone}), reservation_timeout=3600)
    assert flex.workspace.tasks(new_task(flex, workflow_sid)).fetch().timeout == 86_400
    task_sid = new_task(flex, workflow_sid, timeout=600)
    flex.advance(601)
    task = flex.workspace.tasks(task_sid).fetch()
    assert (task.assignment_status, task.reason) == ("canceled", "Task TTL Exceeded")
    assert [offer["reservation_status"] for offer in flex.offers(taskSid=task_sid)] == ["canceled"]
    flex.advance(301)
    assert refusal(flex.workspace.tasks(task_sid).fetch) == (404, 20404)


def test_the_longest_timeout_is_two_weeks(flex: Flex) -> None:
    """1,209,600 s and not one more."""
    create, own = flex.workspace.tasks.create, flex.account["workflowSid"]
    assert create(timeout=1_209_600, workflow_sid=own).timeout == 1_209_600
    assert refusal(create, timeout=1_209_601, workflow_sid=own) == (400, 20001)


def test_a_declined_offer_goes_to_a_colleague_and_then_back(flex: Flex) -> None:
    """In the last target the task is offered again, up to ten times."""
    task_sid = new_task(flex)
    first = offered_to(flex, task_sid)
    flex.answer(task_sid, "decline")
    second = offered_to(flex, task_sid)
    assert {*first, *second} == {"ann", "bob"}
    for _ in range(8):
        flex.answer(task_sid, "decline")
        assert flex.status(task_sid) == "reserved"
    flex.answer(task_sid, "decline")
    assert flex.status(task_sid) == "canceled"


def test_a_known_worker_who_declines_is_not_asked_again(flex: Flex) -> None:
    """Nobody else fits that target, so the task goes on to the queue at once, colleagues first there too."""
    workflow_sid = flex.workflow(through(known(flex.everyone), {"queue": flex.everyone}))
    task_sid = new_task(flex, workflow_sid, attributes={"worker": flex.workers["bob"]})
    flex.answer(task_sid, "decline")
    assert flex.workspace.tasks(task_sid).fetch().assignment_status == "reserved"
    assert len(flex.offers(taskSid=task_sid)) == 2


def test_an_offer_that_nobody_answers_times_out_and_takes_its_worker_offline(flex: Flex) -> None:
    """The workflow's reservation timeout; the worker goes to the workspace's timeout activity."""
    task_sid = new_task(flex, flex.workflow(through({"queue": flex.everyone}), reservation_timeout=30))
    first = offered_to(flex, task_sid)[0]
    flex.advance(31)
    assert offered_to(flex, task_sid) != [first]
    assert flex.workspace.workers(flex.workers[first]).fetch().activity_name == "Offline"
    assert [offer["reservation_status"] for offer in flex.offers(taskSid=task_sid)] == ["timeout", "pending"]


def test_capacity_counts_per_task_channel(flex: Flex) -> None:
    """One chat and one e-mail fit at the default capacity of 1; a second chat waits until room is made."""
    flex.available("bob", available=False)
    chat, email = new_task(flex, task_channel="chat"), new_task(flex, task_channel="email")
    waiting = new_task(flex, task_channel="chat")
    assert [offered_to(flex, sid) for sid in (chat, email, waiting)] == [["ann"], ["ann"], []]
    ann = flex.workspace.workers(flex.workers["ann"])
    chats = ann.worker_channels("chat")
    assert (chats.fetch().assigned_tasks, chats.fetch().available_capacity_percentage) == (1, 0)
    assert chats.update(capacity=2).configured_capacity == 2
    assert offered_to(flex, waiting) == ["ann"]


def test_a_completed_task_makes_room(flex: Flex) -> None:
    """The next one is offered at once."""
    flex.available("bob", available=False)
    first, second = new_task(flex), new_task(flex)
    flex.answer(first, "accept")
    assert offered_to(flex, second) == []
    flex.answer(first, "complete")
    assert offered_to(flex, second) == ["ann"]


def test_higher_priority_and_then_age_decide_who_is_next(flex: Flex) -> None:
    """A target's priority wins over the task's own."""
    flex.available("ann", available=False)
    flex.available("bob", available=False)
    urgent = flex.workflow(through({"queue": flex.everyone, "priority": 50}))
    old, important, escalated = new_task(flex), new_task(flex, priority=10), new_task(flex, urgent, priority=1)
    assert flex.workspace.tasks(escalated).fetch().priority == 50
    flex.available("ann", available=True)
    served = []
    for _ in range(3):
        sid = next(sid for sid in (old, important, escalated) if offered_to(flex, sid))
        served.append(sid)
        flex.answer(sid, "accept")
        flex.answer(sid, "complete")
    assert served == [escalated, important, old]


def test_order_by_ranks_workers(flex: Flex) -> None:
    """The highest level first; without it, the longest idle."""
    for name, level in (("ann", 1), ("bob", 9)):
        flex.workspace.workers(flex.workers[name]).update(attributes=json.dumps({"level": level}))
    workflow_sid = flex.workflow(through({"queue": flex.everyone, "order_by": "worker.level DESC"}))
    assert offered_to(flex, new_task(flex, workflow_sid)) == ["bob"]


def test_several_workers_may_be_asked_and_the_first_gets_it(flex: Flex) -> None:
    """max_reserved_workers; the other offers are rescinded."""
    flex.workspace.task_queues(flex.everyone).update(max_reserved_workers=2)
    task_sid = new_task(flex)
    assert sorted(offered_to(flex, task_sid)) == ["ann", "bob"]
    flex.answer(task_sid, "accept")
    assert sorted(o["reservation_status"] for o in flex.offers(taskSid=task_sid)) == ["accepted", "rescinded"]


def test_a_task_may_be_sent_to_one_worker_or_one_queue(flex: Flex) -> None:
    """routing_target: the worker gets it without regard to availability, unless capacity is to be heeded."""
    flex.available("bob", available=False)
    tasks = flex.workspace.tasks
    bob = flex.workers["bob"]
    assert offered_to(flex, tasks.create(routing_target=bob).sid) == ["bob"]
    assert offered_to(flex, tasks.create(routing_target=bob, ignore_capacity="false").sid) == []
    assert tasks.create(routing_target=flex.everyone).fetch().task_queue_sid == flex.everyone


def test_a_task_changes_only_under_the_version_that_was_seen(flex: Flex) -> None:
    """If-Match with the ETag of the fetch; another version answers 412."""
    task = flex.workspace.tasks(new_task(flex))
    assert refusal(task.update, attributes="{}", if_match='"99"')[0] == 412
    assert task.update(attributes='{"a": 1}', if_match=None).attributes == '{"a": 1}'


def test_tasks_are_found_by_their_attributes(flex: Flex) -> None:
    """EvaluateTaskAttributes with a TaskRouter expression."""
    wanted = new_task(flex, attributes={"flexpark": {"unparkId": "u1"}})
    new_task(flex, attributes={"flexpark": {"unparkId": "u2"}})
    found = flex.workspace.tasks.list(evaluate_task_attributes="flexpark.unparkId == 'u1'")
    assert [task.sid for task in found] == [wanted]


def test_an_assigned_task_is_deleted_after_a_day(flex: Flex) -> None:
    """As Twilio's system does; the worker is free again."""
    task_sid = new_task(flex)
    flex.answer(task_sid, "accept")
    flex.advance(86_401)
    assert refusal(flex.workspace.tasks(task_sid).fetch) == (404, 20404)


def test_events_reach_the_workspaces_callback_as_signed_forms(flex: Flex) -> None:
    """Only those of the filter; the body names task, queue and worker."""
    with receiver() as seen:
        flex.workspace.update(event_callback_url=seen.url, events_filter="task.created,reservation.accepted")
        task_sid = new_task(flex, attributes={"a": 1})
        flex.answer(task_sid, "accept")
        flex.emulator.control("GET", "/idle")
    assert [form["EventType"] for form in seen.forms] == ["task.created", "reservation.accepted"]
    assert seen.forms[1]["TaskSid"] == task_sid
    assert seen.forms[1]["TaskQueueSid"] == flex.everyone
    assert seen.forms[1]["WorkerSid"] in flex.workers.values()
    assert all(seen.signatures)
