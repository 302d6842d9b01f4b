"""The account's Conversations configuration: here, which service paths without a service mean.

Source: https://www.twilio.com/docs/conversations/api/configuration-resource.
"""

from twilio_emulator.core.call import Call
from twilio_emulator.core.errors import ApiError
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state
from twilio_emulator.products.conversations.state import Doc
from twilio_emulator.products.conversations.views import BASE

_NOT_SERVED = ("DefaultMessagingServiceSid", "DefaultInactiveTimer", "DefaultClosedTimer")


def fetch(world: World, call: Call) -> Doc:
    """GET /v1/Configuration."""
    return {
        "account_sid": call.account_sid,
        "default_chat_service_sid": state.default_service(world, call.account_sid)["sid"],
        "default_messaging_service_sid": None,
        "default_inactive_timer": None,
        "default_closed_timer": None,
        "url": f"{BASE}/Configuration",
        "links": {"service": f"{BASE}/Services", "webhooks": f"{BASE}/Configuration/Webhooks"},
    }


def update(world: World, call: Call) -> Doc:
    """POST /v1/Configuration; only the service may be changed."""
    if sent := [name for name in _NOT_SERVED if name in call.form]:
        raise ApiError(501, 20501, f"{', '.join(sent)}: not served yet by this emulator")
    if sid := call.form.get("DefaultChatServiceSid"):
        state.make_default(world, call.account_sid, state.get_service(world, sid)["sid"])
    return fetch(world, call)
