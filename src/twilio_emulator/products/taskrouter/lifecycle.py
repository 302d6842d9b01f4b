"""How tasks and reservations change state, without any thought of who gets what next."""

from typing import Any

from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import events, records, timing, workers
from twilio_emulator.products.taskrouter.records import RESERVATION, TASK, WORKER, Doc
from twilio_emulator.products.taskrouter.timing import save_task


def wrap(world: World, task: Doc, reason: str | None = None) -> None:
    """The work is over, the worker still writes it up."""
    for reservation in held(world, task):
        set_reservation(world, reservation, "wrapping")
        events.emit(world, task["workspace_sid"], "reservation.wrapup", task=task, reservation=reservation)
    task.update(assignment_status="wrapping", reason=reason if reason is not None else task["reason"])
    save_task(world, task)
    events.emit(world, task["workspace_sid"], "task.wrapup", task=task)


def complete(world: World, task: Doc, reason: str | None = None) -> None:
    """The work is done; the workers who had it are free again."""
    task.update(assignment_status="completed", ended_at=world.clock.timestamp())
    task["reason"] = reason if reason is not None else task["reason"]
    for reservation in held(world, task):
        set_reservation(world, reservation, "completed")
        events.emit(world, task["workspace_sid"], "reservation.completed", task=task, reservation=reservation)
    save_task(world, task)
    events.emit(world, task["workspace_sid"], "task.completed", task=task)


def cancel(world: World, task: Doc, reason: str, *, out_of_workflow: bool = False) -> None:
    """The task ends without having been worked on; offers that are still open are cancelled.

    `out_of_workflow`: it fell out of its last target, which is told as `workflow.timeout` beside `task.canceled`.
    """
    for reservation in timing.pending(world, task):
        set_reservation(world, reservation, "canceled")
        events.emit(world, task["workspace_sid"], "reservation.canceled", task=task, reservation=reservation)
    task.update(assignment_status="canceled", reason=reason, ended_at=world.clock.timestamp())
    save_task(world, task)
    names = ["workflow.timeout", "task.canceled"] if out_of_workflow else ["task.canceled"]
    if world.switches["terminal_events_order"] == "canceled_first":
        names.reverse()
    for name in names:
        events.emit(world, task["workspace_sid"], name, task=task, description=reason)


def remove(world: World, task: Doc, event_type: str | None) -> None:
    """Deletes a task with its reservations; `event_type` is what the workspace hears, None for nothing."""
    for reservation in timing.pending(world, task):
        set_reservation(world, reservation, "rescinded")
    for reservation in held(world, task):
        set_reservation(world, reservation, "completed")
    for sid in task["reservations"]:
        world.store.delete(RESERVATION, sid)
    world.store.delete(TASK, task["sid"])
    timing.forget(world, task)
    if event_type is not None:
        events.emit(world, task["workspace_sid"], event_type, task=task)


def set_reservation(world: World, reservation: Doc, status: str) -> None:
    """Stores a reservation's status; a worker who has no other is idle from now on."""
    reservation["status"] = status
    records.save(world, RESERVATION, reservation)
    if status in workers.LIVE:
        return
    worker = world.store.get(WORKER, reservation["worker_sid"])
    if worker is not None and not workers.live_reservations(world, worker["sid"]):
        worker["idle_since"] = world.clock.timestamp()
        world.store.update(WORKER, worker["sid"], worker)


def held(world: World, task: Doc) -> list[Doc]:
    """The reservations of a task that workers have accepted and not completed."""
    found: list[Any] = [world.store.get(RESERVATION, sid) for sid in task["reservations"]]
    return [doc for doc in found if doc and doc["status"] in ("accepted", "wrapping")]
