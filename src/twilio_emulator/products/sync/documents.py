"""Sync documents: one value each, changed as a whole, on condition of a revision where If-Match is given."""

from typing import Any

from twilio_emulator.core.world import World
from twilio_emulator.products.sync import objects
from twilio_emulator.products.sync.limits import count_write
from twilio_emulator.products.sync.objects import DOCUMENT


def create(
    world: World, service: dict[str, Any], unique_name: str | None, data: Any, ttl: int | None
) -> dict[str, Any]:
    """A new document."""
    objects.size_of(data)
    return objects.create(world, DOCUMENT, service, unique_name, ttl=ttl, extra={"data": data})


def fetch(world: World, service: dict[str, Any], sid: str) -> dict[str, Any]:
    """A document by SID or unique name; 404."""
    return objects.fetch(world, DOCUMENT, service, sid)


def every(world: World, service: dict[str, Any]) -> list[dict[str, Any]]:
    """The service's documents."""
    return objects.every(world, DOCUMENT, service)


def update(
    world: World, service: dict[str, Any], sid: str, changes: dict[str, Any], if_match: str | None
) -> dict[str, Any]:
    """Replaces `data` and the time to live (`ttl`) where given; 412 with 54103 where the revision is another."""
    doc = fetch(world, service, sid)
    objects.check_revision(doc, if_match, DOCUMENT.wrong_revision, "Document")
    if "data" in changes:
        count_write(world, doc["sid"], objects.size_of(changes["data"]))
        doc["data"] = changes["data"]
    if "ttl" in changes:
        doc["expires"] = objects.expiry(world, changes["ttl"])
    objects.save(world, DOCUMENT, doc)
    return doc


def delete(world: World, service: dict[str, Any], sid: str) -> None:
    """Removes a document; there is no If-Match here."""
    objects.delete(world, DOCUMENT, fetch(world, service, sid))
