"""What other products and the control plane ask of TaskRouter: one front to the rules in this folder."""

from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter.events import observe
from twilio_emulator.products.taskrouter.records import QUEUE, TASK, WORKER, WORKFLOW, Doc
from twilio_emulator.products.taskrouter.reservations import (
    get_reservation,
    list_reservations,
    update_reservation,
)
from twilio_emulator.products.taskrouter.tasks import create_task, get_task, reservations_of, set_status

__all__ = [
    "create_task",
    "find_task",
    "find_worker",
    "get_reservation",
    "get_task",
    "list_reservations",
    "observe",
    "queue_name",
    "reservations_of",
    "set_task_status",
    "update_reservation",
    "workflow_name",
]


def find_task(world: World, sid: str) -> Doc | None:
    """The task, or None where it never was or has vanished."""
    return world.store.get(TASK, sid)


def find_worker(world: World, sid: str) -> Doc | None:
    """The worker, or None."""
    return world.store.get(WORKER, sid)


def set_task_status(world: World, task: Doc, status: str, reason: str | None = None) -> Doc:
    """Completes, wraps up or cancels a task with its reservations."""
    return set_status(world, task["workspace_sid"], task["sid"], status, reason)


def queue_name(world: World, sid: str | None) -> str | None:
    """A queue's friendly name, or None where it is gone."""
    return (world.store.get(QUEUE, sid) or {}).get("friendly_name") if sid else None


def workflow_name(world: World, sid: str | None) -> str | None:
    """A workflow's friendly name, or None where it is gone."""
    return (world.store.get(WORKFLOW, sid) or {}).get("friendly_name") if sid else None
