# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Verify: https://www.twilio.com/docs/verify/api."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("verify", "v2", "Service"),
        token="twilio:verify:Service",
        sid="VA",
        lost="go its entities and their factors, which people enrol again",
        doc="A Verify Service: the settings of a set of verifications.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("verify", "v2", "RateLimit"),
        token="twilio:verify:RateLimit",
        sid="RK",
        doc="A rate limit of a Verify Service.",
        key=("uniqueName",),
        lookup="uniqueName",
    ),
    Overlay(
        sdk=("verify", "v2", "Bucket"),
        token="twilio:verify:Bucket",
        sid="BL",
        doc="How many verifications a rate limit allows in an interval (in seconds).",
        twin="A second bucket of the same interval. Delete one of them.",
    ),
    Overlay(
        sdk=("verify", "v2", "MessagingConfiguration"),
        token="twilio:verify:MessagingConfiguration",
        sid="",
        doc="The Messaging Service that verifications of one country use.",
        key=("country",),
    ),
    Overlay(
        sdk=("verify", "v2", "Webhook"),
        token="twilio:verify:Webhook",
        sid="YW",
        doc="A webhook of a Verify Service.",
        renamed={"version": "resourceVersion"},
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("verify", "v2", "Safelist"),
        token="twilio:verify:Safelist",
        sid="",
        doc="A phone number that Verify's fraud guard never blocks.",
        key=("phoneNumber",),
    ),
)
