"""Event Streams' resources through the official client: types, schemas, sinks, subscriptions, subscribed events."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from twilio.rest import Client

from tests.contract.clients import client_by_address
from tests.contract.events_kit import Sink, webhook_sink
from tests.contract.flex_kit import refusal
from twilio_emulator.testing import Emulator

CANCELED = "com.twilio.taskrouter.task.canceled"
ADDED = "com.twilio.conversations.message.added"
HOOK = {"destination": "http://127.0.0.1:9/events", "method": "POST"}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file; every test begins with a reset."""
    with Emulator() as started:
        yield started


@pytest.fixture
def client(emulator: Emulator) -> Client:
    """The official client of a fresh account."""
    emulator.control("POST", "/reset")
    return client_by_address(emulator)


@pytest.fixture
def seen() -> Iterator[Sink]:
    """Something that takes events."""
    with webhook_sink() as started:
        yield started


def make_sink(client: Client, **configuration: Any) -> Any:
    """A webhook sink."""
    made = client.events.v1.sinks.create(
        description="test", sink_configuration={**HOOK, **configuration}, sink_type="webhook"
    )
    return client.events.v1.sinks(made.sid)


def subscribe(client: Client, sink: Any, *types: Any) -> Any:
    """A subscription to types, given by name or as objects."""
    wanted = [kind if isinstance(kind, dict) else {"type": kind} for kind in types]
    made = client.events.v1.subscriptions.create(description="test", sink_sid=sink.fetch().sid, types=wanted)
    return client.events.v1.subscriptions(made.sid)


def test_types_are_listed_with_their_schemas(client: Client) -> None:
    """What the emulator emits; a task that the system deleted among it."""
    names = {kind.type for kind in client.events.v1.event_types.list()}
    expected = "task.canceled task.deleted task.system-deleted workflow.timeout reservation.accepted"
    assert {f"com.twilio.taskrouter.{name}" for name in expected.split()} | {ADDED} <= names
    of_messages = client.events.v1.event_types.list(schema_id="Conversations.MessageAdded")
    assert [kind.type for kind in of_messages] == [ADDED]
    kind = client.events.v1.event_types(CANCELED).fetch()
    assert (kind.schema_id, kind.status) == ("TaskRouter.WDSEvent", "available")
    schema = client.events.v1.schemas(kind.schema_id)
    assert schema.fetch().latest_version == 4
    assert [version.schema_version for version in schema.versions.list()] == [4, 3, 2, 1]
    assert schema.versions(2).fetch().raw.endswith("/TaskRouter.WDSEvent/2")
    assert refusal(schema.versions(5).fetch) == (404, 20404)
    assert refusal(client.events.v1.event_types("com.twilio.taskrouter.task.eaten").fetch) == (404, 20404)


def test_a_sink_is_made_changed_and_deleted(client: Client) -> None:
    """Active from the start; only its description changes."""
    sink = make_sink(client)
    found = sink.fetch()
    assert (found.status, found.sink_type, found.sink_configuration) == ("active", "webhook", HOOK)
    assert sink.update(description="other").description == "other"
    assert [entry.sid for entry in client.events.v1.sinks.list(status="active")] == [found.sid]
    assert client.events.v1.sinks.list(in_use=True) == []
    assert sink.delete()
    assert refusal(sink.fetch) == (404, 20404)
    assert client.events.v1.sinks.list() == []


@pytest.mark.parametrize(
    ("configuration", "sink_type", "expected"),
    [
        ({"destination": "http://127.0.0.1:9/"}, "webhook", (400, 91000)),
        ({"destination": "nowhere", "method": "POST"}, "webhook", (400, 91000)),
        ({"destination": "http://127.0.0.1:9/", "method": "PUT"}, "webhook", (400, 91000)),
        ({"arn": "arn:aws:kinesis:us-east-1:111111111:stream/test"}, "kinesis", (501, 20501)),
        (HOOK, "carrier-pigeon", (400, 91000)),
    ],
)
def test_a_wrong_sink_is_refused(client: Client, configuration: Any, sink_type: str, expected: tuple[int, int]) -> None:
    """With what is wrong; other types than webhooks by name."""
    given = {"description": "x", "sink_configuration": configuration, "sink_type": sink_type}
    assert refusal(client.events.v1.sinks.create, **given) == expected


