"""When something happens to a task by itself, and the one way in which tasks are saved: with that time."""

import contextlib

from twilio_emulator.core.store import Conflict
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import records
from twilio_emulator.products.taskrouter.records import RESERVATION, TASK, Doc

LONGEST_ASSIGNED = 86_400
DUE = "taskrouter.due"


def save_task(world: World, task: Doc) -> Doc:
    """Stores a task under a new version and with the time at which it must be looked at next."""
    task["version"] += 1
    plan(world, task)
    return records.save(world, TASK, task)


def plan(world: World, task: Doc) -> None:
    """Notes when the task must be looked at next, in a small document: every request asks for the earliest."""
    noted = {"sid": task["sid"], "at": due(world, task)}
    with contextlib.suppress(Conflict):
        world.store.put(DUE, task["sid"], noted, parent=task["workspace_sid"])
        return
    world.store.update(DUE, task["sid"], noted)


def forget(world: World, task: Doc) -> None:
    """The task is gone: nothing is due for it."""
    world.store.delete(DUE, task["sid"])


def due_now(world: World) -> list[str]:
    """The SIDs of the tasks that must be looked at now."""
    now = world.clock.timestamp()
    return [noted["sid"] for noted in world.store.list(DUE) if noted["at"] <= now]


def due(world: World, task: Doc) -> float:
    """The next moment at which a timeout of the task ends, in seconds since 1970."""
    if task["ended_at"] is not None:
        return float(task["ended_at"] + world.switches["ended_tasks_vanish_seconds"])
    if task["assignment_status"] in ("assigned", "wrapping"):
        return float(task["assigned_at"] + LONGEST_ASSIGNED)
    moments = [expiry(task)]
    if task["assignment_status"] == "reserved":
        moments += [doc["timeout_at"] for doc in pending(world, task)]
    elif task["routing"]["deadline"] is not None:
        moments.append(float(task["routing"]["deadline"]))
    return min(moments)


def expiry(task: Doc) -> float:
    """When an unassigned task's own timeout ends."""
    return float(task["date_created"] + task["timeout"])


def pending(world: World, task: Doc) -> list[Doc]:
    """The offers of a task that nobody has answered yet."""
    found = (world.store.get(RESERVATION, sid) for sid in task["reservations"])
    return [doc for doc in found if doc and doc["status"] == "pending"]


def next_due(world: World) -> float | None:
    """The next moment at which any task needs the engine."""
    return min((noted["at"] for noted in world.store.list(DUE)), default=None)
