# ruff: noqa: N818 - exceptions are named for what happened

"""Ids and URLs. An id is the API path of a thing without its version: ``Workspaces/WS.../Workflows/WW...``."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from twilio_provider.catalogue.model import Catalogue, ResourceType
from twilio_provider.values import Unknown

_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


class BadId(ValueError):
    """An id or SID that cannot be one of this type. The text says what one looks like."""


def make_id(resource: ResourceType, values: Mapping[str, Any], own: str) -> str:
    """The id of the item of that SID (or other name of its own) under the parents in ``values``.

    A singleton has no name of its own; its parents are all there is.
    """
    return _fill(_template(resource), {**values, resource.own: own})


def parse_id(resource: ResourceType, text: str) -> dict[str, str]:
    """The parents' SIDs and the item's own (``resource.own``) of an id. Raises BadId."""
    free = {name for name, prefix in resource.prefixes if prefix == ""} | (set() if resource.sid else {resource.own})
    pattern = re.sub(
        r"\{(\w+)\}",
        lambda m: f"(?P<{m[1]}>" + (r"[^/]+" if m[1] in free else r"[A-Z]{2}[0-9a-fA-F]{32}") + ")",
        _template(resource),
    )
    match = re.fullmatch(pattern, text.strip("/"))
    begins = {**dict(resource.prefixes), resource.own: resource.sid}
    if match is None or not all(part.startswith(begins.get(name) or "") for name, part in match.groupdict().items()):
        raise BadId(f"{text!r} is not the id of a {resource.name}: {shape(resource)}")
    # People paste digits in capitals; a listing has none, and a thing would be found by itself and not there.
    return {n: unquote(part) if n in free else part[:2] + part[2:].lower() for n, part in match.groupdict().items()}


def shape(resource: ResourceType) -> str:
    """What an id of this type looks like, in words."""
    template = _template(resource)
    for name, prefix in {**dict(resource.prefixes), resource.own: resource.sid}.items():
        template = template.replace("{" + name + "}", prefix + "...") if prefix else template
    return "an id has the form " + re.sub(r"\{(\w+)Sid\}", r"<\1 SID>", template)


def _template(resource: ResourceType) -> str:
    return resource.item.removeprefix(f"/{resource.version}/").removesuffix(".json")


def item_url(resource: ResourceType, text: str) -> str:
    """The URL of the item of that id."""
    suffix = ".json" if resource.item.endswith(".json") else ""
    return f"https://{resource.host}/{resource.version}/{text.strip('/')}{suffix}"


def member_url(resource: ResourceType, text: str, member: str = "") -> str:
    """The URL of the collection below the item of that id that is one of its inputs, or of one member of it."""
    assert resource.members is not None  # noqa: S101 - the callers have looked
    below = f"{item_url(resource, text)}/{resource.members[1]}"
    return f"{below}/{quote(member, safe='')}" if member else below


def collection_url(resource: ResourceType, values: Mapping[str, Any], host: str | None = None) -> str:
    """The URL of the collection under the parents in ``values``."""
    return f"https://{host or resource.host}{_fill(resource.collection, values)}"


def to_sid(text: str, prefix: str | None) -> str:
    """The SID of an id or a SID. Raises BadId when it is neither, or of another type than ``prefix``."""
    sid = text.rsplit("/", 1)[-1]
    if not _SID.fullmatch(sid) or (prefix and not sid.startswith(prefix)):
        raise BadId(f"must be a SID ({prefix or 'two letters'} and 32 hexadecimal digits) or an id that ends in one")
    return sid


def to_parent(resource: ResourceType, parent: str, text: str) -> str:
    """The parent's SID, or its other name, of an id or of that itself. Raises BadId."""
    prefix = dict(resource.prefixes).get(parent)
    return unquote(text.rsplit("/", 1)[-1]) if prefix == "" else to_sid(text, prefix)


def holds_others(catalogue: Catalogue, resource: ResourceType) -> bool:
    """Whether things of other types live below an item of this one, and go with it."""
    before = resource.item.split("{" + resource.own + "}")[0]
    return any(
        other.host == resource.host and other.collection.split("{" + parent + "}")[0] == before
        for other in catalogue.resources
        for parent in other.parents
    )


def _fill(template: str, values: Mapping[str, Any]) -> str:
    def part(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value is None or isinstance(value, Unknown):
            raise BadId(f"{match[1]} is not known")
        return quote(str(value), safe="")

    return re.sub(r"\{(\w+)\}", part, template)
