"""Interactions through the official client: from a customer's message to an agent, parked.

And back to the same agent.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.flex_kit import CUSTOMER, Flex, refusal
from twilio_emulator.testing import Emulator

DAY = 86_400


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file; every test begins with a reset."""
    with Emulator() as started:
        yield started


@pytest.fixture
def flex(emulator: Emulator) -> Flex:
    """A fresh Flex-like account with two workers."""
    return Flex(emulator)


def known_worker_rules(queue: str) -> dict[str, Any]:
    """Back to the same worker for two minutes, then to the queue."""
    known = {"queue": queue, "known_worker_sid": "task.originalRouting.workerSid", "timeout": 120}
    return {
        "filters": [
            {
                "filter_friendly_name": "back",
                "expression": f"originalRouting.queueSid == '{queue}'",
                "targets": [known, {"queue": queue}],
            }
        ],
        "default_filter": {"queue": queue},
    }


def accepted(flex: Flex, interaction: Any) -> tuple[str, dict[str, Any]]:
    """The interaction's task is taken by whom it was offered to; the task's SID and the offer."""
    task_sid = interaction.routing["properties"]["sid"]
    return task_sid, flex.answer(task_sid, "accept")


def agent_of(channel: Any) -> Any:
    """The one agent on the channel."""
    return next(p for p in channel.participants.list() if p.type == "agent")


def test_a_message_becomes_a_task_that_an_agent_takes_parks_and_gets_back(flex: Flex) -> None:
    """The main job: same conversation, same worker, whole history."""
    workflow_sid = flex.workflow(known_worker_rules(flex.everyone))
    conversation_sid = flex.conversation()
    interaction = flex.interaction(conversation_sid)
    task_sid, offer = accepted(flex, interaction)
    assert flex.status(task_sid) == "assigned"

    channel = flex.channel(interaction)
    agent = agent_of(channel)
    assert agent.routing_properties == {
        "task_sid": task_sid,
        "worker_sid": offer["worker_sid"],
        "reservation_sid": offer["sid"],
    }
    conversation = flex.client.conversations.v1.conversations(conversation_sid)
    assert len(conversation.participants.list()) == 2

    channel.participants(agent.sid).update(status="closed")
    assert flex.status(task_sid) == "completed"
    assert conversation.fetch().state == "active"
    assert [p.identity for p in conversation.participants.list()] == [None]
    assert channel.fetch().status == "active"

    back = {"from": CUSTOMER, "originalRouting": {"queueSid": flex.everyone, "workerSid": offer["worker_sid"]}}
    invite = channel.invites.create(routing=flex.routing(workflow_sid, attributes=back))
    second = invite.routing["properties"]["sid"]
    assert flex.offers(taskSid=second)[0]["worker_sid"] == offer["worker_sid"]
    flex.answer(second, "accept")
    assert len(conversation.messages.list()) == 1
    assert len(conversation.participants.list()) == 2


def test_an_invite_answers_in_the_documented_shape(flex: Flex) -> None:
    """Epoch integers, attributes and addons as text, no reservation, and 22 properties."""
    interaction = flex.interaction(flex.conversation())
    invite = flex.channel(interaction).invites.create(routing=flex.routing(attributes={"from": CUSTOMER}))
    assert invite.routing["reservation"] is None
    properties = invite.routing["properties"]
    assert sorted(properties) == sorted(
        [
            "date_updated",
            "age_in_queue",
            "task_channel_unique_name",
            "assignment_status",
            "queue_name",
            "assignmentCounter",
            "priority",
            "sid",
            "task_queue_entered_date",
            "workflow_name",
            "workflow_sid",
            "routing_target",
            "reason",
            "attributes",
            "task_channel_sid",
            "age",
            "workspace_sid",
            "account_sid",
            "timeout",
            "date_created",
            "addons",
            "queue_sid",
        ]
    )
    assert isinstance(properties["date_created"], int)
    assert isinstance(properties["attributes"], str)
    assert (properties["addons"], properties["timeout"], properties["routing_target"]) == ("{}", 86_400, None)
    assert (properties["assignment_status"], properties["assignmentCounter"]) == ("pending", 0)
    attributes = json.loads(properties["attributes"])
    assert attributes["flexChannelInviteSid"] == invite.sid
    assert attributes["flexInteractionSid"] == interaction.sid
    assert attributes["flexInteractionChannelSid"] == invite.channel_sid
    assert attributes["channelType"] == "sms"
    assert attributes["customers"]["phone"] == CUSTOMER
    assert attributes["conversations"]["conversation_id"] == interaction.sid


