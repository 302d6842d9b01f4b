"""Event types and their schemas: what can be subscribed to, and what is refused by name.

Source: https://www.twilio.com/docs/events/event-types-overview, as of November 2026 (`task.system-deleted` is there).
Only types that this emulator really emits are listed; the others of TaskRouter and Conversations are known by name.
"""

from dataclasses import dataclass

from twilio_emulator.core.errors import ApiError

SCHEMAS = {"TaskRouter.WDSEvent": 4, "Conversations.MessageAdded": 2}
"""The latest version of each schema."""
PUBLISHED = "2020-08-13T13:28:20Z"

_TASKROUTER = """
task.created task.updated task.canceled task.completed task.deleted task.system-deleted task.wrapup
reservation.created reservation.accepted reservation.rejected reservation.timeout reservation.canceled
reservation.completed reservation.wrapup
worker.created worker.deleted worker.activity.update worker.attributes.update
task-queue.entered workflow.target-matched workflow.timeout
"""
_NOT_EMITTED = """
taskrouter.task.transfer-initiated taskrouter.task.transfer-completed taskrouter.task.transfer-failed
taskrouter.task.transfer-canceled taskrouter.task.transfer-attempt-failed
taskrouter.reservation.rescinded taskrouter.reservation.failed
taskrouter.worker.capacity.update taskrouter.worker.channel.availability.update
taskrouter.task-queue.created taskrouter.task-queue.deleted taskrouter.task-queue.moved taskrouter.task-queue.timeout
taskrouter.task-queue.expression.updated
taskrouter.workflow.entered taskrouter.workflow.rejected taskrouter.workflow.skipped
conversations.conversation.added conversations.conversation.removed conversations.conversation.updated
conversations.conversation-state.updated conversations.message.removed conversations.message.updated
conversations.participant.added conversations.participant.removed conversations.participant.updated
conversations.user.added conversations.user.updated
"""
_DISCONTINUED = ("com.twilio.conversations.delivery.updated",)
_KNOWN_WHOLLY = ("com.twilio.taskrouter.", "com.twilio.conversations.")


@dataclass(frozen=True)
class EventType:
    """One type and the schema of its data."""

    name: str
    schema: str

    @property
    def latest(self) -> int:
        """The schema's latest version."""
        return SCHEMAS[self.schema]


TYPES = {
    known.name: known
    for known in [
        *(EventType(f"com.twilio.taskrouter.{name}", "TaskRouter.WDSEvent") for name in _TASKROUTER.split()),
        EventType("com.twilio.conversations.message.added", "Conversations.MessageAdded"),
    ]
}


def subscribable(name: str) -> EventType:
    """The type; 400 where Twilio has none of that name (any more), 501 where the emulator does not emit it."""
    found = TYPES.get(name)
    if found is not None:
        return found
    if name in _DISCONTINUED:
        raise ApiError(400, 20001, f"Type {name} is discontinued")
    known = name.removeprefix("com.twilio.") in _NOT_EMITTED.split()
    elsewhere = name.startswith("com.twilio.") and not name.startswith(_KNOWN_WHOLLY)
    if known or elsewhere:
        raise ApiError(501, 20501, f"The emulator does not emit events of type {name}")
    raise ApiError(400, 20001, f"Type {name} not found in the system")
