"""Subscriptions: which event types, in which version of their schema, go to which sink.

Sources: https://www.twilio.com/docs/events/event-streams/subscription and .../subscribed-event-resource. That a sink
takes one subscription only was seen at Twilio and is not documented: switch `sink_shared`.
"""

from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import ApiError, not_found
from twilio_emulator.core.world import World
from twilio_emulator.products.events import delivery, errors
from twilio_emulator.products.events.kinds import DELIVERY, SINK, SUBSCRIBED, SUBSCRIPTION, Doc
from twilio_emulator.products.events.types import subscribable


def create(world: World, account_sid: str, *, description: str, sink_sid: str, types: list[Any]) -> Doc:
    """A new subscription of at least one type, to an active sink."""
    sink = world.store.get(SINK, sink_sid)
    if sink is None or sink["account_sid"] != account_sid:
        raise errors.no_such_sink(sink_sid)
    if sink["status"] != "active":
        raise errors.no_subscription(f"Sink {sink_sid} is not in an active state")
    if not world.switches["sink_shared"] and world.store.list(SUBSCRIPTION, account_sid, sink_sid=sink_sid):
        raise errors.no_subscription(f"Sink with SID {sink_sid} is in use")
    wanted = [_read(at, entry) for at, entry in enumerate(types)]
    now = iso(world.clock.now())
    subscription = {
        "sid": world.sids.new("DF"),
        "account_sid": account_sid,
        "sink_sid": sink_sid,
        "description": description,
        "date_created": now,
        "date_updated": now,
    }
    world.store.put(SUBSCRIPTION, subscription["sid"], subscription, parent=account_sid)
    for name, version in wanted:
        subscribe(world, subscription, name, version)
    return subscription


def fetch(world: World, account_sid: str, sid: str) -> Doc:
    """One of the account's subscriptions; 404."""
    found = world.store.get(SUBSCRIPTION, sid)
    if found is None or found["account_sid"] != account_sid:
        raise not_found(f"/Subscriptions/{sid}")
    return found


def every(world: World, account_sid: str, sink_sid: str | None = None) -> list[Doc]:
    """The account's subscriptions in creation order, of one sink where given."""
    return world.store.list(SUBSCRIPTION, account_sid, **({"sink_sid": sink_sid} if sink_sid else {}))


def update(world: World, account_sid: str, sid: str, description: str | None) -> Doc:
    """Changes the description where one is given."""
    found = fetch(world, account_sid, sid)
    found.update(date_updated=iso(world.clock.now()))
    if description is not None:
        found["description"] = description
    world.store.update(SUBSCRIPTION, sid, found)
    return found


def delete(world: World, account_sid: str, sid: str) -> None:
    """Removes a subscription; what waits because of it is not delivered any more."""
    found = fetch(world, account_sid, sid)
    for waiting in world.store.list(DELIVERY, found["sink_sid"], subscription_sid=sid):
        delivery.drop(world, waiting["sid"])
    world.store.delete_under(sid)
    world.store.delete(SUBSCRIPTION, sid)


def subscribe(world: World, subscription: Doc, name: str, version: int | None) -> tuple[Doc, bool]:
    """Adds a type, or changes its version where it is there; whether it is new."""
    event_type = subscribable(name)
    version = event_type.latest if version is None else version
    if not 1 <= version <= event_type.latest:
        raise ApiError(400, 20001, f"Schema version {version} of {event_type.schema} not found")
    sid = f"{subscription['sid']}/{name}"
    doc = {
        "account_sid": subscription["account_sid"],
        "subscription_sid": subscription["sid"],
        "type": name,
        "schema_version": version,
    }
    if world.store.get(SUBSCRIBED, sid) is None:
        world.store.put(SUBSCRIBED, sid, doc, parent=subscription["sid"], key=name)
        return doc, True
    world.store.update(SUBSCRIBED, sid, doc)
    return doc, False


def subscribed(world: World, subscription: Doc) -> list[Doc]:
    """The subscription's types in the order in which they were added."""
    return world.store.list(SUBSCRIBED, subscription["sid"])


def fetch_subscribed(world: World, subscription: Doc, name: str) -> Doc:
    """One type of a subscription; 404."""
    found = world.store.by_key(SUBSCRIBED, subscription["sid"], name)
    if found is None:
        raise not_found(f"/Subscriptions/{subscription['sid']}/SubscribedEvents/{name}")
    return found


def unsubscribe(world: World, subscription: Doc, name: str) -> None:
    """Takes a type away; 404."""
    fetch_subscribed(world, subscription, name)
    world.store.delete(SUBSCRIBED, f"{subscription['sid']}/{name}")


def _read(at: int, entry: Any) -> tuple[str, int | None]:
    if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
        raise ApiError(400, 20001, f"Missing required input parameter event_types[{at}].type")
    version = entry.get("schema_version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise ApiError(400, 20001, f"Invalid parameter event_types[{at}].schema_version: a whole number is expected")
    return entry["type"], version
