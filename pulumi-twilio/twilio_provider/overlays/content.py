# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Content templates: https://www.twilio.com/docs/content."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("content", "v1", "Content"),
        token="twilio:content:Content",
        sid="HX",
        doc="A template of a message, by kind of content. `types` stands as in Twilio's reference. One that WhatsApp "
        "has approved cannot be changed any more.",
        lookup="friendlyName",
        required=("language", "types"),
        plural="Contents",
    ),
)
