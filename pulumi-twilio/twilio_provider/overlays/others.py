# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Products of which one or two types are managed."""

from twilio_provider.overlays.model import Overlay

_ERROR = ("code", "message", "httpStatusCode", "userError", "params")
_STAYS = "Twilio has no delete of it: it stays, and does nothing where nothing refers to it."

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
    Overlay(
        sdk=("intelligence", "v3", "Configuration"),
        token="twilio:intelligence:Configuration",
        sid="",
        doc="Rules by which language operators run on conversations. `rules` stand as in Twilio's reference.",
        lookup="displayName",
        required=("displayName",),
        hidden=_ERROR,
        volatile=("version",),
    ),
    Overlay(
        sdk=("intelligence", "v3", "Operator"),
        token="twilio:intelligence:Operator",
        sid="",
        doc="A language operator: a prompt, and what it gives back.",
        lookup="displayName",
        required=("displayName",),
        dropped=("id", "version", "author"),
        hidden=_ERROR,
        volatile=("version",),
    ),
    Overlay(
        sdk=("proxy", "v1", "Service"),
        token="twilio:proxy:Service",
        sid="KS",
        lost="go its sessions",
        doc="A Proxy Service: a pool of numbers that stand between two parties. https://www.twilio.com/docs/proxy/api",
        key=("uniqueName",),
        lookup="uniqueName",
    ),
    Overlay(
        sdk=("proxy", "v1", "PhoneNumber"),
        token="twilio:proxy:PhoneNumber",
        sid="PN",
        doc="A phone number of the account in a Proxy Service's pool.",
        one_of=(("sid", "phoneNumber"),),
        lookup="phoneNumber",
        volatile=("inUse",),
    ),
    Overlay(
        sdk=("supersim", "v1", "NetworkAccessProfile"),
        token="twilio:supersim:NetworkAccessProfile",
        sid="HA",
        doc="Which networks Super SIMs may use. https://www.twilio.com/docs/iot/supersim/api",
        key=("uniqueName",),
        lookup="uniqueName",
        delete="nothing",
        why_delete=_STAYS,
    ),
    Overlay(
        sdk=("supersim", "v1", "NetworkAccessProfileNetwork"),
        token="twilio:supersim:NetworkAccessProfileNetwork",
        sid="HW",
        doc="One network of a profile.",
        key=("network",),
        shown={"network": "sid"},
    ),
    Overlay(
        sdk=("supersim", "v1", "Fleet"),
        token="twilio:supersim:Fleet",
        sid="HF",
        doc="Settings that Super SIMs share.",
        key=("uniqueName",),
        lookup="uniqueName",
        shown={"networkAccessProfile": "network_access_profile_sid"},
        delete="nothing",
        why_delete=_STAYS,
    ),
    Overlay(
        sdk=("wireless", "v1", "RatePlan"),
        token="twilio:wireless:RatePlan",
        sid="WP",
        doc="What SIMs may use. https://www.twilio.com/docs/iot/wireless/api",
        key=("uniqueName",),
        lookup="uniqueName",
    ),
    Overlay(
        sdk=("bulkexports", "v1", "ExportConfiguration"),
        token="twilio:bulkexports:ExportConfiguration",
        sid="",
        doc="Whether one kind of record (Messages, Calls, Conferences, Participants) is exported each day, and "
        "who is told.",
        singleton=True,
    ),
    Overlay(
        sdk=("insights", "v1", "Setting"),
        token="twilio:insights:Setting",
        sid="",
        doc="Features of Voice Insights for the account.",
        singleton=True,
        dropped=("subaccount_sid",),
    ),
)
