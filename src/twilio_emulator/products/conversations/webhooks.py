"""Scoped webhooks of a conversation: at most five, and what is sent to them.

Sources: https://www.twilio.com/docs/conversations/api/conversation-scoped-webhook-resource and
https://www.twilio.com/docs/conversations/conversations-webhooks. Deliveries are signed forms; Twilio waits 5 s and
documents no retry for scoped webhooks. One of target studio is sent to the flow's own address.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import ApiError, invalid_parameter
from twilio_emulator.core.sids import is_sid
from twilio_emulator.core.webhooks import STUDIO_HOST
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state
from twilio_emulator.products.conversations.state import MESSAGE, WEBHOOK, Doc

MOST = 5
TARGETS = ("webhook", "studio")
EVENTS = [
    "onMessageAdd",
    "onMessageUpdate",
    "onMessageRemove",
    "onMessageAdded",
    "onMessageUpdated",
    "onMessageRemoved",
    "onConversationUpdated",
    "onConversationStateUpdated",
    "onConversationRemoved",
    "onParticipantAdded",
    "onParticipantUpdated",
    "onParticipantRemoved",
    "onDeliveryUpdated",
]


@dataclass(frozen=True)
class Delivery:
    """One webhook call: `status` 0 means that nothing answered in time."""

    webhook_sid: str
    url: str
    status: int
    body: str


def create_webhook(
    world: World,
    conversation_sid: str,
    *,
    target: str,
    url: str | None,
    method: str | None,
    filters: list[str],
    flow_sid: str | None,
    replay_after: int | None,
) -> Doc:
    """A scoped webhook; the sixth is refused with 50361. With `replay_after` the messages after it are sent to it."""
    conversation = state.get_conversation(world, conversation_sid)
    if target not in TARGETS:
        raise invalid_parameter("Target", f"{' or '.join(TARGETS)} is expected (trigger is not served yet)")
    if world.store.count(WEBHOOK, conversation_sid) >= MOST:
        raise ApiError(400, 50361, f"Webhooks limit reached: a conversation has at most {MOST} scoped webhooks")
    configuration: Doc = {}
    if target == "studio":
        if not is_sid(flow_sid or "", "FW"):
            raise invalid_parameter("Configuration.FlowSid", "the SID of a Studio flow is expected")
        configuration["flow_sid"] = flow_sid
    else:
        configuration.update(url=_checked_url(url), method=_checked_method(method), filters=_checked_filters(filters))
    if replay_after is not None:
        configuration["replay_after"] = replay_after
    now = iso(world.clock.now())
    webhook = {
        "sid": world.sids.new("WH"),
        "account_sid": conversation["account_sid"],
        "chat_service_sid": conversation["chat_service_sid"],
        "conversation_sid": conversation_sid,
        "target": target,
        "configuration": configuration,
        "date_created": now,
        "date_updated": now,
    }
    world.store.put(WEBHOOK, webhook["sid"], webhook, parent=conversation_sid)
    if replay_after is not None:
        _replay(world, webhook, replay_after)
    return webhook


def get_webhook(world: World, conversation_sid: str, sid: str) -> Doc:
    """The webhook; 404 with 50360 where this conversation has none of that SID."""
    webhook = world.store.get(WEBHOOK, sid)
    if webhook is None or webhook["conversation_sid"] != conversation_sid:
        raise ApiError(404, 50360, f"Webhook {sid} not found")
    return webhook


def list_webhooks(world: World, conversation_sid: str) -> list[Doc]:
    """The conversation's scoped webhooks in creation order."""
    return world.store.list(WEBHOOK, conversation_sid)


def update_webhook(world: World, conversation_sid: str, sid: str, changes: Doc) -> Doc:
    """Changes `url`, `method`, `filters` or `flow_sid`."""
    webhook = get_webhook(world, conversation_sid, sid)
    if "url" in changes:
        _checked_url(changes["url"])
    if "method" in changes:
        changes = {**changes, "method": _checked_method(changes["method"])}
    if "filters" in changes:
        _checked_filters(changes["filters"])
    webhook["configuration"].update(changes)
    webhook["date_updated"] = iso(world.clock.now())
    world.store.update(WEBHOOK, sid, webhook)
    return webhook


def delete_webhook(world: World, conversation_sid: str, sid: str) -> None:
    """Removes the webhook; what is under way still arrives."""
    world.store.delete(WEBHOOK, get_webhook(world, conversation_sid, sid)["sid"])


