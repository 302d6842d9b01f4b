"""TaskRouter's events as Event Streams tells them.

Source: https://www.twilio.com/docs/events/event-types/taskrouter/task (schema TaskRouter.WDSEvent): what a handler
reads is `data.payload`, whose `task_attributes` are JSON in a text.
"""

from datetime import UTC, datetime

from twilio_emulator.core import feed
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter.records import Doc


def tell(world: World, event: Doc) -> None:
    """Tells of an event of a workspace; fields without a value are left out."""
    at = datetime.fromtimestamp(event["at"], UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    common = {"sid": event["sid"], "account_sid": event["account_sid"], "timestamp": at}
    payload = {name: value for name, value in event["event_data"].items() if value is not None}
    data = {
        **common,
        "name": "".join(part.title() for part in event["event_type"].replace(".", "-").split("-")),
        "level": "INFO",
        "group": event["resource_type"],
        "product_name": "TaskRouter",
        "publisher": payload["workspace_name"],
        "publisher_metadata": "{}",
        "payload_type": "application/json",
        "payload": {**common, "eventtype": event["event_type"], **payload},
    }
    name = f"com.twilio.taskrouter.{event['event_type']}"
    feed.tell(world, feed.Happening(event["account_sid"], name, event["workspace_sid"], data))
