"""TaskRouter v1 over HTTP: resources of a workspace. Tasks, reservations and events are in `routes_work`."""

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter import (
    matching,
    placing,
    queues,
    records,
    routes_work,
    views,
    workers,
    workflows,
    workspaces,
)
from twilio_emulator.products.taskrouter.forms import changes, equals
from twilio_emulator.products.taskrouter.records import ACTIVITY, CHANNEL, QUEUE, WORKER, WORKFLOW, WORKSPACE, Doc

_NO_CONTENT = Reply(204)
_WORKSPACE = {
    "FriendlyName": "friendly_name",
    "EventCallbackUrl": "event_callback_url",
    "EventsFilter": "events_filter",
    "MultiTaskEnabled": "multi_task_enabled:bool",
    "PrioritizeQueueOrder": "prioritize_queue_order",
}
_WORKSPACE_ACTIVITIES = {"DefaultActivitySid": "default_activity_sid", "TimeoutActivitySid": "timeout_activity_sid"}
_QUEUE = {
    "TargetWorkers": "target_workers",
    "MaxReservedWorkers": "max_reserved_workers:int",
    "TaskOrder": "task_order",
    "ReservationActivitySid": "reservation_activity_sid",
    "AssignmentActivitySid": "assignment_activity_sid",
}
_WORKFLOW = {
    "TaskReservationTimeout": "task_reservation_timeout:int",
    "AssignmentCallbackUrl": "assignment_callback_url",
    "FallbackAssignmentCallbackUrl": "fallback_assignment_callback_url",
}


def _workspace(world: World, call: Call) -> Doc:
    return records.get_workspace(world, call.vars["WorkspaceSid"])


def create_workspace(world: World, call: Call) -> Doc:
    fields = changes(call, _WORKSPACE)
    made = workspaces.create_workspace(world, call.account_sid, fields.pop("friendly_name", None), **fields)
    if call.form.get("Template") == "FIFO":
        queue = queues.create_queue(world, made, "Sample Queue")
        text = '{"task_routing":{"default_filter":{"queue":"%s"}}}' % queue["sid"]  # noqa: UP031 - braces of JSON
        workflows.create_workflow(world, made, "Default Fifo Workflow", text)
    return views.workspace(world, made)


def fetch_workspace(world: World, call: Call) -> Doc:
    return views.workspace(world, records.get_workspace(world, call.vars["Sid"]))


def list_workspaces(world: World, call: Call) -> Doc:
    found = world.store.list(WORKSPACE, call.account_sid, **equals(call, {"FriendlyName": "friendly_name"}))
    return page(call, [views.workspace(world, doc) for doc in found], "workspaces")


def update_workspace(world: World, call: Call) -> Doc:
    fields = changes(call, {**_WORKSPACE, **_WORKSPACE_ACTIVITIES})
    return views.workspace(world, workspaces.update_workspace(world, call.vars["Sid"], fields))


def delete_workspace(world: World, call: Call) -> Reply:
    workspaces.delete_workspace(world, call.vars["Sid"])
    return _NO_CONTENT


def create_activity(world: World, call: Call) -> Doc:
    name, available = call.form.get("FriendlyName"), bool(call.form.bool("Available", False))
    return views.activity(world, workspaces.create_activity(world, _workspace(world, call), name, available=available))


def fetch_activity(world: World, call: Call) -> Doc:
    return views.activity(world, workspaces.get_activity(world, call.vars["WorkspaceSid"], call.vars["Sid"]))


def list_activities(world: World, call: Call) -> Doc:
    wanted = equals(call, {"FriendlyName": "friendly_name"})
    found = records.listed(world, ACTIVITY, call.vars["WorkspaceSid"], **wanted)
    available = call.query.bool("Available")
    shown = [views.activity(world, doc) for doc in found if available is None or doc["available"] == available]
    return page(call, shown, "activities")


def update_activity(world: World, call: Call) -> Doc:
    name = call.form.get("FriendlyName")
    done = workspaces.rename_activity(world, call.vars["WorkspaceSid"], call.vars["Sid"], name)
    return views.activity(world, done)


def delete_activity(world: World, call: Call) -> Reply:
    workspaces.delete_activity(world, call.vars["WorkspaceSid"], call.vars["Sid"])
    return _NO_CONTENT


def create_channel(world: World, call: Call) -> Doc:
    made = workspaces.create_channel(
        world,
        _workspace(world, call),
        call.form.get("FriendlyName"),
        call.form.get("UniqueName"),
        optimized=bool(call.form.bool("ChannelOptimizedRouting", False)),
    )
    return views.channel(world, made)


def fetch_channel(world: World, call: Call) -> Doc:
    return views.channel(world, workspaces.get_channel(world, call.vars["WorkspaceSid"], call.vars["Sid"]))


def list_channels(world: World, call: Call) -> Doc:
    found = records.listed(world, CHANNEL, call.vars["WorkspaceSid"])
    return page(call, [views.channel(world, doc) for doc in found], "channels")


