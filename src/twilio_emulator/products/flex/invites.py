"""Invites: each makes a task for the channel's conversation, with the attributes that Flex adds.

Source: https://www.twilio.com/docs/flex/developer/conversations/interactions-api/invites-subresource.
The original task's attributes are not carried over; the sender gives all that shall be there.
"""

import json
from typing import Any

from twilio_emulator.core.errors import ApiError, invalid_parameter
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state as conversations
from twilio_emulator.products.flex import snapshots, state
from twilio_emulator.products.flex.state import INVITE, Doc
from twilio_emulator.products.taskrouter import state as taskrouter

MEDIA_NAMES = {"sms": "SMS", "whatsapp": "Whatsapp", "web": "Web", "chat": "Chat", "email": "Email"}
ROUTING_KEYS = {
    "workspace_sid",
    "workflow_sid",
    "queue_sid",
    "worker_sid",
    "task_channel_sid",
    "task_channel_unique_name",
    "attributes",
    "priority",
    "timeout",
}


def create_invite(world: World, channel: Doc, routing: Doc, *, initiated_by: str | None = None) -> Doc:
    """Makes the task and remembers the invite with what it answers.

    Refused where the channel or its conversation takes nobody in.
    """
    _check_open(world, channel)
    properties = routing.get("properties")
    if not isinstance(properties, dict):
        raise invalid_parameter("Routing", "an object with properties is expected")
    unknown = sorted(properties.keys() - ROUTING_KEYS)
    if unknown:
        raise ApiError(501, 20501, f"Routing: {', '.join(unknown)}: not served yet by this emulator")
    sid = world.sids.new("KG")
    attributes = _with_flex_own(world, channel, sid, _own_attributes(properties), initiated_by)
    task = _create_task(world, properties, attributes)
    invite: Doc = {
        "sid": sid,
        "account_sid": channel["account_sid"],
        "interaction_sid": channel["interaction_sid"],
        "channel_sid": channel["sid"],
        "task_sid": task["sid"],
        "sent": {"properties": properties},
        "snapshot": snapshots.of_new_task(world, task),
    }
    world.store.put(INVITE, sid, invite, parent=channel["sid"])
    if channel["status"] == "inactive":
        channel["status"] = "active"
    state.touch(world, channel)
    return invite


def list_invites(world: World, channel: Doc) -> list[Doc]:
    """The channel's invites in creation order; tasks as they are now, or as they were (switch `invites_list_fresh`)."""
    found = world.store.list(INVITE, channel["sid"])
    if not world.switches["invites_list_fresh"]:
        return found
    for invite in found:
        task = taskrouter.find_task(world, invite["task_sid"])
        if task is not None:
            invite["snapshot"] = snapshots.of_task(world, task)
    return found


def _check_open(world: World, channel: Doc) -> None:
    conversation_sid = channel["conversation_sid"]
    closed = ApiError(400, 45376, f"Failed to add participant. Conversation {conversation_sid} was closed or not found")
    if channel["status"] not in {"active", "inactive"}:
        raise closed
    if channel["status"] == "inactive" and world.switches["invite_into_inactive"] == "refuse":
        raise ApiError(400, 45381, f"Failed to activate Channel {channel['sid']}")
    try:
        conversation = conversations.get_conversation(world, conversation_sid)
    except ApiError:
        raise closed from None
    if conversation["state"] == "closed":
        raise closed


def _own_attributes(properties: Doc) -> Doc:
    attributes = properties.get("attributes") or {}
    if isinstance(attributes, str):
        attributes = state.parsed(attributes, "Routing") or {}
    if not isinstance(attributes, dict):
        raise invalid_parameter("Routing", "properties.attributes: an object is expected")
    return attributes


def _with_flex_own(world: World, channel: Doc, invite_sid: str, sent: Doc, initiated_by: str | None) -> Doc:
    """The sent attributes and what Flex writes over them into every task of an interaction."""
    conversation_sid = channel["conversation_sid"]
    attributes: Doc = {
        **sent,
        "flexInteractionSid": channel["interaction_sid"],
        "flexInteractionChannelSid": channel["sid"],
        "flexChannelInviteSid": invite_sid,
        "conversationSid": conversation_sid,
        "channelType": channel["type"],
        "customers": {**_customers(world, conversation_sid, sent), **_object(sent.get("customers"))},
        "conversations": {
            **_object(sent.get("conversations")),
            "conversation_id": channel["interaction_sid"],
            "communication_channel": MEDIA_NAMES.get(channel["type"], channel["type"].title()),
            "media": [
                {"conversation_sid": conversation_sid, "media": [{"type": "ChatTranscript", "sid": conversation_sid}]}
            ],
        },
    }
    if initiated_by:
        direction = "outbound" if initiated_by == "agent" else "inbound"
        attributes.update(initiatedBy=initiated_by, direction=direction)
        attributes["conversations"].update(initiated_by=initiated_by, direction=direction)
    return attributes


def _object(value: Any) -> Doc:
    return value if isinstance(value, dict) else {}


def _customers(world: World, conversation_sid: str, sent: Doc) -> Doc:
    bindings = (p["messaging_binding"] for p in conversations.list_participants(world, conversation_sid))
    phone = next((binding["address"] for binding in bindings if binding), None)
    return {"phone": phone or sent.get("from"), "name": None, "email": None}


def _create_task(world: World, properties: Doc, attributes: Doc) -> Doc:
    workspace_sid = properties.get("workspace_sid")
    if not workspace_sid:
        raise invalid_parameter("Routing", "properties.workspace_sid is required")
    queue_sid, worker_sid = properties.get("queue_sid"), properties.get("worker_sid")
    if worker_sid and not queue_sid:
        raise invalid_parameter("Routing", "properties.queue_sid and properties.worker_sid come together")
    if queue_sid and not worker_sid and not world.switches["queue_sid_alone"]:
        raise invalid_parameter("Routing", "properties.queue_sid and properties.worker_sid come together")
    numbers: dict[str, Any] = {}
    for name in ("priority", "timeout"):
        value = properties.get(name)
        if value is not None and (isinstance(value, bool) or not str(value).isdigit()):
            raise invalid_parameter("Routing", f"properties.{name}: a whole number is expected")
        numbers[name] = None if value is None else int(value)
    return taskrouter.create_task(
        world,
        workspace_sid,
        attributes=json.dumps(attributes, separators=(",", ":"), ensure_ascii=False),
        workflow_sid=properties.get("workflow_sid"),
        task_channel=properties.get("task_channel_sid") or properties.get("task_channel_unique_name"),
        routing_target=worker_sid or queue_sid,
        task_queue_sid=queue_sid,
        **numbers,
    )
