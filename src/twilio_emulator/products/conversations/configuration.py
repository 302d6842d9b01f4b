"""The account's Conversations configuration: here, which service paths without a service mean, and its webhooks, which
are kept without an address to call.

Sources: https://www.twilio.com/docs/conversations/api/configuration-resource and .../webhook-configuration-resource.
"""

from twilio_emulator.core.call import Call
from twilio_emulator.core.errors import ApiError, invalid_parameter
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state
from twilio_emulator.products.conversations.state import Doc
from twilio_emulator.products.conversations.views import BASE

_NOT_SERVED = ("DefaultMessagingServiceSid", "DefaultInactiveTimer", "DefaultClosedTimer")
_WEBHOOKS = "conversations.account_webhooks"


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


def fetch_webhooks(world: World, call: Call) -> Doc:
    """GET /v1/Configuration/Webhooks."""
    kept = world.store.get(_WEBHOOKS, call.account_sid) or {"method": "POST", "filters": [], "target": "webhook"}
    addresses = {"pre_webhook_url": None, "post_webhook_url": None, "url": f"{BASE}/Configuration/Webhooks"}
    return {"account_sid": call.account_sid, **kept, **addresses}


def update_webhooks(world: World, call: Call) -> Doc:
    """POST /v1/Configuration/Webhooks. An address is refused: nothing here would call it."""
    if sent := [name for name in ("PreWebhookUrl", "PostWebhookUrl") if call.form.get(name)]:
        raise ApiError(501, 20501, f"{', '.join(sent)}: not served yet by this emulator")
    before = fetch_webhooks(world, call)
    target, method = call.form.get("Target", before["target"]), call.form.get("Method", before["method"])
    if target not in {"webhook", "flex"}:
        raise invalid_parameter("Target", "webhook or flex is expected")
    if method not in {"GET", "POST"}:
        raise invalid_parameter("Method", "GET or POST is expected")
    filters = [one for one in call.form.all("Filters") if one] if "Filters" in call.form else before["filters"]
    world.store.delete(_WEBHOOKS, call.account_sid)
    world.store.put(_WEBHOOKS, call.account_sid, {"method": method, "filters": filters, "target": target})
    return fetch_webhooks(world, call)