def update_channel(world: World, call: Call) -> Doc:
    names = {"FriendlyName": "friendly_name", "ChannelOptimizedRouting": "channel_optimized_routing:bool"}
    done = workspaces.update_channel(world, call.vars["WorkspaceSid"], call.vars["Sid"], changes(call, names))
    return views.channel(world, done)


def delete_channel(world: World, call: Call) -> Reply:
    workspaces.delete_channel(world, call.vars["WorkspaceSid"], call.vars["Sid"])
    return _NO_CONTENT


def create_queue(world: World, call: Call) -> Doc:
    fields = changes(call, _QUEUE)
    made = queues.create_queue(world, _workspace(world, call), call.form.get("FriendlyName"), **fields)
    return views.queue(world, made)


def fetch_queue(world: World, call: Call) -> Doc:
    return views.queue(world, queues.get_queue(world, call.vars["WorkspaceSid"], call.vars["Sid"]))


def list_queues(world: World, call: Call) -> Doc:
    workspace_sid = call.vars["WorkspaceSid"]
    found = records.listed(world, QUEUE, workspace_sid, **equals(call, {"FriendlyName": "friendly_name"}))
    if worker_sid := call.query.get("WorkerSid"):
        worker = workers.get_worker(world, workspace_sid, worker_sid)
        found = [doc for doc in found if matching.is_member(world, worker, doc["target_workers"])]
    return page(call, [views.queue(world, doc) for doc in found], "task_queues")


def update_queue(world: World, call: Call) -> Doc:
    workspace_sid, fields = call.vars["WorkspaceSid"], changes(call, {"FriendlyName": "friendly_name", **_QUEUE})
    done = queues.update_queue(world, workspace_sid, call.vars["Sid"], fields)
    placing.route(world, workspace_sid)
    return views.queue(world, done)


def delete_queue(world: World, call: Call) -> Reply:
    queues.delete_queue(world, call.vars["WorkspaceSid"], call.vars["Sid"])
    return _NO_CONTENT


def create_workflow(world: World, call: Call) -> Doc:
    made = workflows.create_workflow(
        world,
        _workspace(world, call),
        call.form.get("FriendlyName"),
        call.form.required("Configuration"),
        **changes(call, _WORKFLOW),
    )
    return views.workflow(world, made)


def fetch_workflow(world: World, call: Call) -> Doc:
    return views.workflow(world, workflows.get_workflow(world, call.vars["WorkspaceSid"], call.vars["Sid"]))


def list_workflows(world: World, call: Call) -> Doc:
    wanted = equals(call, {"FriendlyName": "friendly_name"})
    found = records.listed(world, WORKFLOW, call.vars["WorkspaceSid"], **wanted)
    return page(call, [views.workflow(world, doc) for doc in found], "workflows")


def update_workflow(world: World, call: Call) -> Doc:
    fields = changes(call, {"FriendlyName": "friendly_name", "Configuration": "configuration", **_WORKFLOW})
    again = (call.form.get("ReEvaluateTasks") or "").lower() == "true"
    done = workflows.update_workflow(world, call.vars["WorkspaceSid"], call.vars["Sid"], fields, re_evaluate=again)
    return views.workflow(world, done)


def delete_workflow(world: World, call: Call) -> Reply:
    workflows.delete_workflow(world, call.vars["WorkspaceSid"], call.vars["Sid"])
    return _NO_CONTENT


def create_worker(world: World, call: Call) -> Doc:
    fields = changes(call, {"ActivitySid": "activity_sid", "Attributes": "attributes"})
    made = workers.create_worker(world, _workspace(world, call), call.form.get("FriendlyName"), **fields)
    placing.route(world, made["workspace_sid"])
    return views.worker(world, made)


def fetch_worker(world: World, call: Call) -> Doc:
    return views.worker(world, workers.get_worker(world, call.vars["WorkspaceSid"], call.vars["Sid"]))


def list_workers(world: World, call: Call) -> Doc:
    workspace_sid = call.vars["WorkspaceSid"]
    wanted = equals(call, {"FriendlyName": "friendly_name", "ActivitySid": "activity_sid"})
    found = records.listed(world, WORKER, workspace_sid, **wanted)
    shown = [views.worker(world, doc) for doc in found]
    if name := call.query.get("ActivityName"):
        shown = [doc for doc in shown if doc["activity_name"] == name]
    if (available := call.query.get("Available")) is not None:
        shown = [doc for doc in shown if doc["available"] == (available.lower() in {"1", "true"})]
    expressions = [text] if (text := call.query.get("TargetWorkersExpression")) else []
    for name, field in (("TaskQueueSid", "sid"), ("TaskQueueName", "friendly_name")):
        if value := call.query.get(name):
            found_queues = records.listed(world, QUEUE, workspace_sid, **{field: value})
            expressions.append(found_queues[0]["target_workers"] if found_queues else "")
    for expression in expressions:
        matching.checked_expression("TargetWorkersExpression", expression)
        by_sid = {doc["sid"]: doc for doc in found}
        shown = [doc for doc in shown if matching.is_member(world, by_sid[doc["sid"]], expression)]
    return page(call, shown, "workers")


