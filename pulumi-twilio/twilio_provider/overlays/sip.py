# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Programmable SIP: https://www.twilio.com/docs/voice/sip/api."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("api", "2010-04-01", "Domain"),
        token="twilio:sip:Domain",
        sid="SD",
        lost="goes its address, which phones and carriers call",
        doc="A SIP domain, to which SIP calls may be sent.",
        key=("domainName",),
        lookup="domainName",
        below="/SIP/",
    ),
    Overlay(
        sdk=("api", "2010-04-01", "CredentialList"),
        token="twilio:sip:CredentialList",
        sid="CL",
        lost="go its passwords, which Twilio never shows",
        doc="User names and passwords by which SIP calls are let in.",
        lookup="friendlyName",
        below="/SIP/",
    ),
    Overlay(
        sdk=("api", "2010-04-01", "Credential"),
        token="twilio:sip:Credential",
        sid="CR",
        doc="One user name and its password.",
        key=("username",),
        lookup="username",
        secrets=("password",),
        below="/SIP/",
    ),
    Overlay(
        sdk=("api", "2010-04-01", "IpAccessControlList"),
        token="twilio:sip:IpAccessControlList",
        sid="AL",
        doc="Addresses from which SIP calls are let in.",
        lookup="friendlyName",
        below="/SIP/",
    ),
    Overlay(
        sdk=("api", "2010-04-01", "IpAddress"),
        token="twilio:sip:IpAddress",
        sid="IP",
        doc="One address range of an access control list.",
        lookup="friendlyName",
        below="/SIP/",
    ),
    Overlay(
        sdk=("api", "2010-04-01", "AuthCallsCredentialListMapping"),
        token="twilio:sip:CallsCredentialListMapping",
        sid="CL",
        doc="A credential list that lets calls into a domain.",
        key=("credentialListSid",),
        shown={"credentialListSid": "sid"},
    ),
    Overlay(
        sdk=("api", "2010-04-01", "AuthCallsIpAccessControlListMapping"),
        token="twilio:sip:CallsIpAccessControlListMapping",
        sid="AL",
        doc="An access control list that lets calls into a domain.",
        key=("ipAccessControlListSid",),
        shown={"ipAccessControlListSid": "sid"},
    ),
    Overlay(
        sdk=("api", "2010-04-01", "AuthRegistrationsCredentialListMapping"),
        token="twilio:sip:RegistrationsCredentialListMapping",
        sid="CL",
        doc="A credential list that lets phones register in a domain.",
        key=("credentialListSid",),
        shown={"credentialListSid": "sid"},
    ),
    Overlay(
        sdk=("api", "2010-04-01", "CredentialListMapping"),
        token="twilio:sip:CredentialListMapping",
        sid="CL",
        doc="A credential list that lets calls into a domain, in the older form.",
        key=("credentialListSid",),
        shown={"credentialListSid": "sid"},
    ),
    Overlay(
        sdk=("api", "2010-04-01", "IpAccessControlListMapping"),
        token="twilio:sip:IpAccessControlListMapping",
        sid="AL",
        doc="An access control list that lets calls into a domain, in the older form.",
        key=("ipAccessControlListSid",),
        shown={"ipAccessControlListSid": "sid"},
    ),
)
