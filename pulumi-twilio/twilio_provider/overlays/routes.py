# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Inbound processing regions of what an account has already: https://www.twilio.com/docs/global-infrastructure."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("routes", "v2", "PhoneNumber"),
        token="twilio:routes:PhoneNumber",
        sid="",
        doc="The region that processes calls to a phone number.",
        singleton=True,
    ),
    Overlay(
        sdk=("routes", "v2", "SipDomain"),
        token="twilio:routes:SipDomain",
        sid="",
        doc="The region that processes calls to a SIP domain.",
        singleton=True,
    ),
    Overlay(
        sdk=("routes", "v2", "Trunk"),
        token="twilio:routes:Trunk",
        sid="",
        doc="The region that processes calls of a SIP trunk.",
        singleton=True,
    ),
)
