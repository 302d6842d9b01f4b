"""Offers of tasks to workers, as their answers come in. Source: https://www.twilio.com/docs/taskrouter/api/reservations."""

from twilio_emulator.core.errors import invalid_parameter, not_found
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import engine, events, lifecycle, placing, records, tasks, workers
from twilio_emulator.products.taskrouter.records import RESERVATION, Doc

# what a client may set, and from which status
ANSWERS = {
    "accepted": ("pending",),
    "rejected": ("pending",),
    "wrapping": ("accepted",),
    "completed": ("accepted", "wrapping"),
}


def get_reservation(world: World, sid: str) -> Doc:
    """The reservation; 404 with 20404 where there is none."""
    found = world.store.get(RESERVATION, sid)
    if found is None:
        raise not_found(f"/Reservations/{sid}")
    return found


def list_reservations(
    world: World, *, worker_sid: str | None = None, task_sid: str | None = None, status: str | None = None
) -> list[Doc]:
    """Reservations in creation order, of one worker, one task, in one status where given."""
    wanted = {name: value for name, value in (("task_sid", task_sid), ("status", status)) if value}
    return world.store.list(RESERVATION, worker_sid, **wanted)


def update_reservation(world: World, sid: str, status: str, *, worker_activity_sid: str | None = None) -> Doc:
    """A worker accepts, rejects, wraps up or completes; 400 where the reservation is in no state for that.

    `worker_activity_sid` moves the worker who rejects.
    """
    reservation = get_reservation(world, sid)
    workspace_sid = reservation["workspace_sid"]
    allowed = ANSWERS.get(status)
    if allowed is None:
        raise invalid_parameter("ReservationStatus", f"{', '.join(ANSWERS)} are allowed")
    if reservation["status"] not in allowed:
        raise records.refused(
            f"Cannot set reservation {sid} in workspace {workspace_sid} for account {reservation['account_sid']} "
            f"to {status} because it is {reservation['status']}, not {' or '.join(allowed)}."
        )
    if worker_activity_sid:
        workers.update_worker(world, workspace_sid, reservation["worker_sid"], {"activity_sid": worker_activity_sid})
    if status == "accepted":
        engine.accept(world, reservation)
    elif status == "rejected":
        engine.refuse(world, reservation, "rejected")
    else:
        _end(world, reservation, status)
    placing.route(world, workspace_sid)
    return get_reservation(world, sid)


def _end(world: World, reservation: Doc, status: str) -> None:
    """The task ends with its last reservation; one of several leaves it as it is."""
    task = tasks.get_task(world, reservation["workspace_sid"], reservation["task_sid"])
    others = [doc for doc in lifecycle.held(world, task) if doc["sid"] != reservation["sid"]]
    if status == "completed" and not others:
        lifecycle.complete(world, task)
    elif status == "wrapping" and not [doc for doc in others if doc["status"] == "accepted"]:
        lifecycle.wrap(world, task)
    else:
        lifecycle.set_reservation(world, reservation, status)
        name = "reservation.wrapup" if status == "wrapping" else "reservation.completed"
        events.emit(world, task["workspace_sid"], name, task=task, reservation=reservation)
