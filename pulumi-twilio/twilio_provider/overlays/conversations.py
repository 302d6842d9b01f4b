# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Conversations: https://www.twilio.com/docs/conversations/api. What Flex owns of it is looked up, not managed."""

from twilio_provider.overlays.model import Overlay

_TEXTS = {"type": "array", "items": {"type": "string"}}

OVERLAYS = (
    Overlay(
        sdk=("conversations", "v1", "Service"),
        token="twilio:conversations:Service",
        sid="IS",
        doc="A Conversations Service, the container of conversations, users and roles.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("conversations", "v1", "Role"),
        token="twilio:conversations:Role",
        sid="RL",
        doc="What users of the default Service may do.",
        lookup="friendlyName",
        renamed={"permissions": "permission"},
        outputs={"permission": _TEXTS},
    ),
    Overlay(
        sdk=("conversations", "v1", "Role"),
        token="twilio:conversations:ServiceRole",
        sid="RL",
        doc="What users of a Service may do.",
        below="Services",
        lookup="friendlyName",
        renamed={"permissions": "permission"},
        outputs={"permission": _TEXTS},
    ),
    Overlay(
        sdk=("conversations", "v1", "User"),
        token="twilio:conversations:User",
        sid="US",
        doc="A user of the default Service.",
        key=("identity",),
        lookup="identity",
        codecs={"attributes": "json"},
    ),
    Overlay(
        sdk=("conversations", "v1", "User"),
        token="twilio:conversations:ServiceUser",
        sid="US",
        doc="A user of a Service.",
        below="Services",
        key=("identity",),
        lookup="identity",
        codecs={"attributes": "json"},
    ),
    Overlay(
        sdk=("conversations", "v1", "Credential"),
        token="twilio:conversations:Credential",
        sid="CR",
        doc="Credentials of a push service. Twilio never shows the secret parts again.",
        lookup="friendlyName",
        codecs={"sandbox": "flag"},
        secrets=(
            "certificate",
            "privateKey",
            "apiKey",
            "secret",
        ),
    ),
    Overlay(
        sdk=("conversations", "v1", "AddressConfiguration"),
        token="twilio:conversations:AddressConfiguration",
        sid="IG",
        doc="What becomes of messages that come to an address outside of any conversation.",
        key=(
            "type",
            "address",
        ),
        lookup="address",
    ),
    Overlay(
        sdk=("conversations", "v1", "Webhook"),
        token="twilio:conversations:Webhook",
        sid="WH",
        doc="A webhook of one conversation of the default Service.",
        twin="A second webhook of the same URL, which is called twice. Delete one of them.",
        dropped=("configuration_replay_after",),
    ),
    Overlay(
        sdk=("conversations", "v1", "Webhook"),
        token="twilio:conversations:ServiceWebhook",
        sid="WH",
        doc="A webhook of one conversation of a Service.",
        below="Services",
        twin="A second webhook of the same URL, which is called twice. Delete one of them.",
        dropped=("configuration_replay_after",),
    ),
)
