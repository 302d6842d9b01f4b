"""Workspaces with their activities and task channels.

Sources: https://www.twilio.com/docs/taskrouter/api/workspace, .../activity, .../task-channel. Default and timeout
activities cannot be deleted.
"""

from twilio_emulator.core.errors import invalid_parameter
from twilio_emulator.core.store import Conflict
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import records
from twilio_emulator.products.taskrouter.records import ACTIVITY, CHANNEL, QUEUE, TASK, WORKER, WORKSPACE, Doc

DEFAULT_ACTIVITIES = (("Offline", False), ("Available", True), ("Unavailable", False))
DEFAULT_CHANNELS = (
    ("Default", "default"),
    ("Voice", "voice"),
    ("Programmable Chat", "chat"),
    ("SMS", "sms"),
    ("Video", "video"),
)
ORDERS = ("FIFO", "LIFO")


def create_workspace(
    world: World,
    account_sid: str,
    friendly_name: str | None,
    *,
    event_callback_url: str | None = None,
    events_filter: str | None = None,
    multi_task_enabled: bool = True,
    prioritize_queue_order: str | None = None,
) -> Doc:
    """A workspace with the activities and task channels that each new one has.

    Workers start and time out in Offline.
    """
    friendly_name = records.checked_name(friendly_name)
    now = world.clock.timestamp()
    workspace: Doc = {
        "sid": world.sids.new("WS"),
        "account_sid": account_sid,
        "friendly_name": friendly_name,
        "event_callback_url": event_callback_url or "",
        "events_filter": events_filter,
        "multi_task_enabled": multi_task_enabled,
        "prioritize_queue_order": checked_order(prioritize_queue_order, "PrioritizeQueueOrder") or "FIFO",
        "date_created": now,
        "date_updated": now,
    }
    workspace["workspace_sid"] = workspace["sid"]
    try:
        world.store.put(WORKSPACE, workspace["sid"], workspace, parent=account_sid, key=friendly_name)
    except Conflict:
        raise records.name_taken(WORKSPACE, friendly_name, workspace) from None
    activities = [create_activity(world, workspace, name, available=on) for name, on in DEFAULT_ACTIVITIES]
    for name, unique_name in DEFAULT_CHANNELS:
        create_channel(world, workspace, name, unique_name)
    workspace.update(default_activity_sid=activities[0]["sid"], timeout_activity_sid=activities[0]["sid"])
    world.store.update(WORKSPACE, workspace["sid"], workspace)
    return workspace


def update_workspace(world: World, sid: str, changes: Doc) -> Doc:
    """Changes of the workspace's own fields; activities named by SID must be its own."""
    workspace = records.get_workspace(world, sid)
    for name in ("default_activity_sid", "timeout_activity_sid"):
        if name in changes:
            get_activity(world, sid, changes[name])
    if "prioritize_queue_order" in changes:
        checked_order(changes["prioritize_queue_order"], "PrioritizeQueueOrder")
    if "friendly_name" in changes:
        records.checked_name(changes["friendly_name"])
    workspace.update(changes)
    return records.save(world, WORKSPACE, workspace, name=workspace["friendly_name"])


def delete_workspace(world: World, sid: str) -> None:
    """Removes a workspace with all that is in it."""
    records.get_workspace(world, sid)
    world.store.delete(WORKSPACE, sid)
    world.store.delete_under(sid)


def create_activity(world: World, workspace: Doc, friendly_name: str | None, *, available: bool = False) -> Doc:
    """An activity; `available` is fixed for good."""
    name = records.checked_name(friendly_name)
    return records.add(world, ACTIVITY, workspace, "WA", {"friendly_name": name, "available": available}, name=name)


def get_activity(world: World, workspace_sid: str, sid: str) -> Doc:
    """The activity of that workspace."""
    return records.get(world, ACTIVITY, workspace_sid, sid)


def rename_activity(world: World, workspace_sid: str, sid: str, friendly_name: str | None) -> Doc:
    """Changes the name, the only thing of an activity that can change."""
    activity = get_activity(world, workspace_sid, sid)
    if friendly_name:
        activity["friendly_name"] = records.checked_name(friendly_name)
    return records.save(world, ACTIVITY, activity, name=activity["friendly_name"])


def delete_activity(world: World, workspace_sid: str, sid: str) -> None:
    """Removes an activity that nobody is in and that nothing names."""
    activity = get_activity(world, workspace_sid, sid)
    workspace = records.get_workspace(world, workspace_sid)
    what = f"Cannot delete activity {sid} in workspace {workspace_sid} for account {activity['account_sid']}"
    if sid in (workspace["default_activity_sid"], workspace["timeout_activity_sid"]):
        raise records.refused(f"{what} because it is the workspace's default or timeout activity")
    if world.store.list(WORKER, workspace_sid, activity_sid=sid):
        raise records.refused(f"{what} because workers are in it")
    for queue in world.store.list(QUEUE, workspace_sid):
        if sid in (queue["reservation_activity_sid"], queue["assignment_activity_sid"]):
            raise records.refused(f"{what} because queue {queue['sid']} uses it")
    world.store.delete(ACTIVITY, sid)


def create_channel(
    world: World, workspace: Doc, friendly_name: str | None, unique_name: str | None, *, optimized: bool = False
) -> Doc:
    """A task channel; names allow no hyphens (documented: they may fail to parse)."""
    fields: Doc = {
        "friendly_name": records.checked_name(friendly_name),
        "unique_name": records.checked_name(unique_name, "UniqueName"),
        "channel_optimized_routing": optimized,
    }
    if "-" in fields["unique_name"]:
        raise invalid_parameter("UniqueName", "hyphens are not allowed")
    return records.add(world, CHANNEL, workspace, "TC", fields, name=fields["unique_name"])


def get_channel(world: World, workspace_sid: str, sid_or_name: str) -> Doc:
    """The task channel by SID or unique name."""
    found = world.store.by_key(CHANNEL, workspace_sid, sid_or_name)
    return found or records.get(world, CHANNEL, workspace_sid, sid_or_name)


def update_channel(world: World, workspace_sid: str, sid: str, changes: Doc) -> Doc:
    """Changes the friendly name or optimised routing; the unique name is fixed."""
    channel = get_channel(world, workspace_sid, sid)
    channel.update(changes)
    return records.save(world, CHANNEL, channel)


def delete_channel(world: World, workspace_sid: str, sid: str) -> None:
    """Removes a task channel that is not the default one and has no tasks."""
    channel = get_channel(world, workspace_sid, sid)
    what = f"Cannot delete task channel {channel['sid']} in workspace {workspace_sid}"
    if channel["unique_name"] == "default":
        raise records.refused(f"{what} because it is the default task channel")
    if world.store.list(TASK, workspace_sid, task_channel_sid=channel["sid"]):
        raise records.refused(f"{what} because tasks are on it")
    world.store.delete(CHANNEL, channel["sid"])


def checked_order(value: str | None, parameter: str) -> str | None:
    """FIFO or LIFO."""
    if value is not None and value not in ORDERS:
        raise invalid_parameter(parameter, f"{' or '.join(ORDERS)} is expected")
    return value
