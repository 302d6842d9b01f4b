# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Flex: its UI's settings, by our keys alone, and plugins. https://www.twilio.com/docs/flex/developer

Workspace, services and workflow of Flex are its own: `getConfiguration` names them, nothing here touches them.
"""

from twilio_provider.overlays.model import ExtraInput, Overlay

_ANY = {"$ref": "pulumi.json#/Any"}
_OBJECTS = {"type": "array", "items": {"type": "object", "additionalProperties": _ANY}}
_ARCHIVED = "Twilio has no delete: it is archived, and counts as deleted from then on."

OVERLAYS = (
    Overlay(
        sdk=("flex_api", "v1", "Configuration"),
        token="twilio:flex:Configuration",
        sid="",
        doc="Keys of the Flex Configuration's `uiAttributes`, at any depth. What is not named here, others' keys too, "
        "is left as it is; all else of the Configuration is only shown. Twilio has no compare-and-set here: two "
        "who write at the same moment may lose one write.",
        singleton=True,
        encoding="json",
        codecs={"uiAttributes": "merge"},
        inputs=(
            ExtraInput("uiAttributes", _ANY, required=True, wire="ui_attributes"),
            ExtraInput("accountSid", {"type": "string"}, wire="account_sid", always=True),
        ),
        volatile=("flexUiStatusReport",),
    ),
    Overlay(
        sdk=("flex_api", "v1", "Plugin"),
        token="twilio:flex:Plugin",
        sid="FP",
        doc="A Flex plugin: the name that its versions share.",
        key=("uniqueName",),
        lookup="uniqueName",
        delete="archive",
        why_delete=_ARCHIVED,
        gone=("archived", True),
    ),
    Overlay(
        sdk=("flex_api", "v1", "PluginVersions"),
        token="twilio:flex:PluginVersion",
        sid="FV",
        doc="One version of a Flex plugin: the URL of its bundle. It is immutable.",
        key=("resourceVersion",),
        lookup="resourceVersion",
        renamed={"version": "resourceVersion"},
        delete="archive",
        why_delete=_ARCHIVED,
        gone=("archived", True),
    ),
    Overlay(
        sdk=("flex_api", "v1", "PluginConfiguration"),
        token="twilio:flex:PluginConfiguration",
        sid="FJ",
        doc="Which plugin versions are on together. `plugins` are objects {plugin_version, phase}. It is immutable.",
        lookup="name",
        shapes={"plugins": _OBJECTS},
        delete="archive",
        why_delete=_ARCHIVED,
        gone=("archived", True),
        twin="A second configuration of the same plugins. One that no release names does nothing.",
        harmless=True,
    ),
    Overlay(
        sdk=("flex_api", "v1", "PluginRelease"),
        token="twilio:flex:PluginRelease",
        sid="FK",
        doc="A plugin configuration made live: the newest release is what Flex runs.",
        shown={"configurationId": "configuration_sid"},
        delete="nothing",
        why_delete="Twilio has no delete of releases: what is live stays so until another release.",
        twin="A second release of the same configuration, which changes nothing.",
        harmless=True,
    ),
)
