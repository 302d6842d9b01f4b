"""Conversation services, conversations and their participants: the rules, without HTTP.

Sources: https://www.twilio.com/docs/conversations/api (conversation-resource, conversation-participant-resource,
service-resource) and Twilio's OpenAPI `twilio_conversations_v1`. Every function raises `ApiError` as Twilio would.
"""

import json
from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import ApiError, invalid_parameter, not_found
from twilio_emulator.core.sids import is_sid
from twilio_emulator.core.store import Conflict
from twilio_emulator.core.world import World

SERVICE, CONVERSATION = "conversations.service", "conversations.conversation"
CONFIGURATION = "conversations.configuration"
PARTICIPANT, MESSAGE, WEBHOOK = "conversations.participant", "conversations.message", "conversations.webhook"
STATES = ("initializing", "active", "inactive", "closed")
ATTRIBUTES_BYTES = 16 * 1024

Doc = dict[str, Any]


def create_service(world: World, account_sid: str, friendly_name: str) -> Doc:
    """A conversation service; the first one of an account is its default, which paths without a service mean."""
    now = iso(world.clock.now())
    service = {
        "sid": world.sids.new("IS"),
        "account_sid": account_sid,
        "friendly_name": friendly_name,
        "role_sid": world.sids.new("RL"),
        "date_created": now,
        "date_updated": now,
    }
    world.store.put(SERVICE, service["sid"], service, parent=account_sid)
    return service


def default_service(world: World, account_sid: str) -> Doc:
    """The account's default service: the one that was chosen, else the first; made on first use as Twilio does."""
    chosen = world.store.get(CONFIGURATION, account_sid)
    service = world.store.get(SERVICE, chosen["default"]) if chosen else None
    services = [service] if service else world.store.list(SERVICE, account_sid)
    return services[0] if services else create_service(world, account_sid, "Default Conversations Service")


def make_default(world: World, account_sid: str, sid: str) -> None:
    """From now on a service is the account's default."""
    if world.store.get(CONFIGURATION, account_sid) is None:
        world.store.put(CONFIGURATION, account_sid, {"default": sid}, parent=account_sid)
    else:
        world.store.update(CONFIGURATION, account_sid, {"default": sid})


def get_service(world: World, sid: str) -> Doc:
    """The service; 404 with 20404 where there is none."""
    service = world.store.get(SERVICE, sid)
    if service is None:
        raise not_found(f"/Services/{sid}")
    return service


def checked_attributes(text: str | None, name: str = "Attributes") -> str | None:
    """Attributes as sent: an object in JSON of at most 16 KB; 400 otherwise."""
    if text is None:
        return None
    if len(text.encode()) > ATTRIBUTES_BYTES:
        raise ApiError(400, 50321, f"{name} are longer than 16 KB")
    try:
        parsed = json.loads(text or "{}")
    except ValueError:
        raise invalid_parameter(name, "JSON is expected") from None
    if not isinstance(parsed, dict):
        raise invalid_parameter(name, "a JSON object is expected")
    return text or "{}"


def create_conversation(
    world: World,
    service: Doc,
    *,
    friendly_name: str | None = None,
    unique_name: str | None = None,
    attributes: str | None = None,
    messaging_service_sid: str | None = None,
    state: str | None = None,
) -> Doc:
    """An open conversation; 409 with 50353 where the unique name is taken."""
    now = iso(world.clock.now())
    conversation = {
        "sid": world.sids.new("CH"),
        "account_sid": service["account_sid"],
        "chat_service_sid": service["sid"],
        "messaging_service_sid": messaging_service_sid or world.sids.new("MG"),
        "friendly_name": friendly_name,
        "unique_name": unique_name,
        "attributes": checked_attributes(attributes) or "{}",
        "state": _checked_state(state) or "active",
        "next_index": 0,
        "date_created": now,
        "date_updated": now,
    }
    try:
        world.store.put(CONVERSATION, conversation["sid"], conversation, parent=service["sid"], key=unique_name)
    except Conflict:
        raise ApiError(409, 50353, f"Conversation with provided unique name {unique_name} already exists") from None
    return conversation


def get_conversation(world: World, sid_or_name: str, service_sid: str | None = None) -> Doc:
    """The conversation by SID or unique name, within one service where given; 404 with 50350 where there is none."""
    found = world.store.get(CONVERSATION, sid_or_name) if is_sid(sid_or_name, "CH") else None
    if found is None and service_sid is not None:
        found = world.store.by_key(CONVERSATION, service_sid, sid_or_name)
    if found is None or (service_sid is not None and found["chat_service_sid"] != service_sid):
        raise ApiError(404, 50350, f"Conversation {sid_or_name} not found")
    return found


