"""TaskRouter v1 over HTTP: tasks, reservations, events, and a worker's change of activity, which moves work."""

import json
from datetime import datetime

import taskrouter
from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.errors import ApiError, invalid_parameter, not_found
from twilio_emulator.core.paging import page
from twilio_emulator.core.rates import counted, too_many
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import engine, matching, placing, records, reservations, tasks, views, workers
from twilio_emulator.products.taskrouter.forms import changes, equals
from twilio_emulator.products.taskrouter.records import EVENT, QUEUE, WORKFLOW, Doc

_NO_CONTENT = Reply(204)
_TASK_FILTERS = {
    "WorkflowSid": "workflow_sid",
    "TaskQueueSid": "task_queue_sid",
    "RoutingTarget": "routing_target",
}
_SEARCHES_A_SECOND = 3  # https://www.twilio.com/docs/taskrouter/api/task, EvaluateTaskAttributes
_RESERVATION_PARAMETERS = ("ReservationStatus", "WorkerActivitySid")


def change_worker(world: World, workspace_sid: str, sid: str, fields: Doc, *, reject_pending: bool = False) -> Doc:
    """Changes a worker and routes what waits; `reject_pending` gives back the offers of one who becomes unavailable."""
    done = workers.update_worker(world, workspace_sid, sid, fields)
    if reject_pending and not workers.is_available(world, done):
        for reservation in workers.live_reservations(world, sid):
            if reservation["status"] == "pending":
                engine.refuse(world, reservation, "rejected")
    placing.route(world, workspace_sid)
    return workers.get_worker(world, workspace_sid, sid)


def _task(world: World, call: Call, name: str = "Sid") -> Doc:
    return tasks.get_task(world, call.vars["WorkspaceSid"], call.vars[name])


def _with_etag(world: World, doc: Doc, status: int = 200) -> Reply:
    return Reply(status, views.task(world, doc), {"ETag": f'"{doc["version"]}"'})


def _moment(text: str | None, name: str) -> float | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise invalid_parameter(name, "a date in ISO 8601 is expected") from None


def create_task(world: World, call: Call) -> Reply:
    form = call.form
    ignore = form.get("IgnoreCapacity")
    made = tasks.create_task(
        world,
        call.vars["WorkspaceSid"],
        attributes=form.get("Attributes"),
        workflow_sid=form.get("WorkflowSid"),
        priority=form.int("Priority"),
        timeout=form.int("Timeout"),
        task_channel=form.get("TaskChannel"),
        routing_target=form.get("RoutingTarget"),
        task_queue_sid=form.get("TaskQueueSid"),
        ignore_capacity=ignore is None or ignore.lower() in {"true", "1", "yes"},
        virtual_start=_moment(form.get("VirtualStartTime"), "VirtualStartTime"),
    )
    return _with_etag(world, made, 201)


def fetch_task(world: World, call: Call) -> Reply:
    return _with_etag(world, _task(world, call))


def list_tasks(world: World, call: Call) -> Doc:
    workspace_sid = call.vars["WorkspaceSid"]
    wanted = equals(call, _TASK_FILTERS)
    # Documented as a list: clients repeat the name (twilio-node) or join with commas (the API's own example).
    statuses = {status for value in call.query.all("AssignmentStatus") for status in value.split(",")}
    for name, kind, field in (
        ("TaskQueueName", QUEUE, "task_queue_sid"),
        ("WorkflowName", WORKFLOW, "workflow_sid"),
    ):
        if value := call.query.get(name):
            named = records.listed(world, kind, workspace_sid, friendly_name=value)
            wanted[field] = named[0]["sid"] if named else ""
    if (priority := call.query.int("Priority")) is not None:
        wanted["priority"] = priority
    found = [doc for doc in tasks.list_tasks(world, workspace_sid, **wanted) if _status_in(doc, statuses)]
    if text := call.query.get("EvaluateTaskAttributes"):
        if world.switches["task_search_limit"] and not counted(world, "task search", _SEARCHES_A_SECOND, 1):
            raise too_many()
        matching.checked_expression("EvaluateTaskAttributes", text)
        expression = taskrouter.parse(text)
        found = [doc for doc in found if expression.matches(json.loads(doc["attributes"]))]
    if (call.query.get("Ordering") or "").lower() == "datecreated:desc":
        found.reverse()
    return page(call, [views.task(world, doc) for doc in found], "tasks")


def _status_in(doc: Doc, statuses: set[str]) -> bool:
    return not statuses or doc["assignment_status"] in statuses


def update_task(world: World, call: Call) -> Reply:
    names = {
        "Attributes": "attributes",
        "AssignmentStatus": "assignment_status",
        "Reason": "reason",
        "Priority": "priority:int",
        "TaskChannel": "task_channel",
    }
    fields = changes(call, names)
    if "VirtualStartTime" in call.form:
        fields["virtual_start"] = _moment(call.form.get("VirtualStartTime"), "VirtualStartTime")
    if_match = call.headers.get("if-match")
    done = tasks.update_task(world, call.vars["WorkspaceSid"], call.vars["Sid"], fields, if_match=if_match)
    return _with_etag(world, done)


