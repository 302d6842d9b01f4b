"""What no document settles about interactions: each switch both ways, and channel types beside SMS."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.flex_kit import Flex, refusal
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


def switch(flex: Flex, name: str, value: Any) -> None:
    """Sets one switch; a reset puts it back."""
    flex.emulator.control("POST", "/switches", {name: value})


def test_a_second_interaction_on_one_conversation(flex: Flex) -> None:
    """Accepted beside the first one, or refused while that is active."""
    conversation_sid = flex.conversation()
    first = flex.interaction(conversation_sid)
    assert flex.interaction(conversation_sid).sid != first.sid
    switch(flex, "second_interaction", "refuse")
    assert refusal(flex.interaction, conversation_sid) == (400, 45352)


@pytest.mark.parametrize("resets", [True, False])
def test_whether_closing_begins_the_180_days_anew(flex: Flex, resets: bool) -> None:
    """A channel closed on day 100 is there on day 200, or gone."""
    switch(flex, "closing_resets_180_days", resets)
    channel = flex.channel(flex.interaction(flex.conversation()))
    flex.advance(100 * DAY)
    channel.update(status="closed")
    flex.advance(100 * DAY)
    if resets:
        assert channel.fetch().status == "closed"
    else:
        assert refusal(channel.fetch) == (404, 20404)


@pytest.mark.parametrize("state", ["inactive", "active"])
def test_the_conversation_of_an_inactive_channel(flex: Flex, state: str) -> None:
    """It follows, or stays active."""
    switch(flex, "conversation_state_after_inactive", state)
    conversation_sid = flex.conversation()
    channel = flex.channel(flex.interaction(conversation_sid))
    channel.update(status="inactive", routing={"status": "closed"})
    assert flex.client.conversations.v1.conversations(conversation_sid).fetch().state == state


@pytest.mark.parametrize(("false", "queue"), [(True, "Everyone"), (False, "Unnamed")])
def test_comparing_an_attribute_that_is_not_there(flex: Flex, false: bool, queue: str) -> None:
    """False even for `!=`, or the negation holds."""
    switch(flex, "missing_attribute_false", false)
    unnamed = flex.workspace.task_queues.create(friendly_name="Unnamed").sid
    filters = [{"expression": "topic != 'billing'", "targets": [{"queue": unnamed}]}]
    workflow_sid = flex.workflow({"filters": filters, "default_filter": {"queue": flex.everyone}})
    task = flex.workspace.tasks.create(attributes="{}", workflow_sid=workflow_sid)
    assert task.fetch().task_queue_friendly_name == queue


@pytest.mark.parametrize("seconds", [0, 3600])
def test_when_ended_tasks_vanish(flex: Flex, seconds: int) -> None:
    """Five minutes are documented; another time may be set."""
    switch(flex, "ended_tasks_vanish_seconds", seconds)
    interaction = flex.interaction(flex.conversation())
    task_sid = interaction.routing["properties"]["sid"]
    flex.answer(task_sid, "accept")
    flex.answer(task_sid, "complete")
    flex.advance(max(seconds - 5, 0))
    if seconds:
        assert flex.status(task_sid) == "completed"
    flex.advance(10)
    assert refusal(flex.workspace.tasks(task_sid).fetch) == (404, 20404)


@pytest.mark.parametrize(
    ("kind", "member", "author", "source"),
    [
        (
            "whatsapp",
            {"messaging_binding_address": "whatsapp:+15005550010", "messaging_binding_proxy_address": "whatsapp:+1"},
            "whatsapp:+15005550010",
            "whatsapp",
        ),
        ("chat", {"identity": "visitor"}, "visitor", None),
    ],
)
def test_other_channels_reach_agents_as_well(
    flex: Flex, kind: str, member: dict[str, str], author: str, source: str | None
) -> None:
    """WhatsApp by address, web chat by identity."""
    conversations = flex.client.conversations.v1.conversations
    sid = str(conversations.create().sid)
    made = conversations(sid).participants.create(**member)
    assert (made.messaging_binding or {}).get("type") == source
    said = flex.emulator.control("POST", "/customer-message", {"conversationSid": sid, "author": author, "body": "Hi"})
    assert said["index"] == 0
    interaction = flex.client.flex_api.v1.interaction.create(
        channel={"type": kind, "initiated_by": "customer", "properties": {"media_channel_sid": sid}},
        routing=flex.routing(),
    )
    flex.answer(interaction.routing["properties"]["sid"], "accept")
    assert interaction.channel["type"] == kind
    assert [p.type for p in flex.channel(interaction).participants.list()] == ["customer", "agent"]


def test_what_an_interaction_needs_is_checked(flex: Flex) -> None:
    """Type, initiator, a conversation that is there; what routing cannot carry yet is refused by name."""
    create = flex.client.flex_api.v1.interaction.create
    bound = {"media_channel_sid": flex.conversation()}
    assert refusal(create, channel={"type": "fax", "initiated_by": "customer", "properties": bound}) == (400, 20001)
    assert refusal(create, channel={"type": "sms", "initiated_by": "nobody", "properties": bound}) == (400, 20001)
    assert refusal(create, channel={"type": "sms", "initiated_by": "customer"}) == (400, 20001)
    gone = {"media_channel_sid": "CH" + "0" * 32}
    assert refusal(create, channel={"type": "sms", "initiated_by": "customer", "properties": gone}) == (404, 50350)
    channel = flex.channel(flex.interaction(bound["media_channel_sid"]))
    assert refusal(channel.invites.create, routing=flex.routing(virtual_start_time="now"))[0] == 501
    assert refusal(channel.participants("UT" + "0" * 32).update, status="closed") == (404, 20404)
