"""Sinks: where events go. Webhooks alone are served.

Source: https://www.twilio.com/docs/events/event-streams/sink-resource. Sinks are active from the start nowadays, and
Validate always answers `valid`; the switch `sink_starts` brings back the earlier way over a test event.
"""

import uuid
from typing import Any
from urllib.parse import urlsplit

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import ApiError, invalid_parameter, not_found
from twilio_emulator.core.world import World
from twilio_emulator.products.events import delivery, errors
from twilio_emulator.products.events.kinds import SINK, SUBSCRIPTION, Doc

MOST = 100
STATUSES = ("initialized", "validating", "active", "failed")
_NOT_SERVED = ("kinesis", "segment", "email")


def create(world: World, account_sid: str, *, description: str, sink_type: str, configuration: Any) -> Doc:
    """A new sink; 400 with 91000 where its configuration is wrong, 501 where its type is not served."""
    if sink_type in _NOT_SERVED:
        raise ApiError(501, 20501, f"The emulator does not imitate sinks of type {sink_type}")
    if sink_type != "webhook":
        raise errors.bad_sink("Sink type must be Kinesis or Webhook")
    if world.store.count(SINK, account_sid) >= MOST:
        raise errors.too_many_sinks()
    now = iso(world.clock.now())
    sink = {
        "sid": world.sids.new("DG"),
        "account_sid": account_sid,
        "description": description,
        "sink_type": sink_type,
        "sink_configuration": _checked(configuration),
        "status": world.switches["sink_starts"],
        "test_id": None,
        "date_created": now,
        "date_updated": now,
    }
    world.store.put(SINK, sink["sid"], sink, parent=account_sid)
    return sink


def fetch(world: World, account_sid: str, sid: str) -> Doc:
    """One of the account's sinks; 404."""
    sink = world.store.get(SINK, sid)
    if sink is None or sink["account_sid"] != account_sid:
        raise not_found(f"/Sinks/{sid}")
    return sink


def every(world: World, account_sid: str, *, in_use: bool | None = None, status: str | None = None) -> list[Doc]:
    """The account's sinks in creation order, filtered by `in_use` (has a subscription) and `status`."""
    if status is not None and status not in STATUSES:
        raise invalid_parameter("Status", f"{', '.join(STATUSES)} are allowed")
    found = world.store.list(SINK, account_sid, **({"status": status} if status else {}))
    return [sink for sink in found if in_use in {None, used(world, sink)}]


def update(world: World, account_sid: str, sid: str, description: str) -> Doc:
    """Changes the description: nothing else can be changed."""
    return _save(world, {**fetch(world, account_sid, sid), "description": description})


def delete(world: World, account_sid: str, sid: str) -> None:
    """Removes a sink with what waits for it; 400 with 91007 while a subscription uses it."""
    sink = fetch(world, account_sid, sid)
    if used(world, sink):
        raise errors.sink_in_use(sid)
    world.store.delete_under(sid)
    world.store.delete(SINK, sid)


def used(world: World, sink: Doc) -> bool:
    """Whether a subscription sends to it."""
    return bool(world.store.list(SUBSCRIPTION, sink["account_sid"], sink_sid=sink["sid"]))


def test(world: World, account_sid: str, sid: str) -> None:
    """Sends a test event with a new `test_id`; an initialized sink is validating from then on."""
    sink = fetch(world, account_sid, sid)
    sink["test_id"] = str(uuid.uuid4())
    if sink["status"] == "initialized":
        sink["status"] = "validating"
    _save(world, sink)
    delivery.send_test(world, sink)


def validate(world: World, account_sid: str, sid: str, test_id: str) -> bool:
    """Whether the test event arrived; always so for an active sink. The right id makes a sink active."""
    sink = fetch(world, account_sid, sid)
    if sink["status"] == "active":
        return True
    if sink["test_id"] != test_id:
        return False
    _save(world, {**sink, "status": "active"})
    return True


def _save(world: World, sink: Doc) -> Doc:
    sink["date_updated"] = iso(world.clock.now())
    world.store.update(SINK, sink["sid"], sink)
    return sink


def _checked(given: Any) -> Doc:
    if not isinstance(given, dict):
        raise errors.bad_sink("Sink configuration values cannot be empty")
    missing = [name for name in ("destination", "method") if not given.get(name)]
    if missing:
        raise errors.bad_sink(f"Sink Configuration {missing[0]} is empty")
    parts = urlsplit(str(given["destination"]))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise errors.bad_sink("Sink Configuration destination is not a valid URL")
    if parts.username is not None:
        raise ApiError(501, 20501, "The emulator does not imitate credentials in a sink's destination")
    method = str(given["method"]).upper()
    if method not in {"GET", "POST"}:
        raise errors.bad_sink("Sink Configuration method must be GET or POST")
    if method == "GET":
        raise ApiError(501, 20501, "The emulator does not imitate sinks that are called by GET")
    return {**given, "method": method}
