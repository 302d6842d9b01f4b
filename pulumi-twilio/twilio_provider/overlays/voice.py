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
        lookup="ipRecordSid",
    ),
    Overlay(
        sdk=("voice", "v1", "Settings"),
        token="twilio:voice:Settings",
        sid="",
        doc="Whether subaccounts inherit the dialing permissions of their parent.",
        singleton=True,
    ),
    Overlay(
        sdk=("voice", "v2", "Recording"),
        token="twilio:voice:RecordingConfiguration",
        sid="",
        doc="Settings of recordings under one name; `getRecordingConfiguration` takes that name as well as the id.",
        path={"id_or_unique_name": "configurationId"},
        key=("uniqueName",),
        required=("configuration",),
        hidden=("message", "code", "status", "more_info"),
    ),
    Overlay(
        sdk=("voice", "v2", "Transcription"),
        token="twilio:voice:TranscriptionConfiguration",
        sid="",
        doc="Settings of transcriptions under one name; `getTranscriptionConfiguration` takes that name as well as the "
        "id.",
        path={"id_or_unique_name": "configurationId"},
        key=("uniqueName",),
        required=("configuration",),
        hidden=("message", "code", "status", "more_info"),
    ),
)
