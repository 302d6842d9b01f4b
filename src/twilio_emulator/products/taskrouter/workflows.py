"""Workflows. Sources: https://www.twilio.com/docs/taskrouter/api/workflow and .../workflow-configuration."""

from twilio_emulator.core.errors import invalid_parameter
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import matching, placing, records
from twilio_emulator.products.taskrouter.records import QUEUE, TASK, WORKFLOW, Doc

LONGEST_RESERVATION = 86_400


def create_workflow(
    world: World,
    workspace: Doc,
    friendly_name: str | None,
    configuration: str,
    *,
    task_reservation_timeout: int | None = None,
    assignment_callback_url: str | None = None,
    fallback_assignment_callback_url: str | None = None,
) -> Doc:
    """A workflow; its configuration is kept as it was sent, and refused with every problem where it breaks a rule."""
    fields: Doc = {
        "friendly_name": records.checked_name(friendly_name),
        "configuration": configuration,
        "task_reservation_timeout": (
            placing.RESERVATION_TIMEOUT if task_reservation_timeout is None else task_reservation_timeout
        ),
        "assignment_callback_url": assignment_callback_url or None,
        "fallback_assignment_callback_url": fallback_assignment_callback_url or None,
    }
    _check(world, workspace["sid"], fields)
    return records.add(world, WORKFLOW, workspace, "WW", fields, name=fields["friendly_name"])


def get_workflow(world: World, workspace_sid: str, sid: str) -> Doc:
    """The workflow of that workspace."""
    return records.get(world, WORKFLOW, workspace_sid, sid)


def update_workflow(world: World, workspace_sid: str, sid: str, changes: Doc, *, re_evaluate: bool = False) -> Doc:
    """Changes the workflow; with `re_evaluate` its waiting tasks start anew, else they go on as they came."""
    workflow = get_workflow(world, workspace_sid, sid)
    workflow.update(changes)
    _check(world, workspace_sid, workflow)
    records.save(world, WORKFLOW, workflow, name=workflow["friendly_name"])
    if re_evaluate:
        for task in world.store.list(TASK, workspace_sid, workflow_sid=sid, assignment_status="pending"):
            if task["routing_target"] is None:
                task["routing"] = matching.begin(world, configuration=workflow["configuration"])
                placing.start(world, task)
    return workflow


def delete_workflow(world: World, workspace_sid: str, sid: str) -> None:
    """Removes a workflow that no living task is in."""
    workflow = get_workflow(world, workspace_sid, sid)
    live = [t for t in world.store.list(TASK, workspace_sid, workflow_sid=sid) if t["ended_at"] is None]
    if live:
        raise records.refused(
            f"Cannot delete workflow {sid} in workspace {workspace_sid} for account {workflow['account_sid']} "
            f"because {len(live)} tasks are in it"
        )
    world.store.delete(WORKFLOW, sid)


def _check(world: World, workspace_sid: str, fields: Doc) -> None:
    records.checked_name(fields["friendly_name"])
    if not 1 <= fields["task_reservation_timeout"] <= LONGEST_RESERVATION:
        raise invalid_parameter("TaskReservationTimeout", f"1 to {LONGEST_RESERVATION} seconds are allowed")
    queues = [queue["sid"] for queue in world.store.list(QUEUE, workspace_sid)]
    matching.checked_configuration(fields["configuration"], queues)