def test_a_sink_is_validated_by_its_test_event(emulator: Emulator, client: Client, seen: Sink) -> None:
    """With the switch `sink_starts`: initialized, validating, active; no subscription before."""
    emulator.control("POST", "/switches", {"sink_starts": "initialized"})
    sink = make_sink(client, destination=seen.url)
    assert sink.fetch().status == "initialized"
    assert refusal(subscribe, client, sink, CANCELED) == (400, 91100)
    assert sink.sink_test.create().result == "submitted"
    emulator.control("GET", "/idle")
    assert sink.fetch().status == "validating"
    (event,) = seen.events
    assert (event["type"], event["source"]) == ("com.twilio.eventstreams.test-event", "Sink")
    assert sink.sink_validate.create(test_id="another").result == "invalid"
    assert sink.sink_validate.create(test_id=event["data"]["test_id"]).result == "valid"
    assert sink.fetch().status == "active"
    assert subscribe(client, sink, CANCELED).fetch().sink_sid == sink.fetch().sid


def test_a_sink_in_use_is_not_deleted(client: Client) -> None:
    """91007 until its subscription is gone."""
    sink = make_sink(client)
    subscription = subscribe(client, sink, CANCELED)
    assert [entry.sid for entry in client.events.v1.sinks.list(in_use=True)] == [sink.fetch().sid]
    assert refusal(sink.delete) == (400, 91007)
    assert subscription.delete()
    assert refusal(subscription.fetch) == (404, 20404)
    assert sink.delete()


def test_a_sink_has_one_subscription(emulator: Emulator, client: Client) -> None:
    """A second one is refused, or accepted by a switch."""
    sink = make_sink(client)
    subscribe(client, sink, CANCELED)
    assert refusal(subscribe, client, sink, ADDED) == (400, 91100)
    emulator.control("POST", "/switches", {"sink_shared": True})
    subscribe(client, sink, ADDED)
    assert len(client.events.v1.subscriptions.list(sink_sid=sink.fetch().sid)) == 2


def test_a_subscription_names_types_and_versions(client: Client) -> None:
    """The latest version of a schema where none is named."""
    subscription = subscribe(client, make_sink(client), CANCELED, {"type": ADDED, "schema_version": 1})
    assert {entry.type: entry.schema_version for entry in subscription.subscribed_events.list()} == {
        CANCELED: 4,
        ADDED: 1,
    }
    assert subscription.update(description="other").description == "other"


def test_subscribed_events_come_and_go(client: Client) -> None:
    """Added, changed, taken away, one at a time."""
    events = subscribe(client, make_sink(client), CANCELED).subscribed_events
    made = events.create(type=ADDED)
    assert (made.type, made.schema_version) == (ADDED, 2)
    assert events(ADDED).update(schema_version=1).schema_version == 1
    assert events(ADDED).fetch().schema_version == 1
    assert events(CANCELED).delete()
    assert refusal(events(CANCELED).fetch) == (404, 20404)
    assert [entry.type for entry in events.list()] == [ADDED]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"type": "com.twilio.taskrouter.task.eaten"}, (400, 20001)),
        ({"type": "com.twilio.conversations.delivery.updated"}, (400, 20001)),
        ({"type": "com.twilio.messaging.message.sent"}, (501, 20501)),
        ({"type": "com.twilio.taskrouter.task.transfer-initiated"}, (501, 20501)),
        ({"type": CANCELED, "schema_version": 9}, (400, 20001)),
        ({"kind": CANCELED}, (400, 20001)),
    ],
)
def test_a_wrong_type_is_refused(client: Client, wanted: Any, expected: tuple[int, int]) -> None:
    """And nothing of the subscription is left."""
    sink = make_sink(client)
    assert refusal(subscribe, client, sink, CANCELED, wanted) == expected
    assert client.events.v1.subscriptions.list() == []


def test_types_are_sent_one_by_one(emulator: Emulator, client: Client) -> None:
    """An array in one field is refused in the API's words, as seen at Twilio."""
    given = {"Description": "x", "SinkSid": make_sink(client).fetch().sid, "Types": json.dumps([{"type": CANCELED}])}
    answer = httpx.post(
        f"{emulator.url}/events.twilio.com/v1/Subscriptions",
        data=given,
        auth=(emulator.account_sid, emulator.auth_token),
    )
    assert answer.status_code == 400
    assert answer.json()["message"] == "Missing required input parameter event_types[0].type"


def test_a_subscription_needs_a_sink(client: Client) -> None:
    """One that is there."""
    create = client.events.v1.subscriptions.create
    given = {"description": "x", "sink_sid": "DG" + "0" * 32, "types": [{"type": CANCELED}]}
    assert refusal(create, **given) == (400, 91001)
