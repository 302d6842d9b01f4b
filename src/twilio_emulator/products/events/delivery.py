"""How events reach sinks: at least once, in arrays, again where they were refused.

    told -> waits (events_gathered_ms) -> sent -- 2xx ---------------------------> gone
                ^                     | 5xx, 429, no answer within 5 s
                +--- 5 s, 10 s ... ---+ 4xx, or refused for four hours -----> gone

Sources: https://www.twilio.com/docs/events/event-delivery-and-duplication (exponential back-off, four hours; its
jitter is left out, so that tests repeat) and https://www.twilio.com/docs/api/errors: 91302, 91305, 91306, 91308. The
size of arrays is not documented.
"""

from itertools import groupby
from typing import Any

import structlog

from twilio_emulator.core.effects import collector
from twilio_emulator.core.feed import Happening
from twilio_emulator.core.webhooks import WebhookResult
from twilio_emulator.core.world import World
from twilio_emulator.products.events.envelope import envelope, sink_test
from twilio_emulator.products.events.kinds import DELIVERY, EVENT, SINK, SUBSCRIBED, SUBSCRIPTION, Doc

LARGEST_ARRAY, GIVE_UP_SECONDS, LONGEST_WAIT = 50, 4 * 3600, 600
_log = structlog.get_logger("twilio_emulator.events")


def enqueue(world: World, happening: Happening) -> None:
    """Lets an event wait for the sink of every subscription to its type, in the whole account."""
    for subscription in world.store.list(SUBSCRIPTION, happening.account_sid):
        wanted = world.store.by_key(SUBSCRIBED, subscription["sid"], happening.type)
        if wanted is None:
            continue
        event_id = world.sids.new("EZ")
        event = envelope(event_id, happening, wanted["schema_version"], world.clock.now())
        at = _first_delivery(world, subscription["sink_sid"])
        moments = [at, at + world.switches["events_retry_seconds"]]
        for moment in moments[: 2 if world.switches["events_delivered_twice"] else 1]:
            _wait(world, subscription["sink_sid"], event, moment, subscription["sid"])


def send_test(world: World, sink: Doc) -> None:
    """Sends a sink's test event, whatever its status."""
    event = sink_test(sink["account_sid"], sink["test_id"], world.clock.now())
    _wait(world, sink["sid"], event, world.clock.timestamp(), None)


def drop(world: World, sid: str) -> None:
    """Forgets that an event waits."""
    world.store.delete(DELIVERY, sid)
    world.store.delete(EVENT, sid)


def setup(world: World) -> None:
    """What was under way when the emulator ended is sent again."""
    for waiting in world.store.list(DELIVERY, sending=True):
        world.store.update(DELIVERY, waiting["sid"], {**waiting, "sending": False})


def next_due(world: World) -> float | None:
    """When the next event is to be sent."""
    return world.store.least(DELIVERY, "at", sending=False)


def tick(world: World) -> None:
    """Sends what is due, each sink's events on their own."""
    due = world.store.until(DELIVERY, "at", world.clock.timestamp(), sending=False)
    for waiting in due:
        world.store.update(DELIVERY, waiting["sid"], {**waiting, "sending": True})
    if world.switches["events_order"] == "reversed":
        due.reverse()
    due.sort(key=lambda waiting: waiting["sink_sid"])  # stable: the order within a sink stays
    for sink_sid, events in groupby(due, key=lambda waiting: waiting["sink_sid"]):
        world.effects.spawn(_send_all(world, str(sink_sid), list(events)))


def _first_delivery(world: World, sink_sid: str) -> float:
    """With what is being gathered for that sink, or after the time of gathering."""
    gathered = world.switches["events_gathered_ms"] / 1000
    waiting = world.store.least(DELIVERY, "at", sink_sid=sink_sid, sending=False, attempts=0) if gathered else None
    return world.clock.timestamp() + float(gathered) if waiting is None else waiting


def _wait(world: World, sink_sid: str, event: dict[str, Any], at: float, subscription_sid: str | None) -> None:
    waiting: Doc = {
        "sid": world.sids.new("DL"),
        "sink_sid": sink_sid,
        "subscription_sid": subscription_sid,
        "at": at,
        "since": world.clock.timestamp(),
        "attempts": 0,
        "sending": False,
    }
    world.store.put(DELIVERY, waiting["sid"], waiting, parent=sink_sid)
    world.store.put(EVENT, waiting["sid"], event, parent=sink_sid)
    mark = collector.set(None)  # asynchronous at Twilio: nobody who caused an event waits for its delivery
    try:
        world.effects.spawn(_tick(world))
    finally:
        collector.reset(mark)


async def _tick(world: World) -> None:
    tick(world)


async def _send_all(world: World, sink_sid: str, events: list[Doc]) -> None:
    sink = world.store.get(SINK, sink_sid)
    if sink is None:
        return
    size = 1 if str(sink["sink_configuration"].get("batch_events", True)).lower() == "false" else LARGEST_ARRAY
    for first in range(0, len(events), size):
        array = [waiting for waiting in events[first : first + size] if world.store.get(DELIVERY, waiting["sid"])]
        if not array:  # their subscription was deleted meanwhile
            continue
        result = await world.invoke_json_webhook(
            sink["sink_configuration"]["destination"],
            [event for waiting in array if (event := world.store.get(EVENT, waiting["sid"]))],
            account_sid=sink["account_sid"],
        )
        for waiting in array:
            _settle(world, waiting, result)


def _settle(world: World, waiting: Doc, result: WebhookResult) -> None:
    event = world.store.get(EVENT, waiting["sid"])
    if event is None:  # its subscription was deleted meanwhile
        return
    now = world.clock.timestamp()
    again = result.status in {0, 429} or result.status >= 500 or world.switches["events_retry_4xx"]
    if result.ok or not again or now - waiting["since"] >= GIVE_UP_SECONDS:
        drop(world, waiting["sid"])
        if not result.ok:
            _log.warning("an event is given up", type=event["type"], status=result.status)
        return
    wait = min(world.switches["events_retry_seconds"] * 2 ** waiting["attempts"], LONGEST_WAIT)
    changes = {"at": now + max(wait, 0.05), "attempts": waiting["attempts"] + 1, "sending": False}
    world.store.update(DELIVERY, waiting["sid"], {**waiting, **changes})
