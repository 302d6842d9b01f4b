"""Conversations through the official client: people, messages, scoped webhooks, and what a closed one refuses."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.contract.clients import client_by_address
from tests.contract.flex_kit import COMPANY, CUSTOMER, Receiver, receiver, refusal
from twilio_emulator.testing import Emulator

NOBODY = "https://nobody.example/hook"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file; each test has a conversation of its own."""
    with Emulator() as started:
        yield started


@pytest.fixture
def client(emulator: Emulator) -> Client:
    """The official client."""
    return client_by_address(emulator)


@pytest.fixture
def conversation(client: Client) -> Any:
    """A conversation with one customer, by SMS."""
    conversations = client.conversations.v1.conversations
    made = conversations(conversations.create(friendly_name="test").sid)
    made.participants.create(messaging_binding_address=CUSTOMER, messaging_binding_proxy_address=COMPANY)
    return made


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """Something that takes webhooks."""
    with receiver() as seen:
        yield seen


def listen(conversation: Any, url: str, *events: str, **more: Any) -> Any:
    """A scoped webhook on a conversation."""
    return conversation.webhooks.create(
        target="webhook",
        configuration_url=url,
        configuration_method="POST",
        configuration_filters=list(events or ["onMessageAdded"]),
        **more,
    )


def says(emulator: Emulator, conversation: Any, body: str) -> dict[str, Any]:
    """The customer's SMS; waits until webhooks were answered."""
    given = {"conversationSid": conversation.fetch().sid, "author": CUSTOMER, "body": body, "wait": True}
    return emulator.control("POST", "/customer-message", given)


def test_a_conversation_is_found_by_sid_and_unique_name(client: Client) -> None:
    """Unique in its service."""
    conversations = client.conversations.v1.conversations
    made = conversations.create(unique_name="one", attributes='{"a": 1}')
    assert (made.state, made.attributes, made.timers) == ("active", '{"a": 1}', {})
    assert conversations("one").fetch().sid == made.sid
    assert refusal(conversations.create, unique_name="one") == (409, 50353)
    assert conversations(made.sid).delete()
    assert refusal(conversations(made.sid).fetch) == (404, 50350)


def test_a_service_has_conversations_of_its_own(client: Client) -> None:
    """Below its service, and by SID without one."""
    services = client.conversations.v1.services
    service = services(services.create(friendly_name="Flex Chat Service").sid)
    made = service.conversations.create(unique_name="own")
    assert made.chat_service_sid == service.fetch().sid
    assert f"/Services/{made.chat_service_sid}/Conversations/{made.sid}" in made.url
    assert client.conversations.v1.conversations(made.sid).fetch().sid == made.sid
    assert made.sid not in {found.sid for found in client.conversations.v1.conversations.list()}
    assert service.conversations("own").messages.create(author="system", body="Hi").index == 0
    other = services(services.create(friendly_name="Other").sid)
    assert refusal(other.conversations(made.sid).fetch) == (404, 50350)


def test_attributes_hold_16_kilobytes(conversation: Any) -> None:
    """Counted in bytes; what is not an object is refused."""
    fits = json.dumps({"a": "x" * (16 * 1024 - len('{"a": ""}'))})
    assert conversation.update(attributes=fits).attributes == fits
    assert refusal(conversation.update, attributes=fits[:-2] + 'x"}')[0] == 400
    assert refusal(conversation.update, attributes="[1]")[0] == 400


def test_messages_have_indexes_that_never_repeat(conversation: Any) -> None:
    """From 0, with author and the author's participant."""
    first = conversation.messages.create(author=CUSTOMER, body="Hello")
    second = conversation.messages.create(body="Welcome")
    customer = conversation.participants.list()[0]
    assert (first.index, first.author, first.participant_sid) == (0, CUSTOMER, customer.sid)
    assert (second.index, second.author, second.participant_sid) == (1, "system", None)
    assert conversation.messages(second.sid).delete()
    assert conversation.messages.create(body="Again").index == 2
    assert [message.index for message in conversation.messages.list(order="desc", limit=1)] == [2]


def test_the_list_of_messages_may_lag(emulator: Emulator, conversation: Any) -> None:
    """A switch, in milliseconds of the clock."""
    conversation.messages.create(body="new")
    emulator.control("POST", "/switches", {"messages_list_lag_ms": 60_000})
    try:
        assert conversation.messages.list() == []
        emulator.control("POST", "/clock", {"advance": 61})
        assert len(conversation.messages.list()) == 1
    finally:
        emulator.control("POST", "/switches", {"messages_list_lag_ms": 0})


