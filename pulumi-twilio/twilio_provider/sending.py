"""How a body is sent, as a form or as JSON, by the method that Twilio takes; and what it answers later, waited for.

Newer products answer a write with 202 and the address of an operation. What it made is known when that has ended.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from twilio_api.deadline import remaining
from twilio_api.errors import TwilioError
from twilio_api.upload import Upload

from twilio_provider.catalogue.model import ResourceType
from twilio_provider.paths import item_url
from twilio_provider.session import Session

POLL_SECONDS = 2.0
OPERATION_SECONDS = 600.0  # where no customTimeouts say otherwise
_ENDED_WELL = {"completed", "succeeded"}
_ENDED_BADLY = {"failed", "cancelled", "canceled"}


def send(
    session: Session,
    resource: ResourceType,
    url: str,
    fields: Mapping[str, object],
    *,
    creating: bool = False,
    upload: Mapping[str, Upload] | None = None,
    repeatable: bool = False,
) -> dict[str, Any]:
    """Create or update; the answer's JSON. Raises Refused, Unreachable or Interrupted."""
    method = "POST" if creating else resource.changing
    if resource.encoding == "json":
        return session.request(method, url, json=fields, repeatable=repeatable).json
    return session.request(method, url, form=fields, upload=upload, repeatable=repeatable).json


def own_of(session: Session, resource: ResourceType, values: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """What names the item in its path: in the answer or below it, in the operation, or as it was given."""
    if resource.singleton:
        return ""
    given = next((i.name for i in resource.inputs if i.create == resource.own_wire and i.name in values), None)
    found = _named(resource, body)
    if found is None and given is None and _operation(body):
        found = _named(resource, _ended(session, resource, body, named=True))
    if found is None and given is not None:
        found = str(values[given])
    if found is None:
        raise LookupError(f"Twilio's answer does not say what the new {resource.name} is called: {sorted(body)}")
    return found


def settled(session: Session, resource: ResourceType, identity: str, body: dict[str, Any]) -> dict[str, Any]:
    """The item after a write: the answer itself, or what there is when the operation it names has ended."""
    if not _operation(body):
        return body
    _ended(session, resource, body)
    return session.request("GET", item_url(resource, identity)).json


def _named(resource: ResourceType, body: Mapping[str, Any]) -> str | None:
    related = body.get("related")
    below = [value for name, value in body.items() if isinstance(value, dict) and name not in {"operation", "related"}]
    candidates = [
        body.get(resource.own_wire),
        *(value.get(resource.own_wire) for value in below),
        body.get("resourceId"),
        *(related.values() if isinstance(related, dict) else ()),
        str(body.get("resultUrl") or "").rsplit("/", 1)[-1],
    ]
    return next((str(value) for value in candidates if value), None)


def _operation(body: Mapping[str, Any]) -> str | None:
    below = body.get("operation")
    address = body.get("statusUrl") or (below.get("statusUrl") if isinstance(below, dict) else None)
    return str(address) if address else None


def _ended(session: Session, resource: ResourceType, body: Mapping[str, Any], *, named: bool = False) -> dict[str, Any]:
    """The operation that an answer names, when it has ended, or, if that is enough, as soon as it names what it makes.

    Raises TwilioError when it ended badly, Interrupted.
    """
    parts = urlsplit(str(_operation(body)))
    address = f"https://{resource.host}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    door = session.door()
    deadline = None if remaining() is not None else door.deadline(OPERATION_SECONDS)
    while True:
        operation = session.request("GET", address).json
        status = str(operation.get("status", "")).lower()
        if status in _ENDED_BADLY:
            raise TwilioError(f"Twilio ended the operation as {status}: {operation.get('error') or 'no explanation'}")
        if status in _ENDED_WELL or (named and _named(resource, operation) is not None):
            return operation
        door.pause(POLL_SECONDS, deadline)
