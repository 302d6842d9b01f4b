"""Studio's flows through the official client: revisions, what a definition must be, and what is not served."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.contract.clients import client_by_address
from tests.contract.flex_kit import refusal
from twilio_emulator.testing import Emulator

TRIGGER = {
    "name": "Trigger",
    "type": "trigger",
    "transitions": [{"event": "incomingConversationMessage", "next": "note"}, {"event": "incomingCall"}],
    "properties": {"offset": {"x": 0, "y": 0}},
}
NOTE = {
    "name": "note",
    "type": "set-variables",
    "transitions": [{"event": "next"}],
    "properties": {"variables": [{"key": "body", "value": "{{trigger.conversation.Body}}"}]},
}
FLOW: dict[str, Any] = {
    "description": "test",
    "initial_state": "Trigger",
    "states": [TRIGGER, NOTE],
    "flags": {"allow_concurrent_calls": True},
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file."""
    with Emulator() as started:
        yield started


@pytest.fixture
def client(emulator: Emulator) -> Client:
    """The official client of a fresh account."""
    emulator.control("POST", "/reset")
    return client_by_address(emulator)


def changed(at: int, **values: Any) -> dict[str, Any]:
    """The flow with one state changed."""
    flow = copy.deepcopy(FLOW)
    flow["states"][at].update(values)
    return flow


def create(client: Client, definition: Any = None, status: str = "published") -> Any:
    """A flow."""
    made = client.studio.v2.flows.create(friendly_name="test", status=status, definition=definition or FLOW)
    return client.studio.v2.flows(made.sid)


def test_a_flow_is_made_and_fetched(emulator: Emulator, client: Client) -> None:
    """In Twilio's shape, with the address of its webhook."""
    flow = create(client).fetch()
    assert (flow.status, flow.revision, flow.valid, flow.errors, flow.definition) == ("published", 1, True, [], FLOW)
    assert flow.webhook_url == f"https://webhooks.twilio.com/v1/Accounts/{emulator.account_sid}/Flows/{flow.sid}"
    (listed,) = client.studio.v2.flows.list()
    assert (listed.sid, listed.definition) == (flow.sid, None)


def test_every_update_is_a_revision(client: Client) -> None:
    """The newest first; by number, or the latest published."""
    flow = create(client)
    draft = flow.update(status="draft", friendly_name="next", commit_message="try")
    assert (draft.revision, draft.status, draft.friendly_name, draft.definition) == (2, "draft", "next", FLOW)
    assert [entry.revision for entry in flow.revisions.list()] == [2, 1]
    assert flow.revisions("2").fetch().commit_message == "try"
    assert flow.revisions("LatestPublished").fetch().revision == 1
    assert flow.revisions("LatestRevision").fetch().revision == 2
    assert refusal(flow.revisions("3").fetch) == (404, 20404)


def test_a_deleted_flow_is_gone(client: Client) -> None:
    """With its revisions."""
    flow = create(client)
    assert flow.delete()
    assert refusal(flow.fetch) == (404, 20404)
    assert refusal(flow.revisions("1").fetch) == (404, 20404)


def test_a_definition_is_validated(client: Client) -> None:
    """Without a flow being made."""
    validate = client.studio.v2.flow_validate.update
    assert validate(friendly_name="x", status="draft", definition=FLOW).valid
    assert refusal(validate, friendly_name="x", status="draft", definition={"states": []}) == (400, 20001)
    assert refusal(validate, friendly_name="x", status="asleep", definition=FLOW) == (400, 20001)
    assert client.studio.v2.flows.list() == []


def test_every_mistake_is_told_at_once(client: Client) -> None:
    """With its place, under details.errors."""
    wrong = changed(1, transitions=[{"event": "done", "next": "nowhere"}], properties={})
    wrong["initial_state"] = "note"
    with pytest.raises(TwilioRestException) as refused:
        create(client, wrong)
    assert {error["property_path"] for error in refused.value.details["errors"]} == {
        "#/initial_state",
        "#/states/1/properties/variables",
        "#/states/1/transitions/0/event",
        "#/states/1/transitions/0/next",
    }


@pytest.mark.parametrize(
    ("state", "named"),
    [
        ({"type": "send-to-flex"}, "send-to-flex"),
        ({"properties": {"variables": [{"key": "a", "value": "{{ a | upcase }}"}]}}, "upcase"),
        ({"properties": {"variables": [{"key": "a", "value": "{% if a %}b{% endif %}"}]}}, "{%"),
        (
            {
                "type": "split-based-on",
                "properties": {"input": "{{a}}"},
                "transitions": [{"event": "match", "next": "note", "conditions": [{"type": "is_before_time"}]}],
            },
            "is_before_time",
        ),
    ],
)
def test_what_is_not_served_is_refused_by_name(client: Client, state: dict[str, Any], named: str) -> None:
    """When the flow is made, not when it runs."""
    with pytest.raises(TwilioRestException, match="does not imitate") as refused:
        create(client, changed(1, **state))
    assert refused.value.status == 501
    assert named in refused.value.msg
