"""Routes of Studio. Source: twilio-oai `twilio_studio_v2.json`."""

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.errors import missing_parameter
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.studio import executions, flows, interpreter, views
from twilio_emulator.products.studio.kinds import Doc


def _create_flow(world: World, call: Call) -> Doc:
    given = {"friendly_name": call.form.required("FriendlyName"), **_given(call)}
    if "definition" not in given:
        raise missing_parameter("Definition")
    return _shown(world, flows.create(world, call.account_sid, given))


def _validate_flow(_world: World, call: Call) -> Doc:
    call.form.required("FriendlyName")
    given = _given(call)
    if "definition" not in given:
        raise missing_parameter("Definition")
    flows.validate(given["status"], given["definition"])
    return {"valid": True}


def _list_flows(world: World, call: Call) -> Doc:
    return page(call, [views.flow(doc, None) for doc in flows.every(world, call.account_sid)], "flows")


def _fetch_flow(world: World, call: Call) -> Doc:
    return _shown(world, _flow(world, call, "Sid"))


def _update_flow(world: World, call: Call) -> Doc:
    return _shown(world, flows.update(world, call.account_sid, call.vars["Sid"], _given(call)))


def _delete_flow(world: World, call: Call) -> Reply:
    flows.delete(world, call.account_sid, call.vars["Sid"])
    return Reply(204)


def _list_revisions(world: World, call: Call) -> Doc:
    found = flows.revisions(world, _flow(world, call, "Sid"))
    return page(call, [views.revision(doc, whole=False) for doc in found], "revisions")


def _fetch_revision(world: World, call: Call) -> Doc:
    return views.revision(flows.revision(world, _flow(world, call, "Sid"), call.vars["Revision"]))


def _create_execution(world: World, call: Call) -> Doc:
    flow = _flow(world, call)
    made = executions.create(
        world,
        flows.published(world, flow["sid"]),
        contact=call.form.required("To"),
        address=call.form.required("From"),
        data=call.form.json("Parameters"),
    )
    interpreter.start(world, made, "incomingRequest")
    return views.execution(made)


def _list_executions(world: World, call: Call) -> Doc:
    query = call.query
    status = query.get("Status") or query.get("status")
    since, until = query.get("DateCreatedFrom"), query.get("DateCreatedTo")
    found = executions.every(world, _flow(world, call)["sid"], status, since, until)
    return page(call, [views.execution(doc) for doc in found], "executions")


def _fetch_execution(world: World, call: Call) -> Doc:
    return views.execution(_execution(world, call, "Sid"))


def _update_execution(world: World, call: Call) -> Doc:
    flow = _flow(world, call)
    return views.execution(executions.set_status(world, flow["sid"], call.vars["Sid"], call.form.required("Status")))


def _delete_execution(world: World, call: Call) -> Reply:
    executions.delete(world, _flow(world, call)["sid"], call.vars["Sid"])
    return Reply(204)


def _fetch_context(world: World, call: Call) -> Doc:
    return views.execution_context(_execution(world, call))


def _list_steps(world: World, call: Call) -> Doc:
    found = executions.steps(world, _execution(world, call))
    return page(call, [views.step(doc) for doc in found], "steps")


def _fetch_step(world: World, call: Call) -> Doc:
    return views.step(executions.step(world, _execution(world, call), call.vars["Sid"]))


def _fetch_step_context(world: World, call: Call) -> Doc:
    return views.step_context(executions.step(world, _execution(world, call), call.vars["StepSid"]))


def _given(call: Call) -> Doc:
    names = {"FriendlyName": "friendly_name", "CommitMessage": "commit_message"}
    given: Doc = {field: call.form.get(name) for name, field in names.items() if name in call.form}
    given["status"] = call.form.required("Status")
    if call.form.get("Definition"):
        given["definition"] = call.form.json("Definition")
    return given


def _flow(world: World, call: Call, name: str = "FlowSid") -> Doc:
    return flows.fetch(world, call.account_sid, call.vars[name])


def _execution(world: World, call: Call, name: str = "ExecutionSid") -> Doc:
    return executions.fetch(world, _flow(world, call)["sid"], call.vars[name])


def _shown(world: World, flow: Doc) -> Doc:
    return views.flow(flow, flows.revision(world, flow, flow["revision"]))


_FLOW = "/v2/Flows/{Sid}"
_EXECUTIONS = "/v2/Flows/{FlowSid}/Executions"
_STEPS = f"{_EXECUTIONS}/{{ExecutionSid}}/Steps"
ROUTES = [
    Route("POST", "/v2/Flows", "CreateFlow", _create_flow, 201),
    Route("GET", "/v2/Flows", "ListFlow", _list_flows),
    Route("POST", "/v2/Flows/Validate", "UpdateFlowValidate", _validate_flow),
    Route("GET", _FLOW, "FetchFlow", _fetch_flow),
    Route("POST", _FLOW, "UpdateFlow", _update_flow),
    Route("DELETE", _FLOW, "DeleteFlow", _delete_flow, 204),
    Route("GET", f"{_FLOW}/Revisions", "ListFlowRevision", _list_revisions),
    Route("GET", f"{_FLOW}/Revisions/{{Revision}}", "FetchFlowRevision", _fetch_revision),
    Route("POST", _EXECUTIONS, "CreateExecution", _create_execution, 201),
    Route("GET", _EXECUTIONS, "ListExecution", _list_executions),
    Route("GET", f"{_EXECUTIONS}/{{Sid}}", "FetchExecution", _fetch_execution),
    Route("POST", f"{_EXECUTIONS}/{{Sid}}", "UpdateExecution", _update_execution),
    Route("DELETE", f"{_EXECUTIONS}/{{Sid}}", "DeleteExecution", _delete_execution, 204),
    Route("GET", f"{_EXECUTIONS}/{{ExecutionSid}}/Context", "FetchExecutionContext", _fetch_context),
    Route("GET", _STEPS, "ListExecutionStep", _list_steps),
    Route("GET", f"{_STEPS}/{{Sid}}", "FetchExecutionStep", _fetch_step),
    Route("GET", f"{_STEPS}/{{StepSid}}/Context", "FetchExecutionStepContext", _fetch_step_context),
]
