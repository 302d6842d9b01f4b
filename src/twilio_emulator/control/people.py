"""What people do: an agent's token, a customer's message, a worker's availability, an answer to a reservation."""

from typing import Any

from twilio_emulator.control.inside import every, request
from twilio_emulator.core.effects import Collector, collector
from twilio_emulator.core.errors import not_found
from twilio_emulator.core.webhooks import WebhookResult
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import messages
from twilio_emulator.products.iam import state as iam
from twilio_emulator.products.taskrouter.records import RESERVATION, WORKER

Given = dict[str, Any]
_WORKSPACES = "taskrouter.twilio.com/v1/Workspaces"
_ANSWERS = {"accept": "accepted", "decline": "rejected", "complete": "completed"}


def token(world: World, given: Given) -> dict[str, Any]:
    """`{token}` for a worker; `roles` (["agent"]), `identity` (the worker's friendly name), `expiresIn` (3600 s)."""
    roles = given.get("roles", ["agent"])
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise ValueError("roles: a list of texts is allowed")
    worker = _worker(world, given["workerSid"]) if given.get("workerSid") else {}
    issued = iam.issue(
        world,
        str(worker.get("account_sid") or world.account_sid),
        worker_sid=worker.get("sid"),
        identity=str(given.get("identity") or worker.get("friendly_name") or "guest"),
        roles=roles,
        expires_in=float(given.get("expiresIn", 3600)),
    )
    return {"token": issued}


async def customer_message(world: World, given: Given) -> dict[str, Any]:
    """`{messageSid, index}`; with `wait` also `{webhooks: [{url, status, body, error}]}` once those were answered."""
    collected = Collector()
    mark = collector.set(collected)
    try:
        message, _ = messages.customer_message(world, given["conversationSid"], given["author"], given["body"])
    finally:
        collector.reset(mark)
    world.store.commit()
    answer: dict[str, Any] = {"messageSid": message["sid"], "index": message["index"]}
    if given.get("wait"):
        await collected.done()
        answer["webhooks"] = [_shown(result) for result in collected.results]
    return answer


def availability(world: World, given: Given) -> dict[str, Any]:
    """Puts a worker into the first available activity, or the first other one; `{workerSid, activity, available}`."""
    if given.get("available") not in (True, False):
        raise ValueError("available: true or false is allowed")
    worker = _worker(world, given["worker"])
    base, account = f"{_WORKSPACES}/{worker['workspace_sid']}", worker["account_sid"]
    activities = every(world, f"{base}/Activities", "activities", account_sid=account)
    fitting = [activity for activity in activities if activity["available"] is given["available"]]
    if not fitting:
        raise ValueError(f"no activity of the workspace is {'available' if given['available'] else 'unavailable'}")
    form = [("ActivitySid", fitting[0]["sid"])]
    changed = request(world, "POST", f"{base}/Workers/{worker['sid']}", form, account_sid=account)
    return {"workerSid": worker["sid"], "activity": changed["activity_name"], "available": changed["available"]}


def reservations(world: World, given: Given) -> dict[str, Any]:
    """`{reservations: [...]}` in Twilio's shape, oldest first, over all workers."""
    found = world.store.list(RESERVATION)
    shown = [request(world, "GET", _address(doc), account_sid=doc["account_sid"]) for doc in found]
    for name, field in (("workerSid", "worker_sid"), ("taskSid", "task_sid"), ("status", "reservation_status")):
        if given.get(name):
            shown = [entry for entry in shown if entry[field] == given[name]]
    return {"reservations": shown}


def answer(world: World, given: Given) -> dict[str, Any]:
    """`{reservation}` after its worker accepted, declined or completed it, through the API that Flex's UI stands on."""
    status = _ANSWERS.get(given["action"])
    if status is None:
        raise ValueError(f"{given['action']}: {', '.join(_ANSWERS)} are allowed")
    doc = world.store.get(RESERVATION, given["reservation"])
    if doc is None:
        raise not_found(f"/Reservations/{given['reservation']}")
    form = [("ReservationStatus", status)]
    return {"reservation": request(world, "POST", _address(doc), form, account_sid=doc["account_sid"])}


def _address(reservation: dict[str, Any]) -> str:
    owner = f"{_WORKSPACES}/{reservation['workspace_sid']}/Workers/{reservation['worker_sid']}"
    return f"{owner}/Reservations/{reservation['sid']}"


def _worker(world: World, sid: str) -> dict[str, Any]:
    found = world.store.get(WORKER, sid)
    if found is None:
        raise not_found(f"/Workers/{sid}")
    return found


def _shown(result: WebhookResult) -> dict[str, Any]:
    return {"url": result.url, "status": result.status, "body": result.body, "error": result.error}
