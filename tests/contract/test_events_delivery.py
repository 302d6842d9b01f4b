"""How events reach a sink: CloudEvents in signed arrays, at least once, again where they were refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from twilio.request_validator import RequestValidator

from tests.contract.events_kit import Sink, webhook_sink
from tests.contract.flex_kit import CUSTOMER, Flex
from tests.contract.serverless_kit import new_site
from twilio_emulator.testing import Emulator

TASK = "com.twilio.taskrouter.task"
ADDED = "com.twilio.conversations.message.added"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file; every test begins with a reset."""
    with Emulator() as started:
        yield started


@pytest.fixture
def flex(emulator: Emulator) -> Flex:
    """A fresh Flex-like account with two workers."""
    return Flex(emulator)


@pytest.fixture
def seen() -> Iterator[Sink]:
    """Something that takes events."""
    with webhook_sink() as started:
        yield started


def stream(flex: Flex, url: str, *types: str) -> str:
    """Sends events of these types there; the subscription's SID."""
    events = flex.client.events.v1
    configuration = {"destination": url, "method": "POST"}
    sink = events.sinks.create(description="test", sink_configuration=configuration, sink_type="webhook")
    wanted = [{"type": name} for name in types]
    return str(events.subscriptions.create(description="test", sink_sid=sink.sid, types=wanted).sid)


def switch(flex: Flex, **values: object) -> None:
    """Sets switches; a reset puts them back."""
    flex.emulator.control("POST", "/switches", values)


def idle(flex: Flex) -> None:
    """Waits until all has been delivered."""
    flex.emulator.control("GET", "/idle")


def new_task(flex: Flex, **given: object) -> str:
    """A task by the account's own workflow."""
    made = flex.workspace.tasks.create(workflow_sid=flex.account["workflowSid"], **given)
    return str(made.sid)


def test_a_task_event_is_a_cloud_event(flex: Flex, seen: Sink) -> None:
    """What handlers read is data.payload, its task attributes JSON in a text."""
    stream(flex, seen.url, f"{TASK}.canceled")
    attributes = json.dumps({"flexpark": {"unparkId": "u1"}})
    sid = new_task(flex, attributes=attributes)
    flex.workspace.tasks(sid).update(assignment_status="canceled", reason="hangup")
    idle(flex)
    (event,) = seen.events
    assert (event["specversion"], event["type"]) == ("1.0", f"{TASK}.canceled")
    assert event["dataschema"] == "https://events-schemas.twilio.com/TaskRouter.WDSEvent/4"
    assert event["datacontenttype"] == "application/json"
    assert event["id"].startswith("EZ")
    assert event["time"].endswith("Z")
    payload = event["data"]["payload"]
    expected = {
        "eventtype": "task.canceled",
        "workspace_sid": flex.account["workspaceSid"],
        "task_sid": sid,
        "task_attributes": attributes,
        "task_assignment_status": "canceled",
        "task_canceled_reason": "hangup",
    }
    assert expected.items() <= payload.items()
    assert "task_completed_reason" not in payload


def test_the_signature_covers_the_body_by_its_hash(flex: Flex, seen: Sink) -> None:
    """As Twilio's own validator checks it."""
    stream(flex, f"{seen.url}?a=1", f"{TASK}.created")
    new_task(flex)
    idle(flex)
    (target,) = seen.targets
    assert parse_qs(urlsplit(target).query).keys() == {"a", "bodySHA256"}
    url = seen.url.removesuffix("/events") + target
    validator = RequestValidator(flex.emulator.auth_token)
    assert validator.validate(url, seen.bodies[0], seen.signatures[0])
    assert not validator.validate(url, seen.bodies[0] + " ", seen.signatures[0])


