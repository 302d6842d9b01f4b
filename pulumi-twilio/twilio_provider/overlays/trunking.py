# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Elastic SIP Trunking: https://www.twilio.com/docs/sip-trunking/api."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("trunking", "v1", "Trunk"),
        token="twilio:trunking:Trunk",
        sid="TK",
        lost="goes its address, which carriers call",
        doc="An Elastic SIP Trunk.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("trunking", "v1", "OriginationUrl"),
        token="twilio:trunking:OriginationUrl",
        sid="OU",
        doc="A SIP address that a trunk sends calls to.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("trunking", "v1", "CredentialList"),
        token="twilio:trunking:CredentialList",
        sid="CL",
        doc="A credential list of the account, used by a trunk.",
        key=("credentialListSid",),
        shown={"credentialListSid": "sid"},
    ),
    Overlay(
        sdk=("trunking", "v1", "IpAccessControlList"),
        token="twilio:trunking:IpAccessControlList",
        sid="AL",
        doc="An access control list of the account, used by a trunk.",
        key=("ipAccessControlListSid",),
        shown={"ipAccessControlListSid": "sid"},
    ),
    Overlay(
        sdk=("trunking", "v1", "PhoneNumber"),
        token="twilio:trunking:PhoneNumber",
        sid="PN",
        doc="A phone number of the account, used by a trunk.",
        key=("phoneNumberSid",),
        shown={"phoneNumberSid": "sid"},
    ),
    Overlay(
        sdk=("trunking", "v1", "Recording"),
        token="twilio:trunking:Recording",
        sid="",
        doc="Whether and how a trunk's calls are recorded.",
        singleton=True,
    ),
)
