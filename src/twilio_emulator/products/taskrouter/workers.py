"""Workers and their channels. Sources: https://www.twilio.com/docs/taskrouter/api/worker and .../worker-channel."""

import json
from typing import Any

from twilio_emulator.core.errors import invalid_parameter, not_found
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import events, records, workspaces
from twilio_emulator.products.taskrouter.records import CHANNEL, RESERVATION, WORKER, WORKER_CHANNEL, Doc

CAPACITY = 1
LIVE = ("pending", "accepted", "wrapping")


def create_worker(
    world: World,
    workspace: Doc,
    friendly_name: str | None,
    *,
    activity_sid: str | None = None,
    attributes: str | None = None,
) -> Doc:
    """A worker, in the workspace's default activity unless another is given, with capacity 1 on each task channel."""
    activity = workspaces.get_activity(world, workspace["sid"], activity_sid or workspace["default_activity_sid"])
    fields: Doc = {
        "friendly_name": records.checked_name(friendly_name),
        "activity_sid": activity["sid"],
        "attributes": checked_attributes(attributes),
        "status_changed": world.clock.timestamp(),
        "idle_since": world.clock.timestamp(),
    }
    worker = records.add(world, WORKER, workspace, "WK", fields, name=fields["friendly_name"])
    for channel in world.store.list(CHANNEL, workspace["sid"]):
        worker_channel(world, worker, channel)
    events.emit(world, workspace["sid"], "worker.created", worker=worker)
    return worker


def get_worker(world: World, workspace_sid: str, sid: str) -> Doc:
    """The worker of that workspace."""
    return records.get(world, WORKER, workspace_sid, sid)


def update_worker(world: World, workspace_sid: str, sid: str, changes: Doc) -> Doc:
    """Changes `friendly_name`, `attributes` or `activity_sid`."""
    worker = get_worker(world, workspace_sid, sid)
    if "attributes" in changes:
        changes = {**changes, "attributes": checked_attributes(changes["attributes"])}
    moved = changes.get("activity_sid") not in (None, worker["activity_sid"])
    if moved:
        workspaces.get_activity(world, workspace_sid, changes["activity_sid"])
        worker["status_changed"] = world.clock.timestamp()
    worker.update(changes)
    records.save(world, WORKER, worker, name=records.checked_name(worker["friendly_name"]))
    if moved:
        events.emit(world, workspace_sid, "worker.activity.update", worker=worker)
    if "attributes" in changes:
        events.emit(world, workspace_sid, "worker.attributes.update", worker=worker)
    return worker


def delete_worker(world: World, workspace_sid: str, sid: str) -> None:
    """Removes a worker who has no work."""
    worker = get_worker(world, workspace_sid, sid)
    if live_reservations(world, sid):
        raise records.refused(f"Cannot delete worker {sid} in workspace {workspace_sid} because it has reservations")
    world.store.delete(WORKER, sid)
    world.store.delete_under(sid)
    events.emit(world, workspace_sid, "worker.deleted", worker=worker)


def is_available(world: World, worker: Doc) -> bool:
    """Whether the worker's activity is one that takes work."""
    return bool(workspaces.get_activity(world, worker["workspace_sid"], worker["activity_sid"])["available"])


def live_reservations(world: World, worker_sid: str) -> list[Doc]:
    """Reservations that occupy the worker: pending, accepted or wrapping."""
    return [doc for doc in world.store.list(RESERVATION, worker_sid) if doc["status"] in LIVE]


def worker_channel(world: World, worker: Doc, channel: Doc) -> Doc:
    """The worker's capacity on one task channel, made on first use where the channel is younger than the worker."""
    found = world.store.by_key(WORKER_CHANNEL, worker["sid"], channel["sid"])
    if found is not None:
        return found
    now = world.clock.timestamp()
    made = {
        "sid": world.sids.new("WC"),
        "account_sid": worker["account_sid"],
        "workspace_sid": worker["workspace_sid"],
        "worker_sid": worker["sid"],
        "task_channel_sid": channel["sid"],
        "task_channel_unique_name": channel["unique_name"],
        "available": True,
        "capacity": CAPACITY,
        "date_created": now,
        "date_updated": now,
    }
    world.store.put(WORKER_CHANNEL, made["sid"], made, parent=worker["sid"], key=channel["sid"])
    return made


def channels_of(world: World, worker: Doc) -> list[Doc]:
    """The worker's channels with `assigned_tasks` and `available_capacity_percentage` as they are now."""
    live = live_reservations(world, worker["sid"])
    return [_with_load(doc, live) for doc in _channels(world, worker)]


def get_worker_channel(world: World, worker: Doc, sid_or_name: str) -> Doc:
    """One channel by its SID, its task channel's SID or unique name."""
    for doc in _channels(world, worker):
        if sid_or_name in (doc["sid"], doc["task_channel_sid"], doc["task_channel_unique_name"]):
            return _with_load(doc, live_reservations(world, worker["sid"]))
    raise not_found(f"/Workspaces/{worker['workspace_sid']}/Workers/{worker['sid']}/Channels/{sid_or_name}")


def update_worker_channel(world: World, worker: Doc, sid: str, changes: Doc) -> Doc:
    """Changes `capacity` (0 to 50) or `available`."""
    if not 0 <= changes.get("capacity", 0) <= 50:
        raise invalid_parameter("Capacity", "0 to 50 is allowed")
    doc = world.store.get(WORKER_CHANNEL, get_worker_channel(world, worker, sid)["sid"]) or {}
    doc.update(changes)
    records.save(world, WORKER_CHANNEL, doc)
    return _with_load(doc, live_reservations(world, worker["sid"]))


def checked_attributes(text: str | None) -> str:
    """A worker's attributes as sent: a JSON object."""
    if not text:
        return "{}"
    try:
        loaded: Any = json.loads(text)
    except ValueError:
        raise invalid_parameter("Attributes", "JSON is expected") from None
    if not isinstance(loaded, dict):
        raise invalid_parameter("Attributes", "a JSON object is expected")
    return text


def _channels(world: World, worker: Doc) -> list[Doc]:
    """As many as the workspace has task channels: those of younger ones are made now."""
    found = world.store.list(WORKER_CHANNEL, worker["sid"])
    there = {doc["task_channel_sid"] for doc in found}
    channels = world.store.list(CHANNEL, worker["workspace_sid"])
    found += [worker_channel(world, worker, channel) for channel in channels if channel["sid"] not in there]
    existing = {channel["sid"] for channel in channels}
    return [doc for doc in found if doc["task_channel_sid"] in existing]


def _with_load(doc: Doc, live: list[Doc]) -> Doc:
    taken = sum(1 for reservation in live if reservation["task_channel_sid"] == doc["task_channel_sid"])
    free = max(doc["capacity"] - taken, 0)
    percentage = 100 * free // doc["capacity"] if doc["capacity"] and doc["available"] else 0
    return {**doc, "assigned_tasks": taken, "available_capacity_percentage": percentage, "free": free}
