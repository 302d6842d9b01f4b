"""Participants of a channel: the customer, agents as they accept, and how an agent leaves an open conversation.

Sources: https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interaction-channel-participants
and https://www.twilio.com/docs/flex/developer/conversations/park-an-interaction.
"""

import json

from twilio_emulator.core.errors import ApiError, invalid_parameter, not_found
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state as conversations
from twilio_emulator.products.flex import state
from twilio_emulator.products.flex.state import CHANNEL, INVITE, PARTICIPANT, Doc
from twilio_emulator.products.taskrouter import state as taskrouter

TYPES = ("supervisor", "customer", "external", "agent", "unknown")
_WATCHED = ("reservation.accepted", "task.completed", "task.deleted", "task.system-deleted")
STATUSES = {"closed": "completed", "wrapup": "wrapping"}


def add(
    world: World, channel: Doc, kind: str, *, media_sid: str | None, routing: Doc | None = None, identity: str = ""
) -> Doc:
    """Records a participant; `media_sid` is its participant in the conversation."""
    participant: Doc = {
        "sid": world.sids.new("UT"),
        "account_sid": channel["account_sid"],
        "interaction_sid": channel["interaction_sid"],
        "channel_sid": channel["sid"],
        "type": kind,
        "routing_properties": routing,
        "media_sid": media_sid,
        "identity": identity or None,
        "closed": False,
    }
    world.store.put(PARTICIPANT, participant["sid"], participant, parent=channel["sid"])
    return participant


def create(world: World, channel: Doc, kind: str, media: Doc) -> Doc:
    """A participant made by REST: a customer (or another one without a task) who joins the conversation as well."""
    if kind not in TYPES:
        raise invalid_parameter("Type", f"{', '.join(TYPES)} are allowed")
    if kind in {"agent", "supervisor"}:
        raise ApiError(501, 20501, f"Type={kind}: agents join by invites; this is not served yet by this emulator")
    conversation = conversations.get_conversation(world, channel["conversation_sid"])
    if conversation["state"] == "closed" or channel["status"] != "active":
        raise ApiError(400, 45376, f"Failed to add participant. Conversation {conversation['sid']} was closed")
    made = conversations.add_participant(
        world,
        conversation["sid"],
        identity=media.get("identity"),
        address=media.get("address"),
        proxy_address=media.get("proxy_address"),
    )
    state.touch(world, channel)
    return add(world, channel, kind, media_sid=made["sid"])


def listed(world: World, channel: Doc) -> list[Doc]:
    """The participants in the order in which they came; closed ones by the switch `closed_participants_listed`."""
    found = world.store.list(PARTICIPANT, channel["sid"])
    return found if world.switches["closed_participants_listed"] else [doc for doc in found if not doc["closed"]]


def update(world: World, channel: Doc, sid: str, status: str) -> Doc:
    """`closed`: the agent's task is completed and the agent leaves the conversation, which stays open.

    `wrapup`: the task wraps up.
    """
    participant = world.store.get(PARTICIPANT, sid)
    if participant is None or participant["channel_sid"] != channel["sid"]:
        raise not_found(f"/Interactions/{channel['interaction_sid']}/Channels/{channel['sid']}/Participants/{sid}")
    if status not in STATUSES:
        raise invalid_parameter("Status", f"{' or '.join(STATUSES)} is expected")
    if participant["closed"]:
        raise ApiError(400, 45358, f"Failed to close participant {sid}: it is closed already")
    task_sid = (participant["routing_properties"] or {}).get("task_sid")
    task = taskrouter.find_task(world, task_sid) if task_sid else None
    if task is not None and task["assignment_status"] in {"assigned", "wrapping"}:
        wanted = STATUSES[status]
        if task["assignment_status"] != wanted:
            taskrouter.set_task_status(world, task, wanted)
    if status == "closed":
        leave(world, participant)
    state.touch(world, channel)
    return world.store.get(PARTICIPANT, sid) or participant


def leave(world: World, participant: Doc) -> None:
    """Takes a participant out of the conversation and marks it closed."""
    current = world.store.get(PARTICIPANT, participant["sid"])
    if current is None or current["closed"]:
        return
    channel = world.store.get(CHANNEL, participant["channel_sid"]) or {}
    current["closed"] = True
    world.store.update(PARTICIPANT, current["sid"], current)
    if current["media_sid"] and channel:
        members = conversations.list_participants(world, channel["conversation_sid"])
        if current["media_sid"] in {member["sid"] for member in members}:
            conversations.remove_participant(world, channel["conversation_sid"], current["media_sid"])


@taskrouter.observe
def _on_event(world: World, event_type: str, task: Doc | None, reservation: Doc | None) -> None:
    """An agent who accepts joins the channel and its conversation; one whose task is completed leaves."""
    if task is None or event_type not in _WATCHED:
        return
    channel = _channel_of(world, task)
    if channel is None:
        return
    if event_type == "reservation.accepted" and reservation is not None:
        _join(world, channel, task, reservation)
        return
    for participant in world.store.list(PARTICIPANT, channel["sid"]):
        if (participant["routing_properties"] or {}).get("task_sid") == task["sid"]:
            leave(world, participant)


def _channel_of(world: World, task: Doc) -> Doc | None:
    attributes = json.loads(task["attributes"])
    invite = world.store.get(INVITE, str(attributes.get("flexChannelInviteSid")))
    if invite is None or invite["task_sid"] != task["sid"]:
        return None
    return world.store.get(CHANNEL, invite["channel_sid"])


def _join(world: World, channel: Doc, task: Doc, reservation: Doc) -> None:
    worker = taskrouter.find_worker(world, reservation["worker_sid"])
    if worker is None or channel["status"] != "active":
        return
    identity = _identity(worker)
    member = next(
        (p for p in conversations.list_participants(world, channel["conversation_sid"]) if p["identity"] == identity),
        None,
    )
    conversation = conversations.get_conversation(world, channel["conversation_sid"])
    if member is None and conversation["state"] != "closed":
        member = conversations.add_participant(world, channel["conversation_sid"], identity=identity)
    routing = {
        "task_sid": task["sid"],
        "worker_sid": worker["sid"],
        "reservation_sid": reservation["sid"],
    }
    add(world, channel, "agent", media_sid=member["sid"] if member else None, routing=routing, identity=identity)
    state.touch(world, channel)


def _identity(worker: Doc) -> str:
    """The chat identity of an agent: the `contact_uri` attribute without `client:`, else the friendly name."""
    contact = json.loads(worker["attributes"]).get("contact_uri")
    return contact.removeprefix("client:") if isinstance(contact, str) and contact else str(worker["friendly_name"])