def delete_task(world: World, call: Call) -> Reply:
    tasks.delete_task(world, call.vars["WorkspaceSid"], call.vars["Sid"], if_match=call.headers.get("if-match"))
    return _NO_CONTENT


def _reservation(world: World, call: Call) -> Doc:
    """The reservation of the path, whose owner must be the task or the worker of the path."""
    found = reservations.get_reservation(world, call.vars["Sid"])
    owner = (call.vars.get("TaskSid", found["task_sid"]), call.vars.get("WorkerSid", found["worker_sid"]))
    if owner != (found["task_sid"], found["worker_sid"]) or found["workspace_sid"] != call.vars["WorkspaceSid"]:
        raise not_found(call.path)
    return found


def _update_reservation(world: World, call: Call) -> Doc:
    unserved = [name for name in call.form if name not in _RESERVATION_PARAMETERS]
    if unserved:
        raise ApiError(501, 20501, f"{', '.join(unserved)}: not served yet by this emulator")
    sid, status = _reservation(world, call)["sid"], call.form.required("ReservationStatus")
    activity = call.form.get("WorkerActivitySid")
    return reservations.update_reservation(world, sid, status, worker_activity_sid=activity)


def fetch_task_reservation(world: World, call: Call) -> Doc:
    return views.task_reservation(_reservation(world, call))


def update_task_reservation(world: World, call: Call) -> Doc:
    return views.task_reservation(_update_reservation(world, call))


def list_task_reservations(world: World, call: Call) -> Doc:
    found = tasks.reservations_of(world, _task(world, call, "TaskSid"))
    status, worker_sid = call.query.get("ReservationStatus"), call.query.get("WorkerSid")
    shown = [
        views.task_reservation(doc)
        for doc in found
        if status in (None, doc["status"]) and worker_sid in (None, doc["worker_sid"])
    ]
    return page(call, shown, "reservations")


def fetch_worker_reservation(world: World, call: Call) -> Doc:
    return views.worker_reservation(_reservation(world, call))


def update_worker_reservation(world: World, call: Call) -> Doc:
    return views.worker_reservation(_update_reservation(world, call))


def list_worker_reservations(world: World, call: Call) -> Doc:
    worker = workers.get_worker(world, call.vars["WorkspaceSid"], call.vars["WorkerSid"])
    status = call.query.get("ReservationStatus")
    found = reservations.list_reservations(world, worker_sid=worker["sid"], status=status)
    return page(call, [views.worker_reservation(doc) for doc in found], "reservations")


def fetch_event(world: World, call: Call) -> Doc:
    return views.event(world, records.get(world, EVENT, call.vars["WorkspaceSid"], call.vars["Sid"]))


def list_events(world: World, call: Call) -> Doc:
    wanted = equals(call, {"EventType": "event_type", "TaskSid": "task_sid", "WorkerSid": "worker_sid"})
    found = records.listed(world, EVENT, call.vars["WorkspaceSid"], **wanted)
    return page(call, [views.event(world, doc) for doc in reversed(found)], "events")


_W = "/v1/Workspaces/{WorkspaceSid}"
_OF_TASK, _OF_WORKER = f"{_W}/Tasks/{{TaskSid}}/Reservations", f"{_W}/Workers/{{WorkerSid}}/Reservations"
ROUTES = [
    Route("POST", f"{_W}/Tasks", "CreateTask", create_task, 201),
    Route("GET", f"{_W}/Tasks", "ListTask", list_tasks),
    Route("GET", f"{_W}/Tasks/{{Sid}}", "FetchTask", fetch_task),
    Route("POST", f"{_W}/Tasks/{{Sid}}", "UpdateTask", update_task),
    Route("DELETE", f"{_W}/Tasks/{{Sid}}", "DeleteTask", delete_task, 204),
    Route("GET", _OF_TASK, "ListTaskReservation", list_task_reservations),
    Route("GET", f"{_OF_TASK}/{{Sid}}", "FetchTaskReservation", fetch_task_reservation),
    Route("POST", f"{_OF_TASK}/{{Sid}}", "UpdateTaskReservation", update_task_reservation),
    Route("GET", _OF_WORKER, "ListWorkerReservation", list_worker_reservations),
    Route("GET", f"{_OF_WORKER}/{{Sid}}", "FetchWorkerReservation", fetch_worker_reservation),
    Route("POST", f"{_OF_WORKER}/{{Sid}}", "UpdateWorkerReservation", update_worker_reservation),
    Route("GET", f"{_W}/Events", "ListEvent", list_events),
    Route("GET", f"{_W}/Events/{{Sid}}", "FetchEvent", fetch_event),
]