def open_conversation(world: World, sid: str) -> Doc:
    """The conversation, refused with 50377 where it is closed: that state is final."""
    conversation = get_conversation(world, sid)
    if conversation["state"] == "closed":
        raise ApiError(400, 50377, f"Conversation {sid} is in the final state closed and cannot be updated")
    return conversation


def update_conversation(world: World, sid: str, changes: Doc) -> Doc:
    """Changes what `changes` names: friendly_name, unique_name, attributes, messaging_service_sid, state."""
    conversation = open_conversation(world, sid)
    if "attributes" in changes:
        changes = {**changes, "attributes": checked_attributes(changes["attributes"])}
    if "state" in changes:
        _checked_state(changes["state"])
    conversation.update(changes, date_updated=iso(world.clock.now()))
    try:
        world.store.update(CONVERSATION, sid, conversation, key=conversation["unique_name"])
    except Conflict:
        raise ApiError(
            409, 50353, f"Conversation with provided unique name {conversation['unique_name']} already exists"
        ) from None
    return conversation


def delete_conversation(world: World, sid: str) -> None:
    """Removes a conversation with all that is in it."""
    world.store.delete(CONVERSATION, sid)
    world.store.delete_under(sid)


def add_participant(
    world: World,
    conversation_sid: str,
    *,
    identity: str | None = None,
    address: str | None = None,
    proxy_address: str | None = None,
    attributes: str | None = None,
    binding_type: str | None = None,
) -> Doc:
    """A participant: of chat by `identity`, or of a messaging channel by `address` and `proxy_address`."""
    conversation = open_conversation(world, conversation_sid)
    if (identity is None) == (address is None):
        raise invalid_parameter("Identity", "either Identity or MessagingBinding.Address is expected")
    for other in list_participants(world, conversation_sid):
        if identity is not None and other["identity"] == identity:
            raise ApiError(409, 50433, "Participant already exists")
        if address is not None and (other["messaging_binding"] or {}).get("address") == address:
            raise ApiError(409, 50416, "A binding for this participant and proxy address already exists")
    binding = None
    if address is not None:
        kind = binding_type or (address.split(":", 1)[0] if address.startswith(("whatsapp:", "messenger:")) else "sms")
        binding = {"type": kind, "address": address, "proxy_address": proxy_address}
    now = iso(world.clock.now())
    participant = {
        "sid": world.sids.new("MB"),
        "account_sid": conversation["account_sid"],
        "chat_service_sid": conversation["chat_service_sid"],
        "conversation_sid": conversation_sid,
        "identity": identity,
        "attributes": checked_attributes(attributes) or "{}",
        "messaging_binding": binding,
        "role_sid": get_service(world, conversation["chat_service_sid"])["role_sid"],
        "date_created": now,
        "date_updated": now,
    }
    world.store.put(PARTICIPANT, participant["sid"], participant, parent=conversation_sid)
    return participant


def list_participants(world: World, conversation_sid: str) -> list[Doc]:
    """The participants in the order in which they came."""
    return world.store.list(PARTICIPANT, conversation_sid)


def get_participant(world: World, conversation_sid: str, sid: str) -> Doc:
    """The participant by SID or identity; 404 with 50430 where it is no member of this conversation."""
    for participant in list_participants(world, conversation_sid):
        if sid in (participant["sid"], participant["identity"]):
            return participant
    raise ApiError(404, 50430, f"Participant {sid} is not a member of the conversation {conversation_sid}")


def update_participant(world: World, conversation_sid: str, sid: str, changes: Doc) -> Doc:
    """Changes `attributes` or `identity`."""
    open_conversation(world, conversation_sid)
    participant = get_participant(world, conversation_sid, sid)
    if "attributes" in changes:
        checked_attributes(changes["attributes"])
    participant.update(changes, date_updated=iso(world.clock.now()))
    world.store.update(PARTICIPANT, participant["sid"], participant)
    return participant


def remove_participant(world: World, conversation_sid: str, sid: str) -> None:
    """Takes a participant out of the conversation; allowed in every state."""
    world.store.delete(PARTICIPANT, get_participant(world, conversation_sid, sid)["sid"])


def _checked_state(state: str | None) -> str | None:
    if state is not None and state not in STATES:
        raise invalid_parameter("State", f"{', '.join(STATES)} are allowed")
    return state
