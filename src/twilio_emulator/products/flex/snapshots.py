"""A task as Flex shows it inside an invite or an interaction: epoch integers, attributes and addons as text."""

from twilio_emulator.core.world import World
from twilio_emulator.products.flex.state import Doc
from twilio_emulator.products.taskrouter import state as taskrouter


def of_new_task(world: World, task: Doc) -> Doc:
    """What an invite answers: Twilio does so before the task is offered to anybody."""
    return {**of_task(world, task), "assignment_status": "pending", "assignmentCounter": 0}


def of_task(world: World, task: Doc) -> Doc:
    """`routing.properties` in the documented answer of park-an-interaction, for the task as it is now."""
    now = world.clock.timestamp()
    entered = task["task_queue_entered"]
    return {
        "account_sid": task["account_sid"],
        "workspace_sid": task["workspace_sid"],
        "sid": task["sid"],
        "date_created": int(task["date_created"]),
        "date_updated": int(task["date_updated"]),
        "attributes": task["attributes"],
        "assignment_status": task["assignment_status"],
        "assignmentCounter": task["assignment_counter"],
        "workflow_sid": task["workflow_sid"],
        "workflow_name": taskrouter.workflow_name(world, task["workflow_sid"]),
        "queue_sid": task["task_queue_sid"],
        "queue_name": taskrouter.queue_name(world, task["task_queue_sid"]),
        "task_queue_entered_date": None if entered is None else int(entered),
        "age_in_queue": 0 if entered is None else int(now - entered),
        "age": int(now - task["date_created"]),
        "priority": task["priority"],
        "reason": task["reason"],
        "timeout": task["timeout"],
        "task_channel_sid": task["task_channel_sid"],
        "task_channel_unique_name": task["task_channel_unique_name"],
        "routing_target": task["routing_target"],
        "addons": "{}",
    }
