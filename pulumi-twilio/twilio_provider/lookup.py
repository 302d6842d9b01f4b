# ruff: noqa: N818 - exceptions are named for what happened

"""The functions: an existing thing by SID, id or name, a singleton, all items of a collection."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from twilio_api.errors import Refused

from twilio_provider import members
from twilio_provider.catalogue.model import ACCOUNT, ResourceType
from twilio_provider.outputs import read
from twilio_provider.paths import BadId, collection_url, item_url, make_id, to_parent, to_sid
from twilio_provider.reads import is_gone
from twilio_provider.session import Session
from twilio_provider.values import Secret, is_secret


class BadArguments(Exception):
    """Arguments that cannot be served; ``failures`` are (argument, reason)."""

    def __init__(self, failures: list[tuple[str, str]]) -> None:
        self.failures = failures
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in failures))


def get(session: Session, resource: ResourceType, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Look one thing up. By SID it is one GET; by name the collection is listed once for all who ask.

    Where the name is only a part of what may not be there twice, the rest of that may be said too.
    """
    given = {name: value for name, value in arguments.items() if value not in (None, "")}
    given = _with_account(session, resource, given)
    parents = _parents(
        resource, given, {*resource.parents, resource.own, resource.lookup or "", *resource.beside_lookup}
    )
    if resource.singleton:
        return _shown(resource, parents, make_id(resource, parents, ""), _singleton(session, resource, parents))
    own = resource.own
    by = [name for name in dict.fromkeys((own, resource.lookup)) if name and name in given]
    if len(by) != 1:
        said = f"exactly one of {own} or {resource.lookup} must be given" if resource.lookup else "is required"
        raise BadArguments([(own, said)])
    further = {name: wire_text(given[name]) for name in resource.beside_lookup if name in given}
    if by == [own] and further:
        raise BadArguments(
            [(name, f"goes with {resource.lookup}; {own} alone says which one it is") for name in further]
        )
    if by == [own]:
        body = _by_own(session, resource, parents, str(given[own]))
    else:
        body = _by_key(session, resource, parents, {by[0]: str(given[by[0]]), **further})
    if resource.members:
        identity = make_id(resource, parents, str(body[resource.own_wire]))
        body = {**body, resource.members[0]: members.listed(session, resource, identity)}
    return _shown(resource, parents, make_id(resource, parents, str(body[resource.own_wire])), body)


