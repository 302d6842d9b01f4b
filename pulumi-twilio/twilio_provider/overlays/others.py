# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Products of which one or two types are managed."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("video", "v1", "CompositionHook"),
        token="twilio:video:CompositionHook",
        sid="HK",
        doc="A rule by which rooms are composed into media files. https://www.twilio.com/docs/video/api",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("intelligence", "v2", "Service"),
        token="twilio:intelligence:Service",
        sid="GA",
        doc="A Conversational Intelligence Service. https://www.twilio.com/docs/conversational-intelligence/api",
        key=("uniqueName",),
        lookup="uniqueName",
        volatile=("version",),
    ),
    Overlay(
        sdk=("intelligence", "v2", "CustomOperator"),
        token="twilio:intelligence:CustomOperator",
        sid="LY",
        doc="A language operator of your own.",
        lookup="friendlyName",
        volatile=(
            "version",
            "availability",
        ),
    ),
)