def test_a_participant_joins_once(conversation: Any) -> None:
    """By address or identity, not both; leaving makes room."""
    assert conversation.participants.list()[0].messaging_binding["type"] == "sms"
    create = conversation.participants.create
    twice = {"messaging_binding_address": CUSTOMER, "messaging_binding_proxy_address": COMPANY}
    assert refusal(create, **twice) == (409, 50416)
    agent = create(identity="ann")
    assert agent.messaging_binding is None
    assert refusal(create, identity="ann") == (409, 50433)
    assert conversation.participants(agent.sid).delete()
    assert refusal(conversation.participants(agent.sid).fetch) == (404, 50430)
    assert create(identity="ann").sid != agent.sid


def test_five_scoped_webhooks_and_not_one_more(conversation: Any) -> None:
    """50361; deleting one makes room; a deleted one is 50360."""
    made = [listen(conversation, f"{NOBODY}/{number}") for number in range(5)]
    assert made[0].configuration == {
        "url": f"{NOBODY}/0",
        "method": "POST",
        "filters": ["onMessageAdded"],
    }
    assert refusal(listen, conversation, NOBODY) == (400, 50361)
    assert conversation.webhooks(made[0].sid).delete()
    assert refusal(conversation.webhooks(made[0].sid).delete) == (404, 50360)
    assert listen(conversation, NOBODY).sid.startswith("WH")
    assert len(conversation.webhooks.list()) == 5


def test_a_webhook_is_checked_and_changed(conversation: Any) -> None:
    """Known events, an absolute address, a flow for Studio."""
    assert refusal(listen, conversation, NOBODY, "onMessageSent") == (400, 20001)
    assert refusal(listen, conversation, "/relative") == (400, 20001)
    assert refusal(conversation.webhooks.create, target="studio") == (400, 20001)
    studio = conversation.webhooks.create(target="studio", configuration_flow_sid="FW" + "0" * 32)
    assert studio.configuration["flow_sid"].startswith("FW")
    webhook = listen(conversation, NOBODY)
    assert (
        conversation.webhooks(webhook.sid).update(configuration_url=f"{NOBODY}/2").configuration["url"] == f"{NOBODY}/2"
    )


def test_a_customers_message_fires_a_signed_form(emulator: Emulator, conversation: Any, hook: Receiver) -> None:
    """Twilio's documented fields, signed over the very URL."""
    url = f"{hook.url}?v=1&park=p1"
    listen(conversation, url)
    told = says(emulator, conversation, "Anybody there?")
    assert [answer["status"] for answer in told["webhooks"]] == [200]
    (form,) = hook.forms
    customer = conversation.participants.list()[0]
    expected = {
        "AccountSid": emulator.account_sid,
        "EventType": "onMessageAdded",
        "Source": "SMS",
        "ConversationSid": conversation.fetch().sid,
        "MessageSid": told["messageSid"],
        "Index": "0",
        "Body": "Anybody there?",
        "Author": CUSTOMER,
        "ParticipantSid": customer.sid,
        "Attributes": "{}",
    }
    assert expected.items() <= form.items()
    assert "WebhookSid" not in form
    assert RequestValidator(emulator.auth_token).validate(url, form, hook.signatures[0])


def test_the_signature_is_the_documented_one(emulator: Emulator, conversation: Any, hook: Receiver) -> None:
    """HMAC-SHA1 of the URL and the sorted form under the auth token."""
    listen(conversation, hook.url)
    says(emulator, conversation, "Hi")
    text = hook.url + "".join(name + hook.forms[0][name] for name in sorted(hook.forms[0]))
    digest = hmac.new(emulator.auth_token.encode(), text.encode(), hashlib.sha1).digest()
    assert hook.signatures == [base64.b64encode(digest).decode()]


def test_messages_by_rest_fire_only_when_asked_to(emulator: Emulator, conversation: Any, hook: Receiver) -> None:
    """X-Twilio-Webhook-Enabled: true."""
    listen(conversation, hook.url)
    conversation.messages.create(author="ann", body="silent")
    conversation.messages.create(author="ann", body="loud", x_twilio_webhook_enabled="true")
    emulator.control("GET", "/idle")
    assert [(form["Body"], form["Source"]) for form in hook.forms] == [("loud", "API")]


def test_only_events_of_the_filter_fire(emulator: Emulator, conversation: Any, hook: Receiver) -> None:
    """Here the state and not the messages."""
    listen(conversation, hook.url, "onConversationStateUpdated")
    says(emulator, conversation, "Hi")
    conversation.update(state="closed", x_twilio_webhook_enabled="true")
    emulator.control("GET", "/idle")
    assert [(form["EventType"], form["StateFrom"], form["StateTo"]) for form in hook.forms] == [
        ("onConversationStateUpdated", "active", "closed")
    ]


