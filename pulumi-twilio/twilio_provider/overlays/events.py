# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Event Streams: https://www.twilio.com/docs/events."""

from twilio_provider.overlays.model import ExtraInput, Overlay

_TYPES = {"type": "array", "items": {"$ref": "#/types/twilio:events:SubscribedType"}}

OVERLAYS = (
    Overlay(
        sdk=("events", "v1", "Sink"),
        token="twilio:events:Sink",
        sid="DG",
        doc="Where events go: a webhook, a Kinesis stream or Segment. `sinkConfiguration` may hold credentials, so it "
        "is a secret; its keys stand as in Twilio's reference, and defaults that Twilio adds are no change.",
        lookup="description",
        codecs={"sinkConfiguration": "part"},
        secrets=("sinkConfiguration",),
        volatile=("status",),
        twin="A second Sink of the same description. One that no Subscription names receives nothing: delete it.",
        harmless=True,
    ),
    Overlay(
        sdk=("events", "v1", "Subscription"),
        token="twilio:events:Subscription",
        sid="DF",
        doc="Which event types go to a Sink. A change of `types` subscribes to what is new and then unsubscribes from "
        "what is not wanted any more. Types of this Subscription that are managed as SubscribedEvent stay untouched.",
        lookup="description",
        codecs={"types": "eventTypes"},
        inputs=(ExtraInput("types", _TYPES, required=True, wire="Types"),),
        members=("types", "SubscribedEvents", "type"),
        twin="A second Subscription of the same description, which delivers each event twice. Delete one of them.",
    ),
    Overlay(
        sdk=("events", "v1", "SubscribedEvent"),
        token="twilio:events:SubscribedEvent",
        sid="",
        doc="One event type of a Subscription, for programs that do not list it in the Subscription's `types`.",
        key=("type",),
        replace=("type",),
    ),
)
