"""How an item is read with few requests: by itself, from its collection's listing, or from what holds it.

The first Read of a collection is one GET. The second lists the whole collection once, which serves all that follow and
all that are asked at the same time. What a listing does not show, or not in full, is read by itself.
"""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from twilio_api.door import Listed
from twilio_api.errors import Refused

from twilio_provider.catalogue.model import ResourceType
from twilio_provider.paths import collection_url, item_url
from twilio_provider.session import Session


def item(
    session: Session, resource: ResourceType, identity: str, parts: Mapping[str, str], *, alone: bool
) -> dict[str, Any] | None:
    """Twilio's JSON of the item of that id, None when there is none. ``alone`` reads it by itself in any case."""
    try:
        if alone or not resource.listed:
            body: dict[str, Any] | None = _get(session, resource, identity)
        elif resource.held_by:
            body = _held(session, resource, parts) or _get(session, resource, identity)
        else:
            body = _listed(session, resource, identity, parts)
    except Refused as refusal:
        if refusal.absent:
            return None
        raise
    return None if body is None or is_gone(resource, body) else body


def made_at(body: Mapping[str, Any]) -> str:
    """When Twilio says it was made, in ISO 8601, or nothing. Its oldest product writes dates as mail does."""
    text = next((str(body[name]) for name in ("date_created", "createdAt", "dateCreated") if body.get(name)), "")
    try:
        return parsedate_to_datetime(text).isoformat()
    except ValueError:
        return text


def is_gone(resource: ResourceType, body: Mapping[str, Any]) -> bool:
    """Whether it counts as deleted, though Twilio still shows it."""
    return resource.gone is not None and body.get(resource.gone[0]) == resource.gone[1]


def _get(session: Session, resource: ResourceType, identity: str) -> dict[str, Any]:
    return session.request("GET", item_url(resource, identity)).json


def _listed(session: Session, resource: ResourceType, identity: str, parts: Mapping[str, str]) -> dict[str, Any] | None:
    url = collection_url(resource, parts)
    listed = session.listings.at_hand(url)
    found = _pick(listed, resource, parts)
    if found is None and session.listings.is_first_read(url):
        return session.item(item_url(resource, identity))
    if found is None and not (listed and listed.complete):
        listed = session.whole(url)
        found = _pick(listed, resource, parts)
    return found or _get(session, resource, identity)  # a listing may lag: what it lacks is gone if it says so itself


def _pick(listed: Listed | None, resource: ResourceType, parts: Mapping[str, str]) -> dict[str, Any] | None:
    if listed is None:
        return None
    wanted = parts[resource.own]
    return next((body for body in listed.items if str(body.get(resource.own_wire)) == wanted), None)


# Written small where they are sent and in their own resource, in capitals where another resource shows them.
_CAPITALS = frozenset({"visibility"})


def _held(session: Session, resource: ResourceType, parts: Mapping[str, str]) -> dict[str, Any] | None:
    """From the latest of the things that hold it: a Build shows its FunctionVersions."""
    template, wire = resource.held_by or ("", "")
    url = f"https://{resource.host}{template.format(**parts)}"
    for holder in session.recent(url).items:
        for body in holder.get(wire) or []:
            if body.get("sid") == parts[resource.own]:
                return {name: value.lower() if name in _CAPITALS else value for name, value in body.items()}
    return None