def test_a_message_event_tells_who_wrote_what_where(flex: Flex, seen: Sink) -> None:
    """Whoever wrote, also by REST without webhooks; nobody waits for its delivery, and it comes in any order."""
    stream(flex, seen.url, ADDED)
    sid = flex.conversation()
    assert flex.customer_says(sid, "Anybody there?") == []
    flex.client.conversations.v1.conversations(sid).messages.create(author="ann", body="Yes")
    idle(flex)
    told = [(event["data"]["Index"], event["data"]["Author"], event["data"]["MessageBody"]) for event in seen.events]
    assert sorted(told) == [(0, CUSTOMER, "Hello"), (1, CUSTOMER, "Anybody there?"), (2, "ann", "Yes")]
    assert {event["data"]["ConversationSid"] for event in seen.events} == {sid}


def test_only_what_is_subscribed_to_comes_from_the_whole_account(flex: Flex, seen: Sink) -> None:
    """All workspaces of the account; one array for what happened at once."""
    stream(flex, seen.url, f"{TASK}.canceled", "com.twilio.taskrouter.workflow.timeout")
    rules = {"filters": [], "default_filter": {"queue": flex.everyone}}
    workflow = flex.workflow(rules)
    flex.workspace.tasks.create(workflow_sid=workflow, timeout=60)
    flex.available("ann", available=False)
    flex.available("bob", available=False)
    other = flex.client.taskrouter.v1.workspaces(flex.client.taskrouter.v1.workspaces.create(friendly_name="other").sid)
    queue = other.task_queues.create(friendly_name="q", target_workers="1==1")
    other.workflows.create(
        friendly_name="w",
        configuration=json.dumps({"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}}),
    )
    task = other.tasks.create()
    other.tasks(task.sid).update(assignment_status="canceled", reason="test")
    idle(flex)
    assert seen.types == ["taskrouter.task.canceled"]
    assert seen.events[0]["data"]["payload"]["workspace_sid"] == task.workspace_sid


def test_a_task_that_the_system_deletes_is_told(flex: Flex, seen: Sink) -> None:
    """After a day in which nobody completed it."""
    stream(flex, seen.url, f"{TASK}.system-deleted", "com.twilio.taskrouter.reservation.accepted")
    sid = new_task(flex)
    flex.answer(sid, "accept")
    flex.advance(86_401)
    idle(flex)
    assert sorted(seen.types) == ["taskrouter.reservation.accepted", "taskrouter.task.system-deleted"]


def test_a_refused_event_comes_again(flex: Flex, seen: Sink) -> None:
    """After 5, 10, 20 seconds of the clock, with the same id, until it is taken."""
    seen.answers = [503, 500, 429]
    stream(flex, seen.url, f"{TASK}.created")
    new_task(flex)
    idle(flex)
    counts = [len(seen.events)]
    for seconds in (4, 2, 11, 21, 3600):
        flex.advance(seconds)
        counts.append(len(seen.events))
    assert counts == [1, 1, 2, 3, 4, 4]
    assert len({event["id"] for event in seen.events}) == 1


def test_nobody_there_is_no_end_for_four_hours(flex: Flex, seen: Sink) -> None:
    """Then an event is given up."""
    seen.answers = [503] * 100
    stream(flex, seen.url, f"{TASK}.created")
    new_task(flex)
    flex.advance(3 * 3600)
    tried = len(seen.events)
    assert 15 < tried < 40
    flex.advance(2 * 3600)
    given_up = len(seen.events)
    assert given_up > tried
    flex.advance(6 * 3600)
    assert len(seen.events) == given_up


@pytest.mark.parametrize(("again", "times"), [(False, 1), (True, 2)])
def test_whether_4xx_is_final(flex: Flex, seen: Sink, again: bool, times: int) -> None:
    """As documented it is; a switch makes it come again."""
    switch(flex, events_retry_4xx=again)
    seen.answers = [403]
    stream(flex, seen.url, f"{TASK}.created")
    new_task(flex)
    idle(flex)
    flex.advance(60)
    assert len(seen.events) == times


@pytest.mark.parametrize(
    ("order", "expected"), [("kept", ["created", "canceled"]), ("reversed", ["canceled", "created"])]
)
def test_the_order_is_not_promised(flex: Flex, seen: Sink, order: str, expected: list[str]) -> None:
    """A switch turns it round within what is gathered for one array."""
    switch(flex, events_order=order, events_gathered_ms=5000)
    stream(flex, seen.url, f"{TASK}.created", f"{TASK}.canceled")
    sid = new_task(flex)
    flex.workspace.tasks(sid).update(assignment_status="canceled", reason="test")
    idle(flex)
    assert seen.events == []
    flex.advance(6)
    assert seen.types == [f"taskrouter.task.{name}" for name in expected]
    assert len(seen.arrays) == 1


def test_an_event_may_come_twice(flex: Flex, seen: Sink) -> None:
    """Though it was taken the first time."""
    switch(flex, events_delivered_twice=True)
    stream(flex, seen.url, f"{TASK}.created")
    new_task(flex)
    flex.advance(10)
    first, second = seen.events
    assert first == second


def test_a_deleted_subscription_delivers_no_more(flex: Flex, seen: Sink) -> None:
    """What waits for it is dropped."""
    seen.answers = [503]
    sid = stream(flex, seen.url, f"{TASK}.created")
    new_task(flex)
    idle(flex)
    flex.client.events.v1.subscriptions(sid).delete()
    new_task(flex)
    flex.advance(60)
    assert len(seen.events) == 1


def test_batches_can_be_switched_off(flex: Flex, seen: Sink) -> None:
    """`batch_events: false` gives arrays of one."""
    events = flex.client.events.v1
    configuration = {"destination": seen.url, "method": "POST", "batch_events": False}
    sink = events.sinks.create(description="test", sink_configuration=configuration, sink_type="webhook")
    types = [{"type": f"{TASK}.created"}, {"type": "com.twilio.taskrouter.reservation.created"}]
    events.subscriptions.create(description="test", sink_sid=sink.sid, types=types)
    new_task(flex)
    idle(flex)
    assert [len(array) for array in seen.arrays] == [1, 1]


def test_waiting_events_survive_a_restart(tmp_path: Path) -> None:
    """With a state file."""
    with webhook_sink() as seen, Emulator(state=tmp_path / "state.db") as first:
        flex = Flex(first)
        seen.answers = [503]
        stream(flex, seen.url, f"{TASK}.created")
        new_task(flex)
        idle(flex)
        first.stop()
        with Emulator(state=tmp_path / "state.db") as second:
            second.control("POST", "/clock", {"advance": 60})
            assert len(seen.events) == 2


def test_a_protected_function_takes_events(emulator: Emulator, flex: Flex) -> None:
    """The array's entries have numeric keys there; another body under the same signature is refused."""
    source = (
        "exports.handler = async (context, event, callback) => {"
        " const tasks = Object.keys(event).filter((key) => /^\\d+$/.test(key)).map((key) => event[key]);"
        " const sync = context.getTwilioClient().sync.v1.services(event.service).documents;"
        " await sync.create({ data: { types: tasks.map((task) => task.type), sid: tasks[0].data.payload.task_sid } });"
        " return callback(null, {}); };"
    )
    site = new_site(emulator, "events-test", {"/task-events": ("protected", source)})
    service = flex.client.sync.v1.services.create(friendly_name="seen")
    stream(flex, f"https://{site.domain}/task-events?service={service.sid}", f"{TASK}.created")
    sid = new_task(flex)
    idle(flex)
    (document,) = flex.client.sync.v1.services(service.sid).documents.list()
    assert document.data == {"types": [f"{TASK}.created"], "sid": sid}
    delivered = [entry for entry in emulator.control("GET", "/requests")["requests"] if entry["source"] == "webhook"]
    assert [(entry["path"], entry["status"]) for entry in delivered] == [("/task-events", 200)]
