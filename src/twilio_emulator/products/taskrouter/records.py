"""How TaskRouter's things are kept: their kinds, look-ups that answer 404, and names that are unique in a workspace.

Times inside documents are seconds since 1970; `views` writes them as Twilio does.
"""

from typing import Any

from twilio_emulator.core.errors import ApiError, invalid_parameter, not_found
from twilio_emulator.core.store import Conflict
from twilio_emulator.core.world import World

WORKSPACE, ACTIVITY, QUEUE, CHANNEL = (f"taskrouter.{name}" for name in ("workspace", "activity", "queue", "channel"))
WORKER, WORKER_CHANNEL, WORKFLOW = (f"taskrouter.{name}" for name in ("worker", "worker_channel", "workflow"))
TASK, RESERVATION, EVENT = (f"taskrouter.{name}" for name in ("task", "reservation", "event"))
NOUNS = {
    WORKSPACE: ("Workspace", "Workspaces"),
    ACTIVITY: ("Activity", "Activities"),
    QUEUE: ("Queue", "TaskQueues"),
    CHANNEL: ("Task Channel", "TaskChannels"),
    WORKER: ("Worker", "Workers"),
    WORKFLOW: ("Workflow", "Workflows"),
    TASK: ("Task", "Tasks"),
    RESERVATION: ("Reservation", "Reservations"),
    EVENT: ("Event", "Events"),
}
NAME_LENGTH = 64

Doc = dict[str, Any]


def get_workspace(world: World, sid: str) -> Doc:
    """The workspace; 404 with 20404 where there is none."""
    found = world.store.get(WORKSPACE, sid)
    if found is None:
        raise not_found(f"/Workspaces/{sid}")
    return found


def get(world: World, kind: str, workspace_sid: str, sid: str) -> Doc:
    """A thing of a workspace by SID; 404 with 20404 where that workspace has none."""
    found = world.store.get(kind, sid)
    if found is None or found["workspace_sid"] != workspace_sid:
        raise not_found(f"/Workspaces/{workspace_sid}/{NOUNS[kind][1]}/{sid}")
    return found


def listed(world: World, kind: str, workspace_sid: str, **equal: Any) -> list[Doc]:
    """Things of a workspace in creation order; a filter whose value is None is left out."""
    wanted = {name: value for name, value in equal.items() if value is not None}
    return world.store.list(kind, get_workspace(world, workspace_sid)["sid"], **wanted)


def add(world: World, kind: str, workspace: Doc, prefix: str, fields: Doc, *, name: str | None) -> Doc:
    """Stores a new thing; 400 with 20001 where its name is taken, in the words of the API."""
    now = world.clock.timestamp()
    doc = {
        "sid": world.sids.new(prefix),
        "account_sid": workspace["account_sid"],
        "workspace_sid": workspace["sid"],
        **fields,
        "date_created": now,
        "date_updated": now,
    }
    try:
        world.store.put(kind, doc["sid"], doc, parent=workspace["sid"], key=name)
    except Conflict:
        raise name_taken(kind, name, doc) from None
    return doc


def save(world: World, kind: str, doc: Doc, *, name: str | None = None) -> Doc:
    """Stores changes with the time of the update; `name` is the unique name it has from now on."""
    doc["date_updated"] = world.clock.timestamp()
    try:
        if name is None:
            world.store.update(kind, doc["sid"], doc)
        else:
            world.store.update(kind, doc["sid"], doc, key=name)
    except Conflict:
        raise name_taken(kind, name, doc) from None
    return doc


def name_taken(kind: str, name: str | None, doc: Doc) -> ApiError:
    """The refusal of a second thing of one name."""
    where = f"for workspace {doc['workspace_sid']} " if kind != WORKSPACE else ""
    return refused(f"{NOUNS[kind][0]} named {name} already exists {where}for account {doc['account_sid']}")


def refused(message: str) -> ApiError:
    """400 with 20001: how TaskRouter refuses what its rules forbid."""
    return ApiError(400, 20001, message)


def checked_name(value: str | None, parameter: str = "FriendlyName") -> str:
    """A name of 1 to 64 characters."""
    if not value:
        raise refused(f"Missing required parameter {parameter} in the post body")
    if len(value) > NAME_LENGTH:
        raise invalid_parameter(parameter, f"at most {NAME_LENGTH} characters are allowed")
    return value
