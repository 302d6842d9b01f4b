# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Trust Hub: https://www.twilio.com/docs/trust-hub/trusthub-rest-api."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("trusthub", "v1", "CustomerProfiles"),
        token="twilio:trusthub:CustomerProfile",
        sid="BU",
        lost="goes its approval, which people review anew",
        doc="A business profile.",
        lookup="friendlyName",
        volatile=(
            "validUntil",
            "errors",
        ),
    ),
    Overlay(
        sdk=("trusthub", "v1", "TrustProducts"),
        token="twilio:trusthub:TrustProduct",
        sid="BU",
        lost="goes its approval, which people review anew",
        doc="A product that a business is to be verified for.",
        lookup="friendlyName",
        volatile=(
            "validUntil",
            "errors",
        ),
    ),
    Overlay(
        sdk=("trusthub", "v1", "EndUser"),
        token="twilio:trusthub:EndUser",
        sid="IT",
        doc="A person or a business that a profile is about.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("trusthub", "v1", "SupportingDocument"),
        token="twilio:trusthub:SupportingDocument",
        sid="RD",
        doc="A document that a profile refers to.",
        lookup="friendlyName",
        volatile=("status",),
    ),
    Overlay(
        sdk=("trusthub", "v1", "CustomerProfilesEntityAssignments"),
        token="twilio:trusthub:CustomerProfileEntityAssignment",
        sid="BV",
        doc="An end user, document or profile that belongs to a business profile.",
        key=("objectSid",),
        lookup="objectSid",
    ),
    Overlay(
        sdk=("trusthub", "v1", "CustomerProfilesChannelEndpointAssignment"),
        token="twilio:trusthub:CustomerProfileChannelEndpointAssignment",
        sid="RA",
        doc="A phone number that belongs to a business profile.",
        key=("channelEndpointSid",),
        lookup="channelEndpointSid",
    ),
    Overlay(
        sdk=("trusthub", "v1", "TrustProductsEntityAssignments"),
        token="twilio:trusthub:TrustProductEntityAssignment",
        sid="BV",
        doc="An end user, document or profile that belongs to a trust product.",
        key=("objectSid",),
        lookup="objectSid",
    ),
    Overlay(
        sdk=("trusthub", "v1", "TrustProductsChannelEndpointAssignment"),
        token="twilio:trusthub:TrustProductChannelEndpointAssignment",
        sid="RA",
        doc="A phone number that belongs to a trust product.",
        key=("channelEndpointSid",),
        lookup="channelEndpointSid",
    ),
)