def test_original_attributes_are_not_carried_over(flex: Flex) -> None:
    """Only what the invite sends is in the new task."""
    interaction = flex.interaction(flex.conversation(), flex.routing(attributes={"topic": "billing"}))
    invite = flex.channel(interaction).invites.create(routing=flex.routing())
    assert "topic" in json.loads(interaction.routing["properties"]["attributes"])
    assert "topic" not in json.loads(invite.routing["properties"]["attributes"])


def test_a_bare_invite_answer_is_a_switch(flex: Flex) -> None:
    """The shape of the reference page: what was sent only; the list finds the task all the same."""
    interaction = flex.interaction(flex.conversation())
    flex.emulator.control("POST", "/switches", {"invite_answer": "bare"})
    invite = flex.channel(interaction).invites.create(routing=flex.routing())
    assert set(invite.routing) == {"properties"}
    assert "sid" not in invite.routing["properties"]


def test_an_invite_for_a_worker_reaches_that_worker_at_capacity(flex: Flex) -> None:
    """queue_sid and worker_sid: one worker only, whatever that worker is doing; declined, it is cancelled."""
    interaction = flex.interaction(flex.conversation())
    channel = flex.channel(interaction)
    flex.available("bob", available=False)
    direct = flex.routing(queue_sid=flex.everyone, worker_sid=flex.workers["bob"])
    task_sid = channel.invites.create(routing=direct).routing["properties"]["sid"]
    assert flex.offers(taskSid=task_sid)[0]["worker_sid"] == flex.workers["bob"]
    flex.answer(task_sid, "decline")
    assert flex.status(task_sid) == "canceled"


def test_queue_and_worker_come_together(flex: Flex) -> None:
    """One without the other is refused; a queue alone is a switch."""
    channel = flex.channel(flex.interaction(flex.conversation()))
    assert refusal(channel.invites.create, routing=flex.routing(worker_sid=flex.workers["ann"])) == (400, 20001)
    alone = flex.routing(queue_sid=flex.everyone)
    assert refusal(channel.invites.create, routing=alone) == (400, 20001)
    flex.emulator.control("POST", "/switches", {"queue_sid_alone": True})
    assert channel.invites.create(routing=alone).routing["properties"]["queue_sid"] == flex.everyone


def test_the_workspace_is_required_and_the_workflow_where_there_are_two(flex: Flex) -> None:
    """workflow_sid is optional only while there is one workflow."""
    channel = flex.channel(flex.interaction(flex.conversation()))
    one = {"properties": {"workspace_sid": flex.account["workspaceSid"]}}
    assert refusal(channel.invites.create, routing={"properties": {}}) == (400, 20001)
    assert channel.invites.create(routing=one).sid.startswith("KG")
    flex.workflow({"default_filter": {"queue": flex.everyone}}, name="Second")
    assert refusal(channel.invites.create, routing=one) == (400, 20001)


def test_attributes_that_do_not_fit_with_what_flex_adds_are_refused(flex: Flex) -> None:
    """4,096 characters, Flex's own included; nothing is made."""
    channel = flex.channel(flex.interaction(flex.conversation()))
    before = len(channel.invites.list())
    long = flex.routing(attributes={"note": "x" * 4000})
    assert refusal(channel.invites.create, routing=long) == (400, 20001)
    assert len(channel.invites.list()) == before


@pytest.mark.parametrize(
    ("routing", "task_status"), [(None, "wrapping"), ({"status": "closed"}, "completed")], ids=["wrapping", "completed"]
)
def test_closing_a_channel_ends_tasks_and_closes_the_conversation(
    flex: Flex, routing: dict[str, str] | None, task_status: str
) -> None:
    """The table of the channels page; a second close is refused, and so is an invite."""
    conversation_sid = flex.conversation()
    interaction = flex.interaction(conversation_sid)
    task_sid, _ = accepted(flex, interaction)
    channel = flex.channel(interaction)
    given = {"status": "closed"} if routing is None else {"status": "closed", "routing": routing}
    assert channel.update(**given).status == "closed"
    assert flex.status(task_sid) == task_status
    assert flex.client.conversations.v1.conversations(conversation_sid).fetch().state == "closed"
    assert refusal(channel.update, status="closed") == (400, 45359)
    assert refusal(channel.invites.create, routing=flex.routing()) == (400, 45376)


def test_a_conversation_that_was_closed_takes_no_invite_and_no_interaction(flex: Flex) -> None:
    """The channel may still say active: what counts is the conversation."""
    conversation_sid = flex.conversation()
    channel = flex.channel(flex.interaction(conversation_sid))
    flex.client.conversations.v1.conversations(conversation_sid).update(state="closed")
    assert channel.fetch().status == "active"
    assert refusal(channel.invites.create, routing=flex.routing()) == (400, 45376)
    assert refusal(flex.interaction, conversation_sid) == (400, 45354)


