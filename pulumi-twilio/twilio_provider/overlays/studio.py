# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Studio: https://www.twilio.com/docs/studio/rest-api/v2."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("studio", "v2", "Flow"),
        token="twilio:studio:Flow",
        sid="FW",
        lost="go its revisions and the log of its executions",
        doc="A Studio Flow. Each change of it is a new revision.",
        lookup="friendlyName",
        codecs={"definition": "json"},
        dropped=("author_sid",),
        volatile=(
            "revision",
            "valid",
            "errors",
            "warnings",
        ),
        listed=False,
    ),
    Overlay(
        sdk=("studio", "v2", "FlowTestUser"),
        token="twilio:studio:FlowTestUser",
        sid="",
        doc="The contacts that get a Flow's draft instead of its published revision.",
        singleton=True,
        path={"sid": "flowSid"},
    ),
)
