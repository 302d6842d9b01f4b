"""The engine: follows what becomes of offers, and does what time brings.

    created -> pending --offer--> reserved --accept--> assigned --wrap--> wrapping --complete--> completed
                  ^                  | reject, timeout     \\-------------complete-------------> completed
                  +------------------+          pending, reserved --timeout, end of the way, cancel--> canceled

A refused offer goes to somebody else of the same target first; where nobody else could take it, the task moves on to
the next target, and in the last one it is offered again. Ten offers are the most. A task routed to one worker is
cancelled when that worker refuses.
Sources: https://www.twilio.com/docs/taskrouter/lifecycle-task-state, .../worker-presence, .../multitasking.
"""

from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import events, lifecycle, placing, records, timing, workers
from twilio_emulator.products.taskrouter.records import TASK, Doc
from twilio_emulator.products.taskrouter.timing import save_task

MOST_ASSIGNMENTS = 10


def accept(world: World, reservation: Doc) -> None:
    """The worker takes the task; every other offer of it is taken back."""
    task = world.store.get(TASK, reservation["task_sid"]) or {}
    lifecycle.set_reservation(world, reservation, "accepted")
    for other in timing.pending(world, task):
        lifecycle.set_reservation(world, other, "rescinded")
    task.update(assignment_status="assigned", assigned_at=world.clock.timestamp())
    save_task(world, task)
    events.emit(world, task["workspace_sid"], "reservation.accepted", task=task, reservation=reservation)


def refuse(world: World, reservation: Doc, status: str) -> None:
    """The worker rejects the offer (`rejected`), or lets it pass (`timeout`) and goes to the timeout activity."""
    task = world.store.get(TASK, reservation["task_sid"]) or {}
    lifecycle.set_reservation(world, reservation, status)
    task["routing"]["refused"].append(reservation["worker_sid"])
    if not timing.pending(world, task):
        task["assignment_status"] = "pending"
    save_task(world, task)
    events.emit(world, task["workspace_sid"], f"reservation.{status}", task=task, reservation=reservation)
    if status == "timeout":
        workspace = records.get_workspace(world, task["workspace_sid"])
        changes = {"activity_sid": workspace["timeout_activity_sid"]}
        workers.update_worker(world, workspace["sid"], reservation["worker_sid"], changes)
    if task["assignment_status"] == "pending":
        if (task["routing_target"] or "").startswith("WK"):
            lifecycle.cancel(world, task, "Task canceled because its worker did not take it")
        elif task["assignment_counter"] >= MOST_ASSIGNMENTS:
            lifecycle.cancel(world, task, "Task canceled on Max Assignment Count")
    placing.route(world, task["workspace_sid"])


def tick(world: World) -> None:
    """Does all that is due: offers and tasks that time out, targets that end, ended tasks that vanish."""
    for sid in timing.due_now(world):
        task = world.store.get(TASK, sid)
        if task is not None:
            _due(world, task, world.clock.timestamp())


def _due(world: World, task: Doc, now: float) -> None:
    if task["ended_at"] is not None:
        lifecycle.remove(world, task, None)
    elif task["assignment_status"] in ("assigned", "wrapping"):
        lifecycle.remove(world, task, "task.system-deleted")
        placing.route(world, task["workspace_sid"])
    elif timing.expiry(task) <= now:
        lifecycle.cancel(world, task, "Task TTL Exceeded")
        placing.route(world, task["workspace_sid"])
    elif task["assignment_status"] == "reserved":
        for reservation in timing.pending(world, task):
            if reservation["timeout_at"] <= now:
                refuse(world, reservation, "timeout")
    else:
        placing.move_on(world, task)
