"""What happened in a workspace: kept as events, told to observers and Event Streams, sent to the workspace's callback.

Source: https://www.twilio.com/docs/taskrouter/api/event.
"""

from collections.abc import Callable

from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import records, stream
from twilio_emulator.products.taskrouter.records import ACTIVITY, CHANNEL, EVENT, QUEUE, WORKFLOW, Doc

Observer = Callable[[World, str, Doc | None, Doc | None], None]
_observers: list[Observer] = []


def observe(observer: Observer) -> Observer:
    """Registers what is called with (world, event type, task, reservation) inside the change itself. Used by Flex."""
    _observers.append(observer)
    return observer


def emit(
    world: World,
    workspace_sid: str,
    event_type: str,
    *,
    task: Doc | None = None,
    reservation: Doc | None = None,
    worker: Doc | None = None,
    description: str | None = None,
) -> None:
    """Records an event, lets observers act, and calls the workspace's EventCallbackUrl where its filter allows."""
    workspace = records.get_workspace(world, workspace_sid)
    subject = reservation or task or worker or workspace
    kind = event_type.split(".", 1)[0]
    data = {**_workspace(workspace), **_task(world, task), **_reservation(reservation), **_worker(world, worker)}
    event = {
        "sid": world.sids.new("EV"),
        "account_sid": workspace["account_sid"],
        "workspace_sid": workspace_sid,
        "event_type": event_type,
        "description": description or event_type.replace(".", " "),
        "resource_type": kind,
        "resource_sid": subject["sid"],
        "task_sid": task["sid"] if task else None,
        "worker_sid": data.get("worker_sid"),
        "event_data": data,
        "at": world.clock.timestamp(),
    }
    world.store.put(EVENT, event["sid"], event, parent=workspace_sid)
    stream.tell(world, event)
    for observer in _observers:
        observer(world, event_type, task, reservation)
    wanted = [name.strip() for name in (workspace["events_filter"] or "").split(",") if name.strip()]
    if workspace["event_callback_url"] and (not wanted or event_type in wanted):
        call = world.invoke_webhook(workspace["event_callback_url"], _form(event), account_sid=workspace["account_sid"])
        world.effects.spawn(call)


def _form(event: Doc) -> dict[str, str]:
    form = {
        "Sid": event["sid"],
        "AccountSid": event["account_sid"],
        "EventType": event["event_type"],
        "EventDescription": event["description"],
        "ResourceType": event["resource_type"],
        "ResourceSid": event["resource_sid"],
        "Timestamp": str(int(event["at"])),
        "TimestampMs": str(int(event["at"] * 1000)),
    }
    for name, value in event["event_data"].items():
        form["".join(part.title() for part in name.split("_"))] = "" if value is None else str(value)
    return form


def _workspace(workspace: Doc) -> Doc:
    return {"workspace_sid": workspace["sid"], "workspace_name": workspace["friendly_name"]}


def _task(world: World, task: Doc | None) -> Doc:
    if task is None:
        return {}
    queue = world.store.get(QUEUE, task["task_queue_sid"] or "") or {}
    workflow = world.store.get(WORKFLOW, task["workflow_sid"] or "") or {}
    channel = world.store.get(CHANNEL, task["task_channel_sid"]) or {}
    data = {
        "task_sid": task["sid"],
        "task_attributes": task["attributes"],
        "task_age": int(world.clock.timestamp() - task["date_created"]),
        "task_priority": task["priority"],
        "task_assignment_status": task["assignment_status"],
        "task_queue_sid": task["task_queue_sid"],
        "task_queue_name": queue.get("friendly_name"),
        "task_channel_sid": task["task_channel_sid"],
        "task_channel_unique_name": channel.get("unique_name"),
        "workflow_sid": task["workflow_sid"],
        "workflow_name": workflow.get("friendly_name"),
    }
    if task["reason"] is not None:
        ended = "canceled" if task["assignment_status"] == "canceled" else "completed"
        data[f"task_{ended}_reason"] = task["reason"]
    return data


def _reservation(reservation: Doc | None) -> Doc:
    if reservation is None:
        return {}
    return {
        "reservation_sid": reservation["sid"],
        "worker_sid": reservation["worker_sid"],
        "worker_name": reservation["worker_name"],
    }


def _worker(world: World, worker: Doc | None) -> Doc:
    if worker is None:
        return {}
    activity = world.store.get(ACTIVITY, worker["activity_sid"]) or {}
    return {
        "worker_sid": worker["sid"],
        "worker_name": worker["friendly_name"],
        "worker_attributes": worker["attributes"],
        "worker_activity_sid": worker["activity_sid"],
        "worker_activity_name": activity.get("friendly_name"),
    }