def test_an_inactive_channel_needs_closed_routing_and_takes_invites_by_switch(flex: Flex) -> None:
    """inactive: tasks completed, the conversation inactive; an invite wakes it or is refused."""
    conversation_sid = flex.conversation()
    interaction = flex.interaction(conversation_sid)
    task_sid, _ = accepted(flex, interaction)
    channel = flex.channel(interaction)
    assert refusal(channel.update, status="inactive") == (400, 20001)
    assert channel.update(status="inactive", routing={"status": "closed"}).status == "inactive"
    assert flex.status(task_sid) == "completed"
    assert flex.client.conversations.v1.conversations(conversation_sid).fetch().state == "inactive"
    flex.emulator.control("POST", "/switches", {"invite_into_inactive": "refuse"})
    assert refusal(channel.invites.create, routing=flex.routing()) == (400, 45381)
    flex.emulator.control("POST", "/switches", {"invite_into_inactive": "accept"})
    channel.invites.create(routing=flex.routing())
    assert channel.fetch().status == "active"


def test_a_channel_is_gone_180_days_after_its_last_update(flex: Flex) -> None:
    """An accept begins them anew; a message or a conversation's change does not."""
    conversation_sid = flex.conversation()
    interaction = flex.interaction(conversation_sid)
    channel = flex.channel(interaction)
    accepted(flex, interaction)
    channel.participants(agent_of(channel).sid).update(status="closed")
    flex.advance(179 * DAY)
    flex.customer_says(conversation_sid, "Still there?")
    flex.client.conversations.v1.conversations(conversation_sid).update(friendly_name="changed")
    assert channel.fetch().status == "active"
    flex.advance(2 * DAY)
    assert refusal(channel.fetch) == (404, 20404)
    assert refusal(channel.invites.create, routing=flex.routing()) == (404, 20404)
    assert refusal(flex.client.flex_api.v1.interaction(interaction.sid).fetch) == (404, 20404)


def test_an_update_of_the_channel_begins_its_180_days_anew(flex: Flex) -> None:
    """Here by an invite that is accepted."""
    interaction = flex.interaction(flex.conversation())
    channel = flex.channel(interaction)
    flex.advance(100 * DAY)
    task_sid = channel.invites.create(routing=flex.routing()).routing["properties"]["sid"]
    flex.available("ann", available=True)
    flex.answer(task_sid, "accept")
    flex.advance(100 * DAY)
    assert channel.fetch().status == "active"


def test_an_interaction_has_one_channel_and_lists_its_people(flex: Flex) -> None:
    """The customer is there from the start; closed agents stay listed unless the switch says otherwise."""
    interaction = flex.interaction(flex.conversation())
    channel = flex.channel(interaction)
    assert [c.sid for c in flex.client.flex_api.v1.interaction(interaction.sid).channels.list()] == [
        channel.fetch().sid
    ]
    assert [p.type for p in channel.participants.list()] == ["customer"]
    accepted(flex, interaction)
    agent = agent_of(channel)
    channel.participants(agent.sid).update(status="closed")
    assert [p.type for p in channel.participants.list()] == ["customer", "agent"]
    flex.emulator.control("POST", "/switches", {"closed_participants_listed": False})
    assert [p.type for p in channel.participants.list()] == ["customer"]
    assert refusal(channel.participants(agent.sid).update, status="closed") == (400, 45358)
    assert refusal(channel.participants("UT" + "0" * 32).update, status="closed") == (404, 20404)


def test_an_agent_may_start_an_interaction(flex: Flex) -> None:
    """Outbound: Flex makes the conversation, and the agent gets the task."""
    interaction = flex.client.flex_api.v1.interaction.create(
        channel={
            "type": "sms",
            "initiated_by": "agent",
            "participants": [{"address": CUSTOMER, "proxy_address": "+15005550001"}],
        },
        routing=flex.routing(queue_sid=flex.everyone, worker_sid=flex.workers["ann"]),
    )
    task_sid = interaction.routing["properties"]["sid"]
    assert interaction.routing["properties"]["routing_target"] == flex.workers["ann"]
    assert json.loads(interaction.routing["properties"]["attributes"])["direction"] == "outbound"
    assert flex.answer(task_sid, "accept")["worker_sid"] == flex.workers["ann"]


def test_invites_are_listed_fresh_or_as_they_were(flex: Flex) -> None:
    """The switch `invites_list_fresh` decides what the list says of tasks."""
    interaction = flex.interaction(flex.conversation())
    channel = flex.channel(interaction)
    accepted(flex, interaction)

    def statuses() -> list[str]:
        return [invite.routing["properties"]["assignment_status"] for invite in channel.invites.list()]

    assert statuses() == ["assigned"]
    flex.emulator.control("POST", "/switches", {"invites_list_fresh": False})
    assert statuses() == ["pending"]
