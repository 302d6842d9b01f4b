"""Tasks: made, changed, completed, cancelled. Which worker gets one is the engine's matter.

Sources: https://www.twilio.com/docs/taskrouter/api/task and .../lifecycle-task-state. A task lives at most two weeks
unassigned; attributes are a JSON object of at most 4,096 characters; an ended task is deleted after five minutes
(switch `ended_tasks_vanish_seconds`).
"""

import json
from typing import Any

from twilio_emulator.core.errors import ApiError, invalid_parameter
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import (
    events,
    lifecycle,
    matching,
    placing,
    queues,
    records,
    timing,
    workers,
    workspaces,
)
from twilio_emulator.products.taskrouter.records import QUEUE, RESERVATION, TASK, WORKFLOW, Doc

ATTRIBUTES_LENGTH = 4096
TIMEOUT, LONGEST_TIMEOUT = 86_400, 1_209_600
HIGHEST_PRIORITY = 2**31 - 1
LIVE = ("pending", "reserved", "assigned", "wrapping")


def checked_attributes(text: str | None) -> str:
    """Task attributes as sent; 400 where they are no JSON object or longer than 4,096 characters."""
    if not text:
        return "{}"
    if len(text) > ATTRIBUTES_LENGTH:
        raise invalid_parameter(
            "Attributes", f"at most {ATTRIBUTES_LENGTH} characters are allowed, {len(text)} were sent"
        )
    try:
        loaded: Any = json.loads(text)
    except ValueError:
        raise invalid_parameter("Attributes", "JSON is expected") from None
    if not isinstance(loaded, dict):
        raise invalid_parameter("Attributes", "a JSON object is expected")
    return text


def create_task(
    world: World,
    workspace_sid: str,
    *,
    attributes: str | None = None,
    workflow_sid: str | None = None,
    priority: int | None = None,
    timeout: int | None = None,
    task_channel: str | None = None,
    routing_target: str | None = None,
    task_queue_sid: str | None = None,
    ignore_capacity: bool = True,
    virtual_start: float | None = None,
) -> Doc:
    """A task, routed at once: by a workflow (the only one unless named), or to the `routing_target`, WK or WQ."""
    workspace = records.get_workspace(world, workspace_sid)
    attributes = checked_attributes(attributes)
    timeout = TIMEOUT if timeout is None else timeout
    if not 1 <= timeout <= LONGEST_TIMEOUT:
        raise invalid_parameter("Timeout", f"1 to {LONGEST_TIMEOUT} seconds are allowed")
    if not 0 <= (priority or 0) <= HIGHEST_PRIORITY:
        raise invalid_parameter("Priority", f"0 to {HIGHEST_PRIORITY} is allowed")
    channel = workspaces.get_channel(world, workspace_sid, task_channel or "default")
    if routing_target and routing_target.startswith("WW"):
        workflow_sid, routing_target = routing_target, None
    if workflow_sid or not routing_target:
        workflow_sid = _workflow_sid(world, workspace_sid, workflow_sid)
    routing = _way(world, workspace_sid, workflow_sid, routing_target, task_queue_sid)
    now = world.clock.timestamp()
    fields: Doc = {
        "attributes": attributes,
        "assignment_status": "pending",
        "assignment_counter": 0,
        "priority": priority or 0,
        "reason": None,
        "task_queue_sid": None,
        "task_queue_entered": None,
        "task_channel_sid": channel["sid"],
        "task_channel_unique_name": channel["unique_name"],
        "timeout": timeout,
        "virtual_start": now if virtual_start is None else virtual_start,
        "workflow_sid": workflow_sid or None,
        "routing_target": routing_target,
        "ignore_capacity": bool(routing_target and routing_target.startswith("WK") and ignore_capacity),
        "routing": routing,
        "reservations": [],
        "assigned_at": None,
        "ended_at": None,
        "version": 0,
    }
    task = records.add(world, TASK, workspace, "WT", fields, name=None)
    timing.plan(world, task)
    events.emit(world, workspace_sid, "task.created", task=task)
    placing.start(world, task)
    return get_task(world, workspace_sid, task["sid"])


def get_task(world: World, workspace_sid: str, sid: str) -> Doc:
    """The task of that workspace; 404 where it never was or has vanished."""
    return records.get(world, TASK, workspace_sid, sid)


def check_version(task: Doc, if_match: str | None) -> None:
    """412 where an If-Match header names another version of the task."""
    if if_match is not None and if_match.strip('"') != str(task["version"]):
        raise ApiError(412, 20412, f"The task {task['sid']} has been changed: its version is {task['version']}")


