# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Regulatory compliance of phone numbers: https://www.twilio.com/docs/phone-numbers/regulatory/api."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("numbers", "v2", "Bundle"),
        token="twilio:numbers:Bundle",
        sid="BU",
        lost="goes its approval, which people review anew",
        doc="What a regulation asks for before a number may be used.",
        lookup="friendlyName",
        volatile=("validUntil",),
    ),
    Overlay(
        sdk=("numbers", "v2", "ItemAssignment"),
        token="twilio:numbers:ItemAssignment",
        sid="BV",
        doc="An end user or document that belongs to a bundle.",
        key=("objectSid",),
        lookup="objectSid",
    ),
    Overlay(
        sdk=("numbers", "v2", "EndUser"),
        token="twilio:numbers:EndUser",
        sid="IT",
        doc="A person or a business that uses a number.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("numbers", "v2", "SupportingDocument"),
        token="twilio:numbers:SupportingDocument",
        sid="RD",
        doc="A document that a bundle refers to.",
        lookup="friendlyName",
        volatile=("status", "failureReason", "errors"),
    ),
)
