# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""How Twilio calls webhooks, as rules of the account: https://www.twilio.com/docs/api/webhooks."""

from twilio_provider.overlays.model import Overlay

_ERROR = ("title", "status", "detail", "code")

OVERLAYS = (
    Overlay(
        sdk=("webhooks", "v1", "AuthProfile"),
        token="twilio:webhooks:AuthProfile",
        sid="",
        doc="Credentials by which Twilio authenticates itself to a webhook. Twilio never shows the secret parts again.",
        lookup="friendlyName",
        required=("type",),
        hidden=_ERROR,
    ),
    Overlay(
        sdk=("webhooks", "v1", "SharedKey"),
        token="twilio:webhooks:SharedKey",
        sid="",
        lost="goes its secret, and whoever checks with it refuses",
        doc="A key that signs calls of webhooks. Only its creation gives its secret: an output, encrypted in the "
        "state.",
        lookup="friendlyName",
        once=("secret",),
        secrets=("secret",),
        hidden=(*_ERROR, "type"),
        twin="A second key of the same name, whose secret nobody knows. Delete it.",
        harmless=True,
    ),
    Overlay(
        sdk=("webhooks", "v1", "Setting"),
        token="twilio:webhooks:Setting",
        sid="",
        doc="Authentication, signature, connection and edges of calls of webhooks; rules say which calls.",
        lookup="friendlyName",
        hidden=(*_ERROR, "type"),
        secrets=("auth",),
        twin="A second setting of the same name. One that no rule names does nothing: delete it.",
        harmless=True,
    ),
    Overlay(
        sdk=("webhooks", "v1", "Rule"),
        token="twilio:webhooks:Rule",
        sid="",
        doc="Which settings apply to which URLs, in percent. A change takes up to a minute to reach all regions, which "
        "is waited for.",
        lookup="friendlyName",
        required=("matchType", "settings"),
        one_of=(("prefix", "value"),),
        hidden=("operation", "rule"),
    ),
)
