"""Task queues; one that a workflow names cannot be deleted.

Source: https://www.twilio.com/docs/taskrouter/api/task-queue.
"""

from twilio_emulator.core.errors import invalid_parameter
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import matching, records, workspaces
from twilio_emulator.products.taskrouter.records import QUEUE, TASK, WORKFLOW, Doc

EVERYBODY = "1==1"
MOST_RESERVED = 50


def create_queue(
    world: World,
    workspace: Doc,
    friendly_name: str | None,
    *,
    target_workers: str | None = None,
    max_reserved_workers: int | None = None,
    task_order: str | None = None,
    reservation_activity_sid: str | None = None,
    assignment_activity_sid: str | None = None,
) -> Doc:
    """A queue; without `target_workers` every worker is in it (`1==1`)."""
    fields: Doc = {
        "friendly_name": records.checked_name(friendly_name),
        "target_workers": EVERYBODY if target_workers is None else target_workers,
        "max_reserved_workers": 1 if max_reserved_workers is None else max_reserved_workers,
        "task_order": task_order or "FIFO",
        "reservation_activity_sid": reservation_activity_sid or None,
        "assignment_activity_sid": assignment_activity_sid or None,
    }
    _check(world, workspace["sid"], fields)
    return records.add(world, QUEUE, workspace, "WQ", fields, name=fields["friendly_name"])


def get_queue(world: World, workspace_sid: str, sid: str) -> Doc:
    """The queue of that workspace."""
    return records.get(world, QUEUE, workspace_sid, sid)


def update_queue(world: World, workspace_sid: str, sid: str, changes: Doc) -> Doc:
    """Changes of the queue's fields; who is in it changes at once."""
    queue = get_queue(world, workspace_sid, sid)
    queue.update(changes)
    _check(world, workspace_sid, queue)
    return records.save(world, QUEUE, queue, name=queue["friendly_name"])


def delete_queue(world: World, workspace_sid: str, sid: str) -> None:
    """Removes a queue that no workflow names and no task waits in."""
    queue = get_queue(world, workspace_sid, sid)
    what = f"Cannot delete queue {sid} in workspace {workspace_sid} for account {queue['account_sid']}"
    for workflow in world.store.list(WORKFLOW, workspace_sid):
        if sid in workflow["configuration"]:
            raise records.refused(f"{what} because workflow {workflow['sid']} uses it")
    live = [t for t in world.store.list(TASK, workspace_sid, task_queue_sid=sid) if t["ended_at"] is None]
    if live:
        raise records.refused(f"{what} because {len(live)} tasks are in it")
    world.store.delete(QUEUE, sid)


def _check(world: World, workspace_sid: str, fields: Doc) -> None:
    records.checked_name(fields["friendly_name"])
    workspaces.checked_order(fields["task_order"], "TaskOrder")
    if not 1 <= fields["max_reserved_workers"] <= MOST_RESERVED:
        raise invalid_parameter("MaxReservedWorkers", f"1 to {MOST_RESERVED} is allowed")
    matching.checked_expression("TargetWorkers", fields["target_workers"])
    for name in ("reservation_activity_sid", "assignment_activity_sid"):
        if fields[name]:
            workspaces.get_activity(world, workspace_sid, fields[name])
