"""What wakes a parked conversation and what does not, and what the new task takes over from the old one."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from flexpark.cli.demo.actors import Opened, Work, wait_for_offer
from tests.scenario.floor import Floor

# Calls of a park, each with what is held there while the customer writes.
MOMENTS = {
    "before there is a record": ("sync.twilio.com", "/Documents$"),
    "before there is a webhook": ("conversations.twilio.com", "/Webhooks$"),
    "before the agent has left": ("flex-api.twilio.com", "/Participants/"),
}


def workspace(floor: Floor) -> str:
    """The address of the workspace."""
    return f"taskrouter.twilio.com/v1/Workspaces/{floor.rehearsal.account['workspaceSid']}"


@pytest.mark.parametrize("author", ["the agent", "a colleague", "bot", "system", "FW" + "0" * 32, ""])
def test_only_a_customers_message_wakes(floor: Floor, author: str) -> None:
    """Agents, bots, flows and the system may write as they like; the next message of the customer makes one task."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    names = {"the agent": floor.ada.name, "a colleague": floor.ben.name}
    floor.api_message(opened, author=names.get(author, author))
    floor.rehearsal.control("GET", "idle")
    assert floor.live_tasks(opened) == []
    assert len(floor.webhooks(opened)) == 1
    assert floor.repaired(opened) == []
    customer.writes(opened, "Hello?")
    assert len(floor.live_tasks(opened)) == 1


@pytest.mark.parametrize(("host", "path"), MOMENTS.values(), ids=MOMENTS.keys())
def test_a_message_that_races_the_park_wakes_it(floor: Floor, host: str, path: str) -> None:
    """Whenever it comes: the park says that it was woken, and there is one new task."""
    customer, opened, work = floor.accepted(floor.ada, "support")
    control = floor.rehearsal.control
    hold = {"host": host, "method": "POST", "path": path, "action": "hold", "hang_seconds": 5}
    control("POST", "faults", hold)
    with ThreadPoolExecutor(1) as threads:
        parking = threads.submit(floor.ada.parks, opened, work)
        floor.until(lambda: control("GET", "faults")["faults"][0]["hits"] == 1)
        message = {"conversationSid": opened.conversation, "author": customer.address, "body": "One more thing"}
        control("POST", "customer-message", message)
        control("POST", "faults/release")
        status, body = parking.result()
    control("DELETE", "faults")
    assert (status, body["status"]) == (200, "parked")
    floor.ada.goes(available=False)
    control("GET", "idle")
    live = [task for task in floor.live_tasks(opened) if task["sid"] != work.task]
    assert len(live) == 1
    assert floor.webhooks(opened) == []


def test_priority_time_out_and_task_channel_come_from_the_task(floor: Floor) -> None:
    """Whoever raised the priority meant the work, not the one task; the time-out is the setting's."""
    customer, opened, work = floor.accepted(floor.ada, "support")
    floor.rehearsal.api("POST", f"{workspace(floor)}/Tasks/{work.task}", Priority="7")
    before = floor.task_of(work)
    floor.ada.parks(opened, work)
    floor.ada.goes(available=False)
    customer.writes(opened, "Hello?")
    [after] = floor.live_tasks(opened)
    for name in ("priority", "task_channel_sid", "task_channel_unique_name", "workspace_sid"):
        assert after[name] == before[name], name
    assert (after["priority"], after["task_channel_unique_name"], after["timeout"]) == (7, "chat", 86_400)
    assert after["workflow_sid"] == floor.rehearsal.outputs_now()["workflowSid"]


def test_a_conversation_is_parked_again_and_again(floor: Floor) -> None:
    """Each time one webhook and one task, and attributes that do not grow: originalRouting is never nested."""
    customer, opened, work = floor.parked(floor.ada)
    lengths = []
    for n in range(3):
        customer.writes(opened, f"Hello {n}?")
        [task] = floor.live_tasks(opened)
        attributes = json.loads(str(task["attributes"]))
        lengths.append(len(str(task["attributes"])))
        assert sorted(attributes["originalRouting"]) == ["queueName", "queueSid", "workerSid"]
        wait_for_offer(floor.ada)
        work = floor.ada.accepts()
        status, body = floor.ada.parks(opened, work)
        assert (status, body["status"]) == (200, "parked"), body
        assert len(floor.webhooks(opened)) == 1
        assert floor.listed(floor.ada) == [opened.conversation]
    assert len(set(lengths)) == 1
    assert floor.live_tasks(opened) == []


def by_supervisor(floor: Floor) -> tuple[Opened, Work, Callable[..., tuple[int, dict[str, object]]]]:
    """A parked conversation of Ada's, and how a supervisor calls functions."""
    _, opened, work = floor.parked(floor.ada)
    boss = floor.hired("boss", "support", roles=("supervisor",))
    return opened, work, boss.calls


def test_a_supervisor_resumes_for_whom_they_name(floor: Floor) -> None:
    """The task is offered to that worker; another queue may be named as well."""
    opened, _, calls = by_supervisor(floor)
    floor.ben.goes(available=True)
    queue = str(floor.record(opened)["routing"]["queueSid"])  # type: ignore[index]
    status, body = calls("unpark", conversationSid=opened.conversation, workerSid=floor.ben.sid, queueSid=queue)
    assert (status, body["status"]) == (200, "invited")
    wait_for_offer(floor.ben)
    assert floor.ada.offers() == []


def test_a_supervisor_sees_an_agents_list(floor: Floor) -> None:
    """Agents see their own, whatever they ask for."""
    opened, _, calls = by_supervisor(floor)
    items = calls("parked", workerSid=floor.ada.sid)[1]["items"]
    assert isinstance(items, list)
    assert [item["conversationSid"] for item in items] == [opened.conversation]
    assert floor.ben.calls("parked", workerSid=floor.ada.sid)[0] == 403
    assert floor.listed(floor.ben) == []
