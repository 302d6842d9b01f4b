"""Closing through the deployed function: what becomes of the tasks, the conversation and what is ours."""

import pytest

from tests.scenario.floor import Floor


@pytest.mark.parametrize(("routing", "task"), [({"routingStatus": "closed"}, "completed"), ({}, "wrapping")])
def test_an_agent_closes_the_conversation_at_hand(floor: Floor, routing: dict[str, str], task: str) -> None:
    """With a routing status the task is completed, without one it goes to wrap-up; the conversation is closed."""
    _, opened, work = floor.accepted(floor.ada, "support")
    status, body = floor.ada.calls(
        "close", conversationSid=opened.conversation, taskSid=work.task, status="closed", **routing
    )
    assert (status, body["status"]) == (200, "closed")
    assert floor.task_of(work)["assignment_status"] == task
    conversation = floor.rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}")
    assert conversation["state"] == "closed"


@pytest.mark.parametrize(("status", "state"), [("closed", "closed"), ("inactive", "inactive")])
def test_a_parked_conversation_is_closed_by_who_parked_it(floor: Floor, status: str, state: str) -> None:
    """No webhook and no list entry is left, and repeating it is safe."""
    _, opened, _ = floor.parked(floor.ada)
    asked = {"conversationSid": opened.conversation, "status": status, "routingStatus": "closed"}
    assert floor.ada.calls("close", **asked)[1]["status"] == status
    conversation = floor.rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}")
    assert conversation["state"] == state
    assert floor.webhooks(opened) == []
    assert opened.conversation not in floor.listed(floor.ada)
    assert floor.ada.resumes(opened)[1]["error"]["code"] == "not_parked"


def test_closing_what_another_agent_parked_is_forbidden(floor: Floor) -> None:
    """403, and it stays parked; a supervisor may."""
    _, opened, _ = floor.parked(floor.ada)
    asked = {"conversationSid": opened.conversation, "status": "closed"}
    assert floor.ben.calls("close", **asked)[0] == 403
    assert len(floor.webhooks(opened)) == 1
    boss = floor.hired("boss", "support", roles=("supervisor",))
    assert boss.calls("close", **asked)[1]["status"] == "closed"
