"""Tasks that end before anybody takes them, told by Event Streams to the deployed function."""

import json
import time

import pytest

from tests.scenario.floor import Floor


@pytest.mark.parametrize("order", ["timeout_first", "canceled_first"])
def test_a_timed_out_task_is_invited_again_once(floor: Floor, order: str) -> None:
    """One time-out gives two events, in either order; they make one new task."""
    floor.rehearsal.control("POST", "switches", {"terminal_events_order": order})
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    customer.writes(opened, "Hello?")
    [first] = floor.live_tasks(opened)
    floor.rehearsal.control("POST", "clock", {"advance": 86_401})
    [second] = floor.until_one_task_but(opened, first)
    assert json.loads(str(second["attributes"]))["originalRouting"]["workerSid"] == floor.ada.sid
    time.sleep(0.5)
    assert len(floor.live_tasks(opened)) == 1


def test_a_cancelled_resume_goes_through_the_workflow(floor: Floor) -> None:
    """The task for one worker is cancelled; the next one names no worker and comes to a colleague in the end."""
    _, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    assert floor.ada.resumes(opened)[1]["status"] == "invited"
    [first] = floor.live_tasks(opened)
    floor.cancel(first)
    [second] = floor.until_one_task_but(opened, first)
    assert second["workflow_sid"] == floor.rehearsal.outputs_now()["workflowSid"]
    assert floor.webhooks(opened) == []


def test_a_deleted_task_is_invited_again(floor: Floor) -> None:
    """TaskRouter no longer has the task; nobody was in the channel for it."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    customer.writes(opened, "Hello?")
    [first] = floor.live_tasks(opened)
    workspace = floor.rehearsal.account["workspaceSid"]
    floor.rehearsal.api("DELETE", f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{first['sid']}")
    assert len(floor.until_one_task_but(opened, first)) == 1


def test_a_task_that_nobody_takes_is_parked_again_in_the_end(floor: Floor) -> None:
    """After two more invites (the default); then a new message of the customer makes a task again."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    customer.writes(opened, "Hello?")
    [task] = floor.live_tasks(opened)
    for _ in range(2):
        floor.cancel(task)
        [task] = floor.until_one_task_but(opened, task)
    floor.cancel(task)
    floor.until(lambda: len(floor.webhooks(opened)) == 1 and opened.conversation in floor.listed(floor.ada))
    assert floor.live_tasks(opened) == []
    customer.writes(opened, "Still there?")
    assert len(floor.live_tasks(opened)) == 1
