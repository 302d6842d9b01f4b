"""JSON of Event Streams as Twilio's OpenAPI `twilio_events_v1` has it."""

from typing import Any

from twilio_emulator.products.events.kinds import Doc
from twilio_emulator.products.events.types import PUBLISHED, SCHEMAS, EventType

BASE = "https://events.twilio.com/v1"


def sink(doc: Doc) -> Doc:
    """A sink; its account and test id are not shown."""
    url = f"{BASE}/Sinks/{doc['sid']}"
    shown = {name: value for name, value in doc.items() if name not in {"account_sid", "test_id"}}
    return {**shown, "url": url, "links": {"sink_test": f"{url}/Test", "sink_validate": f"{url}/Validate"}}


def subscription(doc: Doc) -> Doc:
    """A subscription."""
    url = f"{BASE}/Subscriptions/{doc['sid']}"
    return {**doc, "url": url, "links": {"subscribed_events": f"{url}/SubscribedEvents"}}


def subscribed_event(doc: Doc) -> Doc:
    """One type of a subscription."""
    return {**doc, "url": f"{BASE}/Subscriptions/{doc['subscription_sid']}/SubscribedEvents/{doc['type']}"}


def event_type(found: EventType) -> dict[str, Any]:
    """An event type."""
    return {
        "type": found.name,
        "schema_id": found.schema,
        "date_created": PUBLISHED,
        "date_updated": PUBLISHED,
        "status": "available",
        "description": found.name.removeprefix("com.twilio.").replace(".", " "),
        "documentation_url": "https://www.twilio.com/docs/events/event-types-overview",
        "url": f"{BASE}/Types/{found.name}",
        "links": {"schema": f"{BASE}/Schemas/{found.schema}/Versions"},
    }


def schema(name: str) -> dict[str, Any]:
    """A schema."""
    url = f"{BASE}/Schemas/{name}"
    return {
        "id": name,
        "latest_version": SCHEMAS[name],
        "latest_version_date_created": PUBLISHED,
        "url": url,
        "links": {"versions": f"{url}/Versions"},
    }


def schema_version(name: str, version: int) -> dict[str, Any]:
    """One version of a schema."""
    return {
        "id": name,
        "schema_version": version,
        "date_created": PUBLISHED,
        "url": f"{BASE}/Schemas/{name}/Versions/{version}",
        "raw": f"https://events-schemas.twilio.com/{name}/{version}",
    }
