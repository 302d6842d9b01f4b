"""CloudEvents as Event Streams sends them. Source: https://www.twilio.com/docs/events/event-types (examples)."""

from datetime import datetime
from typing import Any

from twilio_emulator.core.feed import Happening
from twilio_emulator.products.events.types import TYPES

_SCHEMAS = "https://events-schemas.twilio.com"


def envelope(event_id: str, happening: Happening, version: int, at: datetime) -> dict[str, Any]:
    """The CloudEvent of what happened, its data by one version of the schema (all versions are alike here)."""
    schema = f"{_SCHEMAS}/{TYPES[happening.type].schema}/{version}"
    return _event(happening.type, happening.source, event_id, schema, at, happening.data)


def sink_test(account_sid: str, test_id: str, at: datetime) -> dict[str, Any]:
    """The test event of a sink."""
    schema = f"{_SCHEMAS}/EventStreams.TestSink/1.json"
    return _event("com.twilio.eventstreams.test-event", "Sink", account_sid, schema, at, {"test_id": test_id})


def milliseconds(at: datetime) -> str:
    """`2026-01-31T09:30:00.000Z`; the moment must be in UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _event(  # noqa: PLR0917 - the fields of the envelope
    kind: str, source: str, event_id: str, schema: str, at: datetime, data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "type": kind,
        "source": source,
        "id": event_id,
        "dataschema": schema,
        "datacontenttype": "application/json",
        "time": milliseconds(at),
        "data": data,
    }
