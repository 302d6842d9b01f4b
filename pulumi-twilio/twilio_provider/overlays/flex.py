# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Flex: what its account has already is looked up, never managed."""

from twilio_provider.overlays.model import Lookup

LOOKUPS = (
    Lookup(
        sdk=("flex_api", "v1", "Configuration"),
        token="twilio:flex:getConfiguration",
        path="/v1/Configuration",
        doc="The Flex Configuration of the account: the SIDs of the workspace, the services and the workflow that "
        "Flex itself uses.",
    ),
)
