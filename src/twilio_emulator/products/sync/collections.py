"""Sync lists and maps, and their items. An item of a list has an index, one of a map a key."""

from dataclasses import dataclass
from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import invalid_parameter
from twilio_emulator.core.store import Conflict
from twilio_emulator.core.world import World
from twilio_emulator.products.sync import errors, objects
from twilio_emulator.products.sync.limits import count_write
from twilio_emulator.products.sync.objects import LIST, MAP, MAX_NAME, Kind


@dataclass(frozen=True)
class Items:
    """How items of one type of collection are stored and addressed."""

    collection: Kind
    name: str
    address: str
    not_found: int
    wrong_revision: int


LIST_ITEMS = Items(LIST, "sync.list_item", "index", 54151, 54155)
MAP_ITEMS = Items(MAP, "sync.map_item", "key", 54201, 54205)


def create(
    world: World, kind: Kind, service: dict[str, Any], unique_name: str | None, ttl: int | None
) -> dict[str, Any]:
    """A new, empty list or map."""
    return objects.create(world, kind, service, unique_name, ttl=ttl, extra={"next_index": 0})


def update(world: World, kind: Kind, service: dict[str, Any], sid: str, ttl: int | None) -> dict[str, Any]:
    """Changes the collection's time to live."""
    doc = objects.fetch(world, kind, service, sid)
    doc["expires"] = objects.expiry(world, ttl)
    objects.save(world, kind, doc)
    return doc


def add_item(
    world: World,
    kind: Items,
    owner: dict[str, Any],
    key: str | None,
    *,
    data: Any,
    ttl: int | None,
    collection_ttl: int | None,
) -> dict[str, Any]:
    """A new item; 409 with 54208 where the map has one of that key that has not expired."""
    count_write(world, owner["sid"], objects.size_of(data))
    if kind is MAP_ITEMS and (key is None or not 1 <= len(key) <= MAX_NAME):
        raise invalid_parameter("Key", f"1 to {MAX_NAME} characters are allowed")
    address: str | int = owner["next_index"] if key is None else key
    now = iso(world.clock.now())
    doc = {
        kind.address: address,
        "account_sid": owner["account_sid"],
        "service_sid": owner["service_sid"],
        "collection_sid": owner["sid"],
        "revision": 0,
        "data": data,
        "expires": objects.expiry(world, ttl),
        "date_created": now,
        "date_updated": now,
        "created_by": "system",
    }
    _find(world, kind, owner, str(address))
    try:
        world.store.put(kind.name, _item_sid(owner, address), doc, parent=owner["sid"], key=str(address))
    except Conflict:
        raise errors.key_exists() from None
    _touch(world, kind, owner, collection_ttl, added=True)
    return doc


def fetch_item(world: World, kind: Items, owner: dict[str, Any], address: str) -> dict[str, Any]:
    """An item by index or key; 404 with 54151 or 54201."""
    found = _find(world, kind, owner, address)
    if found is None:
        raise errors.no_item(kind.not_found, f"{kind.collection.what} item")
    return found


def every_item(world: World, kind: Items, owner: dict[str, Any]) -> list[dict[str, Any]]:
    """Items that have not expired, ordered by index or key."""
    now = world.clock.timestamp()
    found = [doc for doc in world.store.list(kind.name, owner["sid"]) if not objects.expired(doc, now)]
    return sorted(found, key=lambda doc: doc[kind.address])


def update_item(
    world: World, kind: Items, owner: dict[str, Any], address: str, *, changes: dict[str, Any], if_match: str | None
) -> dict[str, Any]:
    """Replaces `data`, the item's `ttl` and the collection's `collection_ttl` where given; 412 where the revision is
    another.
    """
    doc = fetch_item(world, kind, owner, address)
    objects.check_revision(doc, if_match, kind.wrong_revision, f"{kind.collection.what} item")
    if "data" in changes:
        count_write(world, owner["sid"], objects.size_of(changes["data"]))
        doc["data"] = changes["data"]
    if "ttl" in changes:
        doc["expires"] = objects.expiry(world, changes["ttl"])
    doc["revision"] += 1
    doc["date_updated"] = iso(world.clock.now())
    world.store.update(kind.name, _item_sid(owner, doc[kind.address]), doc)
    _touch(world, kind, owner, changes.get("collection_ttl"))
    return doc


def delete_item(world: World, kind: Items, owner: dict[str, Any], address: str, if_match: str | None) -> None:
    """Removes an item; 412 where the revision is another."""
    doc = fetch_item(world, kind, owner, address)
    objects.check_revision(doc, if_match, kind.wrong_revision, f"{kind.collection.what} item")
    count_write(world, owner["sid"], 0)
    world.store.delete(kind.name, _item_sid(owner, doc[kind.address]))
    _touch(world, kind, owner, None)


def _find(world: World, kind: Items, owner: dict[str, Any], address: str) -> dict[str, Any] | None:
    found = world.store.by_key(kind.name, owner["sid"], address)
    if found is not None and objects.expired(found, world.clock.timestamp()):
        world.store.delete(kind.name, _item_sid(owner, address))
        return None
    return found


def _touch(
    world: World, kind: Items, owner: dict[str, Any], collection_ttl: int | None, *, added: bool = False
) -> None:
    if collection_ttl is not None:
        owner["expires"] = objects.expiry(world, collection_ttl)
    if added:
        owner["next_index"] += 1
    objects.save(world, kind.collection, owner)


def _item_sid(owner: dict[str, Any], address: str | int) -> str:
    return f"{owner['sid']}/{address}"