def message_added(world: World, message: Doc, *, source: str) -> "list[asyncio.Task[Any]]":
    """Fires `onMessageAdded`; `source` is SMS, WHATSAPP, SDK or API. Returns the deliveries as tasks."""
    return _fire(world, message["conversation_sid"], "onMessageAdded", _message_form(message, source))


def state_updated(world: World, conversation: Doc, before: str, *, reason: str = "API") -> "list[asyncio.Task[Any]]":
    """Fires `onConversationStateUpdated`; `before` is the state that was left."""
    form = {
        "AccountSid": conversation["account_sid"],
        "ChatServiceSid": conversation["chat_service_sid"],
        "ConversationSid": conversation["sid"],
        "MessagingServiceSid": conversation["messaging_service_sid"],
        "EventType": "onConversationStateUpdated",
        "Source": "API",
        "StateUpdated": conversation["date_updated"],
        "StateFrom": before,
        "StateTo": conversation["state"],
        "Reason": reason,
    }
    return _fire(world, conversation["sid"], "onConversationStateUpdated", form)


def _message_form(message: Doc, source: str) -> dict[str, str]:
    form = {
        "AccountSid": message["account_sid"],
        "ChatServiceSid": message["chat_service_sid"],
        "EventType": "onMessageAdded",
        "Source": source,
        "ConversationSid": message["conversation_sid"],
        "MessageSid": message["sid"],
        "Index": str(message["index"]),
        "DateCreated": message["date_created"],
        "Body": message["body"] or "",
        "Author": message["author"],
        "Attributes": message["attributes"],
        "RetryCount": "0",
    }
    if message["participant_sid"]:
        form["ParticipantSid"] = message["participant_sid"]
    if source == "SDK":
        form["ClientIdentity"] = message["author"]
    return form


def _fire(world: World, conversation_sid: str, event: str, form: dict[str, str]) -> "list[asyncio.Task[Any]]":
    return [
        world.effects.spawn(_deliver(world, webhook, [form]))
        for webhook in list_webhooks(world, conversation_sid)
        if _hears(webhook, event, form.get("Author", ""))
    ]


def _hears(webhook: Doc, event: str, author: str) -> bool:
    """A flow hears messages, but not a flow's."""
    if webhook["target"] == "studio":
        return event == "onMessageAdded" and not author.startswith("FW")
    return event in webhook["configuration"]["filters"]


def _address(webhook: Doc) -> tuple[str, str]:
    """URL and method."""
    configuration = webhook["configuration"]
    if webhook["target"] == "studio":
        return f"https://{STUDIO_HOST}/v1/Accounts/{webhook['account_sid']}/Flows/{configuration['flow_sid']}", "POST"
    return configuration["url"], configuration["method"]


def _replay(world: World, webhook: Doc, replay_after: int) -> None:
    first = replay_after if world.switches["replay_after_inclusive"] else replay_after + 1
    messages = [
        message
        for message in world.store.list(MESSAGE, webhook["conversation_sid"])
        if message["index"] >= first and _hears(webhook, "onMessageAdded", message["author"])
    ]
    if messages:
        world.effects.spawn(_deliver(world, webhook, [_message_form(m, "API") for m in messages]))


async def _deliver(world: World, webhook: Doc, forms: Iterable[dict[str, str]]) -> Delivery:
    """Sends forms one after the other; the last answer is the result."""
    url, method = _address(webhook)
    last = Delivery(webhook["sid"], url, 0, "")
    for form in forms:
        if lag := world.switches["message_webhook_lag_ms"]:
            await asyncio.sleep(lag / 1000)
        result = await world.invoke_webhook(url, form, method=method, account_sid=webhook["account_sid"])
        last = Delivery(webhook["sid"], url, result.status, result.body)
    return last


def _checked_url(url: str | None) -> str:
    if not url or not url.startswith(("http://", "https://")):
        raise invalid_parameter("Configuration.Url", "an absolute URL is expected")
    return url


def _checked_method(method: str | None) -> str:
    method = (method or "POST").upper()
    if method not in {"GET", "POST"}:
        raise invalid_parameter("Configuration.Method", "GET or POST is expected")
    return method


def _checked_filters(filters: list[str]) -> list[str]:
    unknown = [name for name in filters if name not in EVENTS]
    if unknown:
        why = f"{', '.join(unknown)}: no such event; allowed are {', '.join(EVENTS)}"
        raise invalid_parameter("Configuration.Filters", why)
    return filters