@pytest.mark.parametrize(("inclusive", "replayed"), [(False, ["2"]), (True, ["1", "2"])])
def test_replay_after_sends_what_came_before_the_webhook(
    emulator: Emulator, conversation: Any, hook: Receiver, inclusive: bool, replayed: list[str]
) -> None:
    """Whether the named index is among them is a switch."""
    emulator.control("POST", "/switches", {"replay_after_inclusive": inclusive})
    for body in ("one", "two", "three"):
        says(emulator, conversation, body)
    listen(conversation, hook.url, configuration_replay_after=1)
    emulator.control("GET", "/idle")
    assert [form["Index"] for form in hook.forms] == replayed


def test_closed_is_final(emulator: Emulator, conversation: Any) -> None:
    """50377 for every change, by REST and by SMS; webhooks can still be taken away."""
    webhook = listen(conversation, NOBODY)
    customer = conversation.participants.list()[0].sid
    assert conversation.update(state="closed").state == "closed"
    assert refusal(conversation.update, state="active") == (400, 50377)
    assert refusal(conversation.messages.create, body="Hi") == (400, 50377)
    assert refusal(conversation.participants.create, identity="ann") == (400, 50377)
    with pytest.raises(RuntimeError, match="closed"):
        says(emulator, conversation, "Hi")
    assert conversation.webhooks(webhook.sid).delete()
    assert conversation.participants(customer).delete()


def test_a_message_wakes_an_inactive_conversation(emulator: Emulator, conversation: Any) -> None:
    """inactive is not final."""
    conversation.update(state="inactive")
    says(emulator, conversation, "Hi")
    assert conversation.fetch().state == "active"


def test_a_stranger_says_nothing(emulator: Emulator, conversation: Any) -> None:
    """Only participants' messages arrive."""
    given = {"conversationSid": conversation.fetch().sid, "author": "+15005550099", "body": "Hi"}
    with pytest.raises(RuntimeError, match="not a member"):
        emulator.control("POST", "/customer-message", given)


def test_an_address_finds_its_conversations(client: Client, conversation: Any) -> None:
    """By the customer's address."""
    found = client.conversations.v1.participant_conversations.list(address=CUSTOMER)
    assert conversation.fetch().sid in {entry.conversation_sid for entry in found}


def test_webhooks_may_lag(emulator: Emulator, conversation: Any, hook: Receiver) -> None:
    """A switch, in milliseconds of real time: meanwhile the message is in the list."""
    listen(conversation, hook.url)
    emulator.control("POST", "/switches", {"message_webhook_lag_ms": 500})
    try:
        given = {"conversationSid": conversation.fetch().sid, "author": CUSTOMER, "body": "Hi"}
        emulator.control("POST", "/customer-message", given)
        assert ([message.body for message in conversation.messages.list()], hook.forms) == (["Hi"], [])
        emulator.control("GET", "/idle")
        assert [form["Body"] for form in hook.forms] == ["Hi"]
    finally:
        emulator.control("POST", "/switches", {"message_webhook_lag_ms": 0})


def test_the_default_service_can_be_chosen() -> None:
    """Paths without a service mean it from then on; an unknown service is refused."""
    with Emulator() as emulator:
        conversations = client_by_address(emulator).conversations.v1
        first, second = (conversations.services.create(friendly_name=name).sid for name in ("one", "two"))
        assert conversations.configuration().fetch().default_chat_service_sid == first
        conversations.configuration().update(default_chat_service_sid=second)
        assert conversations.configuration().fetch().default_chat_service_sid == second
        assert conversations.conversations.create(friendly_name="x").chat_service_sid == second
        unknown = "IS" + "0" * 32
        assert refusal(conversations.configuration().update, default_chat_service_sid=unknown) == (404, 20404)


def test_the_accounts_webhooks_are_kept_without_an_address(emulator: Emulator) -> None:
    """Filters and method are as they were set; an address that nothing would call is refused (501)."""
    webhooks = client_by_address(emulator).conversations.v1.configuration.webhooks()
    assert webhooks.fetch().filters == []
    webhooks.update(filters=["onConversationAdded"])
    webhooks.update(filters=["onMessageAdded", "onParticipantAdded"], method="GET")
    kept = webhooks.fetch()
    assert (kept.filters, kept.method, kept.target) == (["onMessageAdded", "onParticipantAdded"], "GET", "webhook")
    assert refusal(webhooks.update, post_webhook_url="https://example.com/") == (501, 20501)
    assert refusal(webhooks.update, target="nowhere") == (400, 20001)
