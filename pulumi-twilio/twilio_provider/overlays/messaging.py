# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Messaging Services and their senders: https://www.twilio.com/docs/messaging/api."""

from twilio_provider.overlays.model import Overlay

OVERLAYS = (
    Overlay(
        sdk=("messaging", "v1", "Service"),
        token="twilio:messaging:Service",
        sid="MG",
        lost="go its sender pool and the opt-outs that it keeps",
        doc="A Messaging Service: a pool of senders with its callbacks.",
        lookup="friendlyName",
    ),
    Overlay(
        sdk=("messaging", "v1", "PhoneNumber"),
        token="twilio:messaging:PhoneNumber",
        sid="PN",
        doc="A phone number of the account in the sender pool.",
        key=("phoneNumberSid",),
        shown={"phoneNumberSid": "sid"},
    ),
    Overlay(
        sdk=("messaging", "v1", "ShortCode"),
        token="twilio:messaging:ShortCode",
        sid="SC",
        doc="A short code of the account in the sender pool.",
        key=("shortCodeSid",),
        shown={"shortCodeSid": "sid"},
    ),
    Overlay(
        sdk=("messaging", "v1", "AlphaSender"),
        token="twilio:messaging:AlphaSender",
        sid="AI",
        doc="An alphanumeric sender in the sender pool.",
        key=("alphaSender",),
        lookup="alphaSender",
    ),
    Overlay(
        sdk=("messaging", "v1", "DestinationAlphaSender"),
        token="twilio:messaging:DestinationAlphaSender",
        sid="AI",
        doc="An alphanumeric sender for one country.",
        key=(
            "alphaSender",
            "isoCountryCode",
        ),
        lookup="alphaSender",
    ),
    Overlay(
        sdk=("messaging", "v1", "ChannelSender"),
        token="twilio:messaging:ChannelSender",
        sid="XE",
        doc="A sender of another channel in the sender pool.",
        key=("sid",),
    ),
    Overlay(
        sdk=("messaging", "v2", "ChannelsSender"),
        token="twilio:messaging:ChannelsSender",
        sid="XE",
        lost="goes its registration, which WhatsApp decides about anew",
        doc="A WhatsApp or RCS sender of the account. WhatsApp decides about it after the create. `configuration` may "
        "hold the code by which a number is verified, so it is a secret.",
        key=("senderId",),
        lookup="senderId",
        required=("senderId",),
        secrets=("configuration",),
        volatile=("status", "offlineReasons", "properties", "compliance"),
        hidden=("pending_display_name", "pending_display_name_status", "pending_display_name_status_date"),
    ),
    Overlay(
        sdk=("messaging", "v1", "DomainConfig"),
        token="twilio:messaging:DomainConfig",
        sid="",
        doc="Settings of a domain whose links are shortened.",
        singleton=True,
    ),
)
