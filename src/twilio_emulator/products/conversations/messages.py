"""Messages of a conversation: indexes that never repeat, authors, and the webhooks that a message fires."""

import asyncio
from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import invalid_parameter, not_found
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state, stream, webhooks
from twilio_emulator.products.conversations.state import CONVERSATION, MESSAGE, Doc

BODY_LENGTH = 1600
Deliveries = list["asyncio.Task[Any]"]


def add_message(
    world: World,
    conversation_sid: str,
    *,
    author: str | None,
    body: str | None,
    attributes: str | None = None,
) -> Doc:
    """Appends a message; an inactive conversation becomes active by it, a closed one refuses it (50377)."""
    conversation = state.open_conversation(world, conversation_sid)
    if body is not None and len(body) > BODY_LENGTH:
        raise invalid_parameter("Body", f"at most {BODY_LENGTH} characters are allowed")
    now = iso(world.clock.now())
    author = author or "system"
    message = {
        "sid": world.sids.new("IM"),
        "account_sid": conversation["account_sid"],
        "chat_service_sid": conversation["chat_service_sid"],
        "conversation_sid": conversation_sid,
        "index": conversation["next_index"],
        "author": author,
        "participant_sid": _participant_sid(world, conversation_sid, author),
        "body": body,
        "attributes": state.checked_attributes(attributes) or "{}",
        "added_at": world.clock.timestamp(),
        "date_created": now,
        "date_updated": now,
    }
    conversation.update(next_index=message["index"] + 1, date_updated=now)
    if conversation["state"] == "inactive":
        conversation["state"] = "active"
    world.store.update(CONVERSATION, conversation_sid, conversation)
    world.store.put(MESSAGE, message["sid"], message, parent=conversation_sid)
    stream.message_added(world, conversation, message)
    return message


def customer_message(world: World, conversation_sid: str, author: str, body: str) -> tuple[Doc, Deliveries]:
    """What a customer's SMS, WhatsApp or web chat message does: it is appended and the scoped webhooks fire.

    `author` is the customer's address or identity and must be a participant (404 with 50430). Returns the message
    and the running deliveries, each a task whose result is a `webhooks.Delivery`.
    """
    conversation = state.get_conversation(world, conversation_sid)
    conversation_sid = conversation["sid"]
    participant = _participant(world, conversation_sid, author)
    if participant is None:
        state.get_participant(world, conversation_sid, author)
    binding = (participant or {}).get("messaging_binding")
    message = add_message(world, conversation_sid, author=author, body=body)
    source = binding["type"].upper() if binding else "SDK"
    return message, webhooks.message_added(world, message, source=source)


def get_message(world: World, conversation_sid: str, sid: str) -> Doc:
    """The message by SID; 404 where there is none."""
    message = world.store.get(MESSAGE, sid)
    if message is None or message["conversation_sid"] != conversation_sid:
        raise not_found(f"/Conversations/{conversation_sid}/Messages/{sid}")
    return message


def list_messages(world: World, conversation_sid: str, order: str = "asc") -> list[Doc]:
    """Messages by index. With the switch `messages_list_lag_ms` the newest ones are not listed yet."""
    if order not in {"asc", "desc"}:
        raise invalid_parameter("Order", "asc or desc is expected")
    lag = world.switches["messages_list_lag_ms"] / 1000
    newest = world.clock.timestamp() - lag
    found = [m for m in world.store.list(MESSAGE, conversation_sid) if not lag or m["added_at"] <= newest]
    return found if order == "asc" else found[::-1]


def update_message(world: World, conversation_sid: str, sid: str, changes: Doc) -> Doc:
    """Changes `author`, `body` or `attributes`."""
    state.open_conversation(world, conversation_sid)
    message = get_message(world, conversation_sid, sid)
    if "attributes" in changes:
        state.checked_attributes(changes["attributes"])
    message.update(changes, date_updated=iso(world.clock.now()))
    world.store.update(MESSAGE, sid, message)
    return message


def delete_message(world: World, conversation_sid: str, sid: str) -> None:
    """Removes a message; its index is not used again."""
    world.store.delete(MESSAGE, get_message(world, conversation_sid, sid)["sid"])


def _participant(world: World, conversation_sid: str, author: str) -> Doc | None:
    for participant in state.list_participants(world, conversation_sid):
        if author in (participant["identity"], (participant["messaging_binding"] or {}).get("address")):
            return participant
    return None


def _participant_sid(world: World, conversation_sid: str, author: str) -> str | None:
    participant = _participant(world, conversation_sid, author)
    return participant["sid"] if participant else None
