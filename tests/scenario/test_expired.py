"""Messages to conversations whose interaction channel Twilio has deleted, 180 days after its last update."""

import json

from tests.scenario.floor import Floor


def test_a_message_after_180_days_makes_work_again(floor: Floor) -> None:
    """A new interaction on the same conversation: one task, through our workflow, and no webhook is left."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.rehearsal.control("POST", "clock", {"advance": 181 * 86_400})
    answered = customer.writes(opened, "Remember me?")
    assert [json.loads(answer["body"])["status"] for answer in answered] == ["invited"]
    [task] = floor.live_tasks(opened)
    attributes = json.loads(str(task["attributes"]))
    assert attributes["originalRouting"]["workerSid"] == floor.ada.sid
    assert attributes["flexInteractionSid"] != opened.interaction
    assert floor.webhooks(opened) == []
    floor.rehearsal.api("POST", f"conversations.twilio.com/v1/Conversations/{opened.conversation}", State="closed")


def test_where_twilio_refuses_a_second_interaction_the_conversation_is_closed(floor: Floor) -> None:
    """The customer does not write into a void: the next message opens a new conversation."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.rehearsal.control("POST", "switches", {"second_interaction": "refuse"})
    floor.rehearsal.control("POST", "clock", {"advance": 181 * 86_400})
    answered = customer.writes(opened, "Remember me?")
    floor.rehearsal.control("POST", "switches", {"second_interaction": "accept"})
    assert [answer["status"] for answer in answered] == [410]
    conversation = floor.rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}")
    assert conversation["state"] == "closed"
    assert floor.webhooks(opened) == []
