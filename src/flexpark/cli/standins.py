"""What an environment builds on, made anew in an emulator's account: queues that it looks up, pins, its Studio flow."""

from typing import Any

from flexpark import Environment, load_environment
from flexpark.cli.rehearsal import ROOT, Rehearsal
from flexpark.rendering.files import flow_text

FLOWS = "studio.twilio.com/v2/Flows"
FLOW_NAME = "Stand-in of the environment's flow"


def stand_in(rehearsal: Rehearsal, takes: dict[str, str] | None = None) -> None:
    """Make what the stack file names, and put the emulator's SIDs into the rehearsal's copy of the file.

    `takes`: TargetWorkers of existing queues by the queue's name in the environment; everyone, if left out.
    """
    environment = load_environment(ROOT, rehearsal.stack)
    sids = _queues(rehearsal, environment, takes or {})
    if any(queue.existing is not None and queue.existing.sid for queue in environment.queues):
        rehearsal.configure(
            "queues", [_queue(queue.model_dump(exclude_none=True), sids) for queue in environment.queues]
        )
    pinned = {name: sids[name] for name in environment.pinned.queues}
    if environment.pinned.workspace_sid is not None or pinned:
        rehearsal.configure("pinned", {"workspaceSid": rehearsal.account["workspaceSid"], "queues": pinned})
    if environment.park.resume.destination == "studio":
        definition = flow_text(environment, ROOT, "not-yet.twil.io")
        form = {"FriendlyName": FLOW_NAME, "Status": "published", "Definition": definition}
        park = environment.park.model_dump(mode="json", exclude_none=True)
        park["resume"]["flow"] = rehearsal.api("POST", FLOWS, **form)["sid"]
        rehearsal.configure("park", park)


def finish_flow(rehearsal: Rehearsal) -> None:
    """Once the functions have their domain: let the flow call the deployed one, as its owner would."""
    environment = load_environment(ROOT, rehearsal.stack_file)
    if environment.park.resume.destination == "studio":
        definition = flow_text(environment, ROOT, rehearsal.outputs_now()["domain"])
        form = {"FriendlyName": FLOW_NAME, "Status": "published", "Definition": definition}
        rehearsal.api("POST", f"{FLOWS}/{environment.park.resume.flow}", **form)


def _queues(rehearsal: Rehearsal, environment: Environment, takes: dict[str, str]) -> dict[str, str]:
    """The emulator's SIDs of the queues that the environment looks up, by their names in it."""
    address = f"taskrouter.twilio.com/v1/Workspaces/{rehearsal.account['workspaceSid']}/TaskQueues"
    there: dict[str, str] = dict(rehearsal.account["queues"])
    sids = {}
    for queue in environment.queues:
        if queue.existing is None:
            continue
        name = queue.existing.name or f"Stand-in of {queue.name}"
        target = takes.get(queue.name, "1==1")
        if name not in there:
            there[name] = rehearsal.api("POST", address, FriendlyName=name, TargetWorkers=target)["sid"]
        elif queue.name in takes:
            rehearsal.api("POST", f"{address}/{there[name]}", TargetWorkers=target)
        sids[queue.name] = there[name]
    return sids


def _queue(written: dict[str, Any], sids: dict[str, str]) -> dict[str, Any]:
    if "sid" in written.get("existing", {}):
        return {"name": written["name"], "existing": {"sid": sids[written["name"]]}}
    return written
