# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Programmable Voice, bring your own carrier: https://www.twilio.com/docs/voice/bring-your-own-carrier-byoc."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("voice", "v1", "ByocTrunk"),
        token="twilio:voice:ByocTrunk",
        sid="BY",
        doc="A trunk to a carrier of your own.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("voice", "v1", "ConnectionPolicy"),
        token="twilio:voice:ConnectionPolicy",
        sid="NY",
        doc="Where calls to a carrier of your own are sent.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("voice", "v1", "ConnectionPolicyTarget"),
        token="twilio:voice:ConnectionPolicyTarget",
        sid="NE",
        doc="One SIP address of a connection policy.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("voice", "v1", "IpRecord"),
        token="twilio:voice:IpRecord",
        sid="IL",
        doc="An address range that SIP calls come from.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("voice", "v1", "SourceIpMapping"),
        token="twilio:voice:SourceIpMapping",
        sid="IB",
        doc="Which SIP domain an address range belongs to.",
        key=("ipRecordSid",),
    ),
)