def update_task(world: World, workspace_sid: str, sid: str, changes: Doc, *, if_match: str | None = None) -> Doc:
    """Changes attributes, priority, task_channel, virtual_start; `assignment_status` with `reason` ends the task."""
    task = get_task(world, workspace_sid, sid)
    check_version(task, if_match)
    if "attributes" in changes:
        task["attributes"] = checked_attributes(changes["attributes"])
    if "priority" in changes:
        task["priority"] = changes["priority"]
    if "virtual_start" in changes:
        task["virtual_start"] = changes["virtual_start"]
    if "task_channel" in changes:
        channel = workspaces.get_channel(world, workspace_sid, changes["task_channel"])
        task.update(task_channel_sid=channel["sid"], task_channel_unique_name=channel["unique_name"])
    timing.save_task(world, task)
    if {"attributes", "priority", "virtual_start", "task_channel"} & changes.keys():
        events.emit(world, workspace_sid, "task.updated", task=task)
    status = changes.get("assignment_status")
    if status is not None and status != task["assignment_status"]:
        set_status(world, workspace_sid, sid, status, changes.get("reason"))
    return get_task(world, workspace_sid, sid)


def set_status(world: World, workspace_sid: str, sid: str, status: str, reason: str | None = None) -> Doc:
    """Completes, wraps up or cancels a task, with its reservations; 400 where it is not in a state for that."""
    task = get_task(world, workspace_sid, sid)
    allowed = {
        "completed": ("assigned", "wrapping"),
        "wrapping": ("assigned",),
        "canceled": ("pending", "reserved"),
    }.get(status)
    if allowed is None:
        raise invalid_parameter("AssignmentStatus", "completed, wrapping or canceled is expected")
    if task["assignment_status"] not in allowed:
        verb = {"completed": "complete", "wrapping": "wrap up", "canceled": "cancel"}[status]
        raise records.refused(
            f"Cannot {verb} task {sid} in workspace {workspace_sid} for account {task['account_sid']} "
            f"because it is not currently {' or '.join(allowed)}."
        )
    if status == "wrapping":
        lifecycle.wrap(world, task, reason)
    elif status == "completed":
        lifecycle.complete(world, task, reason)
    else:
        lifecycle.cancel(world, task, reason or "")
    placing.route(world, workspace_sid)
    return get_task(world, workspace_sid, sid)


def delete_task(world: World, workspace_sid: str, sid: str, *, if_match: str | None = None) -> None:
    """Removes a task; pending offers are taken back."""
    task = get_task(world, workspace_sid, sid)
    check_version(task, if_match)
    lifecycle.remove(world, task, "task.deleted")
    placing.route(world, workspace_sid)


def list_tasks(world: World, workspace_sid: str, **equal: Any) -> list[Doc]:
    """Tasks in creation order, filtered by equal fields (None: not filtered)."""
    return records.listed(world, TASK, workspace_sid, **equal)


def reservations_of(world: World, task: Doc) -> list[Doc]:
    """The task's reservations in the order in which they were made."""
    return [doc for sid in task["reservations"] if (doc := world.store.get(RESERVATION, sid))]


def _workflow_sid(world: World, workspace_sid: str, wanted: str | None) -> str:
    if wanted:
        return str(records.get(world, WORKFLOW, workspace_sid, wanted)["sid"])
    existing = world.store.list(WORKFLOW, workspace_sid)
    if len(existing) != 1:
        raise records.refused(
            "Missing required parameter WorkflowSid in the post body: there is not exactly one workflow"
        )
    return str(existing[0]["sid"])


def _way(
    world: World,
    workspace_sid: str,
    workflow_sid: str | None,
    routing_target: str | None,
    task_queue_sid: str | None,
) -> Doc:
    if routing_target is None:
        workflow = records.get(world, WORKFLOW, workspace_sid, workflow_sid or "")
        return matching.begin(world, configuration=workflow["configuration"])
    if routing_target.startswith("WK"):
        workers.get_worker(world, workspace_sid, routing_target)
        existing = [queue["sid"] for queue in world.store.list(QUEUE, workspace_sid)]
        queue = task_queue_sid or (existing[0] if existing else "")
    elif routing_target.startswith("WQ"):
        queue = routing_target
    else:
        raise invalid_parameter("RoutingTarget", "the SID of a worker, a queue or a workflow is expected")
    return matching.begin(world, queue=queues.get_queue(world, workspace_sid, queue)["sid"])
