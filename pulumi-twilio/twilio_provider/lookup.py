# ruff: noqa: N818 - exceptions are named for what happened

"""The functions: an existing thing by SID, id or name, and singletons."""

from collections.abc import Mapping
from typing import Any

from twilio_api.errors import Refused

from twilio_provider import members
from twilio_provider.catalogue.model import ACCOUNT, LookupType, ResourceType
from twilio_provider.outputs import read
from twilio_provider.paths import BadId, collection_url, item_url, make_id, to_parent, to_sid
from twilio_provider.session import Session
from twilio_provider.values import Secret, is_secret


class BadArguments(Exception):
    """Arguments that cannot be served; ``failures`` are (argument, reason)."""

    def __init__(self, failures: list[tuple[str, str]]) -> None:
        self.failures = failures
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in failures))


def get(session: Session, resource: ResourceType, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Look one thing up. By SID it is one GET; by name the collection is listed once for all who ask."""
    given = {name: value for name, value in arguments.items() if value not in (None, "")}
    given = _with_account(session, resource, given)
    parents = _parents(resource, given)
    own = resource.own
    by = [name for name in dict.fromkeys((own, resource.lookup)) if name and name in given]
    if len(by) != 1:
        said = f"exactly one of {own} or {resource.lookup} must be given" if resource.lookup else "is required"
        raise BadArguments([(own, said)])
    if by == [own]:
        body = _by_own(session, resource, parents, str(given[own]))
    else:
        body = _by_name(session, resource, parents, str(given[by[0]]))
    if resource.members:
        identity = make_id(resource, parents, str(body[resource.own_wire]))
        body = {**body, resource.members[0]: members.listed(session, resource, identity)}
    made: dict[str, Any] = {"id": make_id(resource, parents, str(body[resource.own_wire])), **parents}
    for output in resource.outputs:
        value = read(resource, output, body)
        if value is not None:
            made[output.name] = Secret(value) if is_secret(value, named=output.name in resource.secrets) else value
    return made


def get_singleton(session: Session, lookup: LookupType) -> dict[str, Any]:
    """Everything a singleton says."""
    body = session.request("GET", f"https://{lookup.host}{lookup.path}").json
    return {o.name: body[o.wire] for o in lookup.outputs if body.get(o.wire) is not None}


def _parents(resource: ResourceType, given: Mapping[str, Any]) -> dict[str, str]:
    made: dict[str, str] = {}
    known = {*resource.parents, resource.own, resource.lookup}
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
        return session.request("GET", item_url(resource, identity)).json
    except BadId as error:
        raise BadArguments([(resource.own, str(error))]) from None
    except Refused as refusal:
        if refusal.absent:
            raise BadArguments([(resource.own, f"there is no {resource.name} {text}")]) from None
        raise


def _by_name(session: Session, resource: ResourceType, parents: Mapping[str, str], name: str) -> dict[str, Any]:
    wire = next(o.wire for o in resource.outputs if o.name == resource.lookup)
    items = session.listing(collection_url(resource, parents))
    found = [body for body in items if body.get(wire) == name]
    if len(found) == 1:
        return found[0]
    argument = str(resource.lookup)
    if found:
        sids = ", ".join(str(body[resource.own_wire]) for body in found)
        raise BadArguments([(argument, f"{len(found)} of them are called {name!r} ({sids}); give the {resource.own}")])
    names = sorted({str(body.get(wire)) for body in items})
    shown = ", ".join(names[:20]) or "none at all"
    raise BadArguments([(argument, f"there is no {resource.name} called {name!r}; there are: {shown}")])