def update_worker(world: World, call: Call) -> Doc:
    names = {"FriendlyName": "friendly_name", "ActivitySid": "activity_sid", "Attributes": "attributes"}
    workspace_sid, sid = call.vars["WorkspaceSid"], call.vars["Sid"]
    reject = bool(call.form.bool("RejectPendingReservations", False))
    done = routes_work.change_worker(world, workspace_sid, sid, changes(call, names), reject_pending=reject)
    return views.worker(world, done)


def delete_worker(world: World, call: Call) -> Reply:
    workers.delete_worker(world, call.vars["WorkspaceSid"], call.vars["Sid"])
    return _NO_CONTENT


def _worker(world: World, call: Call) -> Doc:
    return workers.get_worker(world, call.vars["WorkspaceSid"], call.vars["WorkerSid"])


def fetch_worker_channel(world: World, call: Call) -> Doc:
    return views.worker_channel(world, workers.get_worker_channel(world, _worker(world, call), call.vars["Sid"]))


def list_worker_channels(world: World, call: Call) -> Doc:
    found = workers.channels_of(world, _worker(world, call))
    return page(call, [views.worker_channel(world, doc) for doc in found], "channels")


def update_worker_channel(world: World, call: Call) -> Doc:
    fields = changes(call, {"Capacity": "capacity:int", "Available": "available:bool"})
    done = workers.update_worker_channel(world, _worker(world, call), call.vars["Sid"], fields)
    placing.route(world, call.vars["WorkspaceSid"])
    return views.worker_channel(world, done)


_W = "/v1/Workspaces/{WorkspaceSid}"
ROUTES = [
    Route("POST", "/v1/Workspaces", "CreateWorkspace", create_workspace, 201),
    Route("GET", "/v1/Workspaces", "ListWorkspace", list_workspaces),
    Route("GET", "/v1/Workspaces/{Sid}", "FetchWorkspace", fetch_workspace),
    Route("POST", "/v1/Workspaces/{Sid}", "UpdateWorkspace", update_workspace),
    Route("DELETE", "/v1/Workspaces/{Sid}", "DeleteWorkspace", delete_workspace, 204),
    Route("POST", f"{_W}/Activities", "CreateActivity", create_activity, 201),
    Route("GET", f"{_W}/Activities", "ListActivity", list_activities),
    Route("GET", f"{_W}/Activities/{{Sid}}", "FetchActivity", fetch_activity),
    Route("POST", f"{_W}/Activities/{{Sid}}", "UpdateActivity", update_activity),
    Route("DELETE", f"{_W}/Activities/{{Sid}}", "DeleteActivity", delete_activity, 204),
    Route("POST", f"{_W}/TaskChannels", "CreateTaskChannel", create_channel, 201),
    Route("GET", f"{_W}/TaskChannels", "ListTaskChannel", list_channels),
    Route("GET", f"{_W}/TaskChannels/{{Sid}}", "FetchTaskChannel", fetch_channel),
    Route("POST", f"{_W}/TaskChannels/{{Sid}}", "UpdateTaskChannel", update_channel),
    Route("DELETE", f"{_W}/TaskChannels/{{Sid}}", "DeleteTaskChannel", delete_channel, 204),
    Route("POST", f"{_W}/TaskQueues", "CreateTaskQueue", create_queue, 201),
    Route("GET", f"{_W}/TaskQueues", "ListTaskQueue", list_queues),
    Route("GET", f"{_W}/TaskQueues/{{Sid}}", "FetchTaskQueue", fetch_queue),
    Route("POST", f"{_W}/TaskQueues/{{Sid}}", "UpdateTaskQueue", update_queue),
    Route("DELETE", f"{_W}/TaskQueues/{{Sid}}", "DeleteTaskQueue", delete_queue, 204),
    Route("POST", f"{_W}/Workflows", "CreateWorkflow", create_workflow, 201),
    Route("GET", f"{_W}/Workflows", "ListWorkflow", list_workflows),
    Route("GET", f"{_W}/Workflows/{{Sid}}", "FetchWorkflow", fetch_workflow),
    Route("POST", f"{_W}/Workflows/{{Sid}}", "UpdateWorkflow", update_workflow),
    Route("DELETE", f"{_W}/Workflows/{{Sid}}", "DeleteWorkflow", delete_workflow, 204),
    Route("POST", f"{_W}/Workers", "CreateWorker", create_worker, 201),
    Route("GET", f"{_W}/Workers", "ListWorker", list_workers),
    Route("GET", f"{_W}/Workers/{{Sid}}", "FetchWorker", fetch_worker),
    Route("POST", f"{_W}/Workers/{{Sid}}", "UpdateWorker", update_worker),
    Route("DELETE", f"{_W}/Workers/{{Sid}}", "DeleteWorker", delete_worker, 204),
    Route("GET", f"{_W}/Workers/{{WorkerSid}}/Channels", "ListWorkerChannel", list_worker_channels),
    Route("GET", f"{_W}/Workers/{{WorkerSid}}/Channels/{{Sid}}", "FetchWorkerChannel", fetch_worker_channel),
    Route("POST", f"{_W}/Workers/{{WorkerSid}}/Channels/{{Sid}}", "UpdateWorkerChannel", update_worker_channel),
    *routes_work.ROUTES,
]