def every(session: Session, resource: ResourceType, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """All items of a collection: their ids, and what each shows. Arguments are the parents and Twilio's own filters."""
    parents, items = found_items(session, resource, arguments)
    shown = [_shown(resource, parents, identity, body) for identity, body in items]
    return {**parents, "ids": [identity for identity, _ in items], "items": shown}


def found_items(
    session: Session, resource: ResourceType, arguments: Mapping[str, Any]
) -> tuple[dict[str, str], list[tuple[str, dict[str, Any]]]]:
    """The parents, and (id, Twilio's JSON) of each item. Raises BadArguments."""
    given = _with_account(session, resource, {name: v for name, v in arguments.items() if v not in (None, "")})
    filters = dict(resource.filters)
    asked = {filters[name]: wire_text(value) for name, value in given.items() if name in filters}
    parents = _parents(resource, {n: v for n, v in given.items() if n not in filters}, {*resource.parents, *filters})
    url = collection_url(resource, parents) + (f"?{urlencode(asked)}" if asked else "")
    listed = session.whole(url)
    if not listed.complete:
        raise BadArguments([(resource.name, f"there are more than {len(listed.items)} of them; filter what is listed")])
    bodies = [body for body in listed.items if not is_gone(resource, body)]
    return parents, [(make_id(resource, parents, str(body[resource.own_wire])), body) for body in bodies]


@dataclass(frozen=True)
class Page:
    """A part of a listing: (id, name) of each item, and what the next part is asked with, "" where there is none."""

    items: list[tuple[str, str]]
    following: str


def page(
    session: Session, resource: ResourceType, arguments: Mapping[str, Any], *, limit: int, size: int, after: str
) -> Page:
    """The items from number ``after`` on, ``size`` at most of ``limit`` in all; below 1 sets no bound."""
    _, items = found_items(session, resource, arguments)
    named = [(identity, _name(resource, body)) for identity, body in items][: limit if limit > 0 else None]
    start = int(after) if after.isdecimal() else 0
    end = start + size if size > 0 else len(named)
    return Page(named[start:end], str(end) if end < len(named) else "")


def _name(resource: ResourceType, body: Mapping[str, Any]) -> str:
    """What people call the item: the first of its names that it shows."""
    wires = {o.name: o.wire for o in resource.outputs}
    names = [resource.lookup, *resource.key, "uniqueName", "friendlyName", "displayName", "name"]
    return next((str(body[wires[n]]) for n in names if n in wires and body.get(wires[n])), "")


def wire_text(value: Any) -> str:
    """A filter as a query says it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(resource: ResourceType, parents: Mapping[str, str], identity: str, body: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"id": identity, **parents}
    for output in resource.outputs:
        value = read(resource, output, body)
        if value is not None:
            made[output.name] = Secret(value) if is_secret(value, named=output.name in resource.secrets) else value
    return made


def _singleton(session: Session, resource: ResourceType, parents: Mapping[str, str]) -> dict[str, Any]:
    try:
        return session.request("GET", item_url(resource, make_id(resource, parents, ""))).json
    except Refused as refusal:
        if refusal.absent and resource.parents:
            name = resource.parents[-1]
            raise BadArguments([(name, f"there is no {resource.name} of {parents[name]}")]) from None
        raise


def _parents(resource: ResourceType, given: Mapping[str, Any], known: set[str]) -> dict[str, str]:
    made: dict[str, str] = {}
    there_are = ", ".join(sorted(filter(None, known)))
    failures = [(name, f"is not an argument; there are: {there_are}") for name in given if name not in known]
    for name in resource.parents:
        if name not in given:
            failures.append((name, "is required"))
            continue
        try:
            made[name] = to_parent(resource, name, str(given[name]))
        except BadId as error:
            failures.append((name, str(error)))
    if failures:
        raise BadArguments(failures)
    return made


def _with_account(session: Session, resource: ResourceType, given: dict[str, Any]) -> dict[str, Any]:
    if session.account and ACCOUNT in resource.parents:
        return {ACCOUNT: session.account, **given}
    return given


def _by_own(session: Session, resource: ResourceType, parents: Mapping[str, str], text: str) -> dict[str, Any]:
    try:
        own = to_sid(text, resource.sid) if resource.sid else text
        identity = make_id(resource, parents, own)
        body = session.request("GET", item_url(resource, identity)).json
    except BadId as error:
        raise BadArguments([(resource.own, str(error))]) from None
    except Refused as refusal:
        if refusal.absent:
            raise BadArguments([(resource.own, f"there is no {resource.name} {text}")]) from None
        raise
    if is_gone(resource, body):
        raise BadArguments([(resource.own, f"there is no {resource.name} {text}; Twilio keeps what was archived")])
    return body


def _by_key(
    session: Session, resource: ResourceType, parents: Mapping[str, str], wanted: Mapping[str, str]
) -> dict[str, Any]:
    """The one that shows what is ``wanted``: the name, and as much of the rest of its key as was given."""
    wires = {o.name: o.wire for o in resource.outputs}
    argument = str(resource.lookup)
    called = ", ".join([repr(wanted[argument]), *(f"{n} {value!r}" for n, value in wanted.items() if n != argument)])
    listed = session.whole(collection_url(resource, parents))
    items = [body for body in listed.items if not is_gone(resource, body)]
    found = [body for body in items if all(body.get(wires[n]) == value for n, value in wanted.items())]
    if len(found) == 1:
        return found[0]
    if found:
        missing = [n for n in resource.beside_lookup if n not in wanted]
        each = ", ".join(
            " ".join([str(body[resource.own_wire]), *(f"{n} {body.get(wires[n])!r}" for n in missing)])
            for body in found
        )
        give = f"give {' and '.join(missing)} too, or the {resource.own}" if missing else f"give the {resource.own}"
        raise BadArguments([(argument, f"{len(found)} of them are called {called} ({each}); {give}")])
    if not listed.complete:
        said = f"is not among the first {len(listed.items)} of {resource.name}, and there are more"
        raise BadArguments([(argument, f"{called} {said}; give the {resource.own}")])
    names = sorted({" ".join(str(body.get(wires[n])) for n in wanted) for body in items})
    shown = ", ".join(names[:20]) or "none at all"
    raise BadArguments([(argument, f"there is no {resource.name} called {called}; there are: {shown}")])
