"""Interactions and their channels: kept, found while they live, closed.

Sources: https://www.twilio.com/docs/flex/developer/conversations/interactions-api (interactions, channels) and
https://www.twilio.com/docs/flex/developer/conversations/park-an-interaction. A channel is gone 180 days after its
last update, whatever its state; the update of a conversation is none.
"""

import json
from typing import Any

from twilio_emulator.core.errors import ApiError, invalid_parameter, not_found
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state as conversations
from twilio_emulator.products.conversations import webhooks
from twilio_emulator.products.taskrouter import state as taskrouter

INTERACTION, CHANNEL = "flex.interaction", "flex.channel"
PARTICIPANT, INVITE = "flex.participant", "flex.invite"
TYPES = ("sms", "chat", "web", "whatsapp", "messenger", "email", "gbm")
LIFETIME = 180 * 86_400

Doc = dict[str, Any]


def create_interaction(world: World, account_sid: str, channel_type: str, conversation_sid: str) -> tuple[Doc, Doc]:
    """An interaction with its one channel, active at once; 45354 where the conversation is closed already."""
    conversation = conversations.get_conversation(world, conversation_sid)
    if conversation["state"] == "closed":
        raise ApiError(400, 45354, f"Failed to create Channel because the Conversation {conversation_sid} is closed")
    others = world.store.list(CHANNEL, conversation_sid=conversation["sid"])
    if world.switches["second_interaction"] == "refuse" and any(o["status"] == "active" for o in others):
        raise ApiError(400, 45352, f"The Conversation {conversation_sid} is in another interaction")
    now = world.clock.timestamp()
    interaction: Doc = {
        "sid": world.sids.new("KD"),
        "account_sid": account_sid,
        "channel_sid": world.sids.new("UO"),
        "channel_type": channel_type,
        "interaction_context_sid": None,
        "webhook_ttid": None,
        "routing": None,
        "date_created": now,
    }
    channel: Doc = {
        "sid": interaction["channel_sid"],
        "account_sid": account_sid,
        "interaction_sid": interaction["sid"],
        "conversation_sid": conversation["sid"],
        "type": channel_type,
        "status": "active",
        "updated_at": now,
    }
    world.store.put(INTERACTION, interaction["sid"], interaction, parent=account_sid)
    world.store.put(CHANNEL, channel["sid"], channel, parent=interaction["sid"])
    return interaction, channel


def get_interaction(world: World, sid: str) -> Doc:
    """The interaction; 404 where there is none, or its channel has expired."""
    interaction = world.store.get(INTERACTION, sid)
    if interaction is None:
        raise not_found(f"/Interactions/{sid}")
    get_channel(world, sid, interaction["channel_sid"])
    return interaction


def get_channel(world: World, interaction_sid: str, sid: str) -> Doc:
    """The channel; 404 where there is none, or 180 days after its last update."""
    channel = world.store.get(CHANNEL, sid)
    expired = channel is not None and channel["updated_at"] + LIFETIME <= world.clock.timestamp()
    if channel is None or expired or channel["interaction_sid"] != interaction_sid:
        raise not_found(f"/Interactions/{interaction_sid}/Channels/{sid}")
    return channel


def touch(world: World, channel: Doc) -> None:
    """An update of the channel: its 180 days begin again."""
    channel["updated_at"] = world.clock.timestamp()
    world.store.update(CHANNEL, channel["sid"], channel)


def update_channel(world: World, interaction_sid: str, sid: str, status: str, routing: Doc | None) -> Doc:
    """Closes the channel (and its conversation, for good) or makes it inactive; ends the tasks on it.

    Tasks go to wrapping, or with `routing.status: closed` to completed, which `inactive` requires. Waiting tasks are
    cancelled.
    """
    channel = get_channel(world, interaction_sid, sid)
    routing_status = (routing or {}).get("status")
    if status not in {"closed", "inactive"}:
        raise ApiError(400, 45359, f"Failed to close Channel {sid}. The channel status {status} is invalid")
    if routing_status not in {None, "closed"} or (status == "inactive" and routing_status is None):
        raise invalid_parameter("Routing", 'status "closed" is expected, and required with Status=inactive')
    if channel["status"] not in {"active", "inactive"}:
        raise ApiError(400, 45359, f"Failed to close Channel {sid}. The channel is {channel['status']} already")
    _end_tasks(world, channel, complete=routing_status == "closed")
    channel["status"] = status
    if world.switches["closing_resets_180_days"]:
        channel["updated_at"] = world.clock.timestamp()
    world.store.update(CHANNEL, sid, channel)
    wanted = "closed" if status == "closed" else world.switches["conversation_state_after_inactive"]
    _set_conversation_state(world, channel["conversation_sid"], wanted)
    return channel


def tasks_of(world: World, channel: Doc) -> list[Doc]:
    """The tasks of the channel's invites that are still there, in the order of the invites."""
    found = []
    for invite in world.store.list(INVITE, channel["sid"]):
        task = taskrouter.find_task(world, invite["task_sid"])
        if task is not None:
            found.append(task)
    return found


def parsed(text: str | None, name: str) -> Doc | None:
    """A parameter that is a JSON object."""
    if not text:
        return None
    try:
        loaded = json.loads(text)
    except ValueError:
        raise invalid_parameter(name, "JSON is expected") from None
    if not isinstance(loaded, dict):
        raise invalid_parameter(name, "a JSON object is expected")
    return loaded


def _end_tasks(world: World, channel: Doc, *, complete: bool) -> None:
    for task in tasks_of(world, channel):
        status = task["assignment_status"]
        if status in {"pending", "reserved"}:
            taskrouter.set_task_status(world, task, "canceled", "The interaction channel was closed")
        elif status in {"assigned", "wrapping"} and complete:
            taskrouter.set_task_status(world, task, "completed")
        elif status == "assigned":
            taskrouter.set_task_status(world, task, "wrapping")


def _set_conversation_state(world: World, sid: str, wanted: str) -> None:
    conversation = conversations.get_conversation(world, sid)
    before = conversation["state"]
    if before not in {"closed", wanted}:
        webhooks.state_updated(world, conversations.update_conversation(world, sid, {"state": wanted}), before)
