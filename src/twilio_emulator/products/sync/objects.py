"""What documents, lists, maps and their items share: unique names, revisions, expiry by the clock, the size of data."""

import json
from dataclasses import dataclass
from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import invalid_parameter
from twilio_emulator.core.sids import is_sid
from twilio_emulator.core.store import Conflict
from twilio_emulator.core.world import World
from twilio_emulator.products.sync import errors
from twilio_emulator.products.sync.limits import count_creation

MAX_DATA_BYTES, MAX_TTL, MAX_NAME = 16 * 1024, 31_536_000, 320


@dataclass(frozen=True)
class Kind:
    """One type of Sync object: where it is stored, its SID's prefix, and its codes for not found and for a wrong
    revision.
    """

    name: str
    prefix: str
    what: str
    not_found: int
    wrong_revision: int


DOCUMENT = Kind("sync.document", "ET", "Document", 54100, 54103)
LIST = Kind("sync.list", "ES", "List", 54150, 54155)
MAP = Kind("sync.map", "MP", "Map", 54200, 54205)


def create(
    world: World,
    kind: Kind,
    service: dict[str, Any],
    unique_name: str | None,
    *,
    ttl: int | None,
    extra: dict[str, Any],
) -> dict[str, Any]:
    """A new object; 409 with 54301 where the unique name is taken by one that has not expired."""
    if unique_name is not None and not 1 <= len(unique_name) <= MAX_NAME:
        raise invalid_parameter("UniqueName", f"1 to {MAX_NAME} characters are allowed")
    now = iso(world.clock.now())
    doc = {
        "sid": world.sids.new(kind.prefix),
        "unique_name": unique_name,
        "account_sid": service["account_sid"],
        "service_sid": service["sid"],
        "revision": 0,
        "expires": expiry(world, ttl),
        "date_created": now,
        "date_updated": now,
        "created_by": "system",
        **extra,
    }
    count_creation(world, service["sid"])
    if unique_name is not None:
        alive(world, kind, world.store.by_key(kind.name, service["sid"], unique_name))
    try:
        world.store.put(kind.name, doc["sid"], doc, parent=service["sid"], key=unique_name)
    except Conflict:
        raise errors.name_exists() from None
    return doc


def fetch(world: World, kind: Kind, service: dict[str, Any], sid_or_name: str) -> dict[str, Any]:
    """An object by SID or unique name; 404 where it is not there or has expired."""
    by_name = not is_sid(sid_or_name, kind.prefix)
    found = (
        world.store.by_key(kind.name, service["sid"], sid_or_name)
        if by_name
        else world.store.get(kind.name, sid_or_name)
    )
    found = alive(world, kind, found)
    if found is None or found["service_sid"] != service["sid"]:
        raise errors.no_object(kind.not_found, kind.what, by_name=by_name)
    return found


def every(world: World, kind: Kind, service: dict[str, Any]) -> list[dict[str, Any]]:
    """The service's objects of that type in creation order, without those that have expired."""
    now = world.clock.timestamp()
    return [doc for doc in world.store.list(kind.name, service["sid"]) if not expired(doc, now)]


def save(world: World, kind: Kind, doc: dict[str, Any]) -> None:
    """Writes a change back, as the next revision."""
    doc["revision"] += 1
    doc["date_updated"] = iso(world.clock.now())
    world.store.update(kind.name, doc["sid"], doc)


def delete(world: World, kind: Kind, doc: dict[str, Any]) -> None:
    """Removes an object with its items."""
    world.store.delete_under(doc["sid"])
    world.store.delete(kind.name, doc["sid"])


def alive(world: World, kind: Kind, doc: dict[str, Any] | None) -> dict[str, Any] | None:
    """The object, or None where it has expired: then it is removed."""
    if doc is not None and expired(doc, world.clock.timestamp()):
        delete(world, kind, doc)
        return None
    return doc


def expired(doc: dict[str, Any], now: float) -> bool:
    """Whether its time to live is over."""
    return doc["expires"] is not None and doc["expires"] <= now


def expiry(world: World, ttl: int | None) -> float | None:
    """When a time to live ends; None for 0 (for ever) and for none given."""
    if ttl is not None and not 0 <= ttl <= MAX_TTL:
        raise invalid_parameter("Ttl", f"0 to {MAX_TTL} seconds are allowed")
    return world.clock.timestamp() + ttl if ttl else None


def check_revision(doc: dict[str, Any], if_match: str | None, code: int, what: str) -> None:
    """412 where If-Match names another revision; without the header every revision is right."""
    if if_match is None or if_match.strip() == "*":
        return
    if if_match.strip().removeprefix("W/").strip('"') != revision(doc):
        raise errors.wrong_revision(code, what)


def revision(doc: dict[str, Any]) -> str:
    """A revision as Sync shows it: hexadecimal text."""
    return f"{doc['revision']:x}"


def size_of(data: Any) -> int:
    """The bytes of the data as compact JSON; 413 with 54006 where they are more than 16 KiB."""
    size = len(json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode())
    if size > MAX_DATA_BYTES:
        raise errors.too_large()
    return size
