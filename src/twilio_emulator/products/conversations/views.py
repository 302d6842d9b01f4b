"""JSON of Conversations as Twilio's OpenAPI `twilio_conversations_v1` has it.

`base` is the address of the parent collection's owner.
"""

from typing import Any

from twilio_emulator.products.conversations.state import Doc

BASE = "https://conversations.twilio.com/v1"


def service(doc: Doc) -> Doc:
    """A conversation service."""
    url = f"{BASE}/Services/{doc['sid']}"
    names = [
        "conversations",
        "users",
        "roles",
        "bindings",
        "configuration",
        "participant_conversations",
        "conversation_with_participants",
    ]
    return {
        **_pick(doc, "sid account_sid friendly_name date_created date_updated"),
        "url": url,
        "links": {name: f"{url}/{''.join(part.title() for part in name.split('_'))}" for name in names},
    }


def conversation(base: str, doc: Doc) -> Doc:
    """A conversation; `base` is `/v1` or `/v1/Services/IS...` of the host."""
    url = f"{base}/Conversations/{doc['sid']}"
    fields = (
        "sid account_sid chat_service_sid messaging_service_sid friendly_name unique_name attributes date_created "
        "date_updated state"
    )
    return {
        **_pick(doc, fields),
        "timers": {},
        "bindings": {},
        "url": url,
        "links": {name: f"{url}/{name.title()}" for name in ("participants", "messages", "webhooks", "export")},
    }


def participant(base: str, doc: Doc) -> Doc:
    """A participant of a conversation."""
    fields = "account_sid conversation_sid sid identity attributes messaging_binding role_sid date_created date_updated"
    return {
        **_scoped(base, doc),
        **_pick(doc, fields),
        "last_read_message_index": None,
        "last_read_timestamp": None,
        "url": f"{base}/Conversations/{doc['conversation_sid']}/Participants/{doc['sid']}",
    }


def message(base: str, doc: Doc) -> Doc:
    """A message of a conversation."""
    url = f"{base}/Conversations/{doc['conversation_sid']}/Messages/{doc['sid']}"
    fields = "sid account_sid conversation_sid body author participant_sid attributes date_created date_updated index"
    return {
        **_scoped(base, doc),
        **_pick(doc, fields),
        "media": None,
        "delivery": None,
        "content_sid": None,
        "url": url,
        "links": {"delivery_receipts": f"{url}/Receipts", "channel_metadata": f"{url}/ChannelMetadata"},
    }


def webhook(base: str, doc: Doc) -> Doc:
    """A scoped webhook."""
    return {
        **_scoped(base, doc),
        **_pick(doc, "account_sid conversation_sid sid target configuration date_created date_updated"),
        "url": f"{base}/Conversations/{doc['conversation_sid']}/Webhooks/{doc['sid']}",
    }


def participant_conversation(base: str, conversation_doc: Doc, doc: Doc) -> Doc:
    """A conversation as seen from one of its participants."""
    names = "unique_name friendly_name attributes date_created date_updated state"
    conversation_fields = {f"conversation_{name}": value for name, value in _pick(conversation_doc, names).items()}
    return {
        "account_sid": doc["account_sid"],
        "chat_service_sid": doc["chat_service_sid"],
        "participant_sid": doc["sid"],
        "participant_user_sid": None,
        "participant_identity": doc["identity"],
        "participant_messaging_binding": doc["messaging_binding"],
        "conversation_sid": conversation_doc["sid"],
        **conversation_fields,
        "conversation_created_by": "system",
        "conversation_timers": {},
        "links": {
            "participant": f"{base}/Conversations/{conversation_doc['sid']}/Participants/{doc['sid']}",
            "conversation": f"{base}/Conversations/{conversation_doc['sid']}",
        },
    }


def _pick(doc: Doc, names: str) -> dict[str, Any]:
    return {name: doc[name] for name in names.split()}


def _scoped(base: str, doc: Doc) -> Doc:
    return {"chat_service_sid": doc["chat_service_sid"]} if "/Services/" in base else {}
