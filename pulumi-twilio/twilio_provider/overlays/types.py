"""Object types of inputs, for the schema. https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/"""

from typing import Any

TYPES: dict[str, dict[str, Any]] = {
    "twilio:events:SubscribedType": {
        "type": "object",
        "description": "An event type and the version of its schema.",
        "properties": {
            "type": {"type": "string", "description": "Such as `com.twilio.taskrouter.reservation.accepted`."},
            "schemaVersion": {"type": "integer", "description": "Default: the newest when it is subscribed to."},
        },
        "required": ["type"],
    },
}
