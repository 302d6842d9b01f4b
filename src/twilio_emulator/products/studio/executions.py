"""Executions of a flow: their state, context and steps, as far as they are looked at and ended from outside.

Source: https://www.twilio.com/docs/studio/rest-api/v2/execution.
"""

from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import ApiError, invalid_parameter, not_found
from twilio_emulator.core.world import World
from twilio_emulator.products.studio.kinds import EXECUTION, STEP, Doc


def begin(
    world: World,
    revision: Doc,
    *,
    contact: str,
    address: str | None,
    initiated_by: str,
    conversation_sid: str | None = None,
    trigger: Doc | None = None,
    data: Any = None,
) -> Doc:
    """A new execution at its trigger. `contact` and `address`: the customer's end and the company's."""
    sid, now = world.sids.new("FN"), iso(world.clock.now())
    execution = {
        "sid": sid,
        "account_sid": revision["account_sid"],
        "flow_sid": revision["sid"],
        "flow_version": revision["revision"],
        "contact_channel_address": contact,
        "contact_sid": world.sids.new("FC"),
        "status": "active",
        "initiated_by": initiated_by,
        "conversation_sid": conversation_sid,
        "context": {
            "contact": {"channel": {"address": contact}},
            "flow": {
                "flow_sid": revision["sid"],
                "sid": sid,
                "channel": {"address": address},
                "variables": {},
                "data": data,
            },
            "trigger": trigger or {},
            "widgets": {},
        },
        "date_created": now,
        "date_updated": now,
    }
    world.store.put(EXECUTION, sid, execution, parent=revision["sid"])
    return execution


def create(world: World, revision: Doc | None, *, contact: str, address: str, data: Any) -> Doc:
    """An execution asked for by REST; 409 while one is active for the same contact."""
    if revision is None:
        raise ApiError(400, 20001, "The flow has no published revision")
    if active(world, revision["sid"], contact_channel_address=contact):
        raise ApiError(409, 20409, f"An execution is already active for the contact {contact}")
    request: Doc = {"request": data or {}}
    return begin(
        world, revision, contact=contact, address=address, initiated_by="REST", trigger=request, data=data or {}
    )


def active(world: World, flow_sid: str, **equal: Any) -> list[Doc]:
    """The flow's executions that have not ended."""
    return world.store.list(EXECUTION, flow_sid, status="active", **equal)


def fetch(world: World, flow_sid: str, sid: str) -> Doc:
    """One of the flow's executions; 404."""
    found = world.store.get(EXECUTION, sid)
    if found is None or found["flow_sid"] != flow_sid:
        raise not_found(f"/Flows/{flow_sid}/Executions/{sid}")
    return found


def every(world: World, flow_sid: str, status: str | None, since: str | None, until: str | None) -> list[Doc]:
    """The flow's executions, the newest first, in one status, made within a time (ISO 8601) where given."""
    found = world.store.list(EXECUTION, flow_sid, **({"status": status} if status else {}))[::-1]
    return [
        doc for doc in found if (since or "") <= doc["date_created"] and (not until or doc["date_created"] <= until)
    ]


def set_status(world: World, flow_sid: str, sid: str, status: str) -> Doc:
    """Ends an execution; 400 for anything else."""
    execution = fetch(world, flow_sid, sid)
    if status != "ended":
        raise invalid_parameter("Status", "ended is expected")
    return end(world, execution)


def end(world: World, execution: Doc) -> Doc:
    """No step follows."""
    return save(world, {**execution, "status": "ended"})


def delete(world: World, flow_sid: str, sid: str) -> None:
    """Removes an execution with its steps."""
    fetch(world, flow_sid, sid)
    world.store.delete_under(sid)
    world.store.delete(EXECUTION, sid)


def save(world: World, execution: Doc) -> Doc:
    """Stores an execution."""
    execution["date_updated"] = iso(world.clock.now())
    world.store.update(EXECUTION, execution["sid"], execution)
    return execution


def add_step(world: World, execution: Doc, event: str, left: Doc, entered: str | None) -> None:
    """Notes that `event` led out of one state into another, or to the end."""
    step = {
        "sid": world.sids.new("FT"),
        "account_sid": execution["account_sid"],
        "flow_sid": execution["flow_sid"],
        "execution_sid": execution["sid"],
        "parent_step_sid": None,
        "name": event,
        "type": left["type"],
        "transitioned_from": left["name"],
        "transitioned_to": entered or "Ended",
        "context": execution["context"],
        "date_created": iso(world.clock.now()),
        "date_updated": None,
    }
    world.store.put(STEP, step["sid"], step, parent=execution["sid"])


def steps(world: World, execution: Doc) -> list[Doc]:
    """The execution's steps, the newest first."""
    return world.store.list(STEP, execution["sid"])[::-1]


def step(world: World, execution: Doc, sid: str) -> Doc:
    """One step; 404."""
    found = world.store.get(STEP, sid)
    if found is None or found["execution_sid"] != execution["sid"]:
        raise not_found(f"/Executions/{execution['sid']}/Steps/{sid}")
    return found
