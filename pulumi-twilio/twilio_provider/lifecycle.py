"""Create, read, update and delete of any type of the catalogue, in one session. Only this changes things."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio_api.deadline import remaining
from twilio_api.errors import Interrupted, Refused, TwilioError, Unreachable
from twilio_api.upload import Upload

from twilio_provider import deployments, members, singletons
from twilio_provider.catalogue.model import ResourceType
from twilio_provider.diff import diff
from twilio_provider.faults import Fault, HalfMade, exists, fault, import_command
from twilio_provider.outputs import form, imported_inputs, marker_of, outputs, refreshed_inputs
from twilio_provider.paths import collection_url, item_url, make_id, parse_id
from twilio_provider.reads import item, made_at
from twilio_provider.sending import own_of, send, settled
from twilio_provider.session import Session
from twilio_provider.values import Asset, has_unknown, plain

POLL_SECONDS = 2.0
BUILD_SECONDS = 600.0


@dataclass(frozen=True)
class Made:
    """A thing as it is now: id, outputs, and the inputs that describe it."""

    identity: str
    outputs: dict[str, Any]
    inputs: dict[str, Any]


def create(session: Session, resource: ResourceType, *, name: str, urn: str, inputs: Mapping[str, Any]) -> Made:
    """One POST, its answer the outputs; then what only an update can set, then the wait for what is not ready."""
    doing = f"creating {resource.token} {name!r}"
    values = _known(doing, inputs)
    mark = _mark(session, resource, name)
    body = _lost_twin(session, resource, urn, values, mark)
    if body is not None:
        fields = form(resource, values, "update", [i.name for i in resource.inputs], mark)
        address = item_url(resource, _identity(resource, values, body))
        body = send(session, resource, address, fields, repeatable=True)
    else:
        body = _post(session, resource, doing, urn, values, mark)
    identity = make_id(resource, values, own_of(session, resource, values, body))
    session.made.add(identity)
    session.remember(urn, identity)
    try:
        body = settled(session, resource, identity, body)
        body = _set_late(session, resource, identity, values, body)
        body = _wait(session, resource, identity, body)
    except (TwilioError, Fault) as error:
        told = fault(doing, error)
        raise HalfMade(identity, outputs(resource, body, inputs), dict(inputs), str(told)) from None
    return Made(identity, outputs(resource, body, inputs), dict(inputs))


def read(
    session: Session,
    resource: ResourceType,
    identity: str,
    inputs: Mapping[str, Any] | None,
    state: Mapping[str, Any] | None = None,
) -> Made | None:
    """The thing of that id, or None. Without ``inputs`` (an import) they are made from what Twilio says."""
    parts = parse_id(resource, identity)
    live = deployments.live_build(session, resource, identity) if inputs and resource.delete == "undeploy" else None
    if inputs and state and live and live == plain(inputs.get(deployments.BUILD)):
        return Made(identity, dict(state), dict(inputs))  # it cannot change, and it is what serves
    body = item(session, resource, identity, parts, alone=not inputs)
    if body is None:
        return None
    if live is not None:  # another Build has been deployed since, as a rollback does: that is the difference to show
        body = {**body, "build_sid": live}
    if resource.members:
        body = {**body, resource.members[0]: members.listed(session, resource, identity)}
    if inputs:
        now = refreshed_inputs(resource, body, inputs)
    else:
        own = parts.pop(resource.own, "")
        now = imported_inputs(resource, body, parts)
        if resource.asset:
            now[resource.asset] = _content(session, resource, make_id(resource, parts, own))
    return Made(identity, {**_kept(resource, state or {}), **outputs(resource, body, now)}, now)


def update(
    session: Session,
    resource: ResourceType,
    *,
    name: str,
    identity: str,
    old_inputs: Mapping[str, Any],
    inputs: Mapping[str, Any],
    state: Mapping[str, Any],
) -> Made:
    """Send what changed, and only that. A POST that says the same when said twice, so it is repeated if need be."""
    changed = [change.name for change in diff(resource, old_inputs, inputs, state).changes]
    values = _known(f"updating {resource.token} {name!r}", inputs)
    fields = form(resource, values, "update", changed, _mark(session, resource, name))
    if fields:
        always = [i.name for i in resource.inputs if i.always or resource.changing == "PUT"]  # a PUT replaces all of it
        fields = form(resource, values, "update", dict.fromkeys([*always, *changed]), _mark(session, resource, name))
    body: dict[str, Any] | None = None
    if resource.singleton and changed:
        body = singletons.change(session, resource, identity, old_inputs, inputs, state)
    elif fields:
        body = send(session, resource, item_url(resource, identity), fields, repeatable=True)
        body = settled(session, resource, identity, body)
    if resource.members and resource.members[0] in changed:
        members.change(session, resource, identity, old_inputs, inputs)
    elif resource.wait:
        body = session.request("GET", item_url(resource, identity)).json
        try:
            body = _wait(session, resource, identity, body)
        except (TwilioError, Fault) as error:
            told = fault(f"updating {resource.token} {name!r}", error)
            raise HalfMade(identity, outputs(resource, body, inputs), dict(inputs), str(told)) from None
    made = {**state, **_as_outputs(resource, inputs)}
    if body is not None:
        made = {**_kept(resource, state), **outputs(resource, body, inputs)}
    return Made(identity, dict(made), dict(inputs))


def _known(doing: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    unknown = [name for name, value in inputs.items() if has_unknown(value)]
    if unknown:
        raise Fault(doing, f"{', '.join(unknown)}: the value is not known", kind="INVALID_ARGUMENT")
    return {name: plain(value) for name, value in inputs.items()}


def _kept(resource: ResourceType, state: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs that are not shown again: those of the create alone, and all where what holds an item shows a part."""
    return {name: value for name, value in state.items() if resource.held_by or name in resource.once}


def _as_outputs(resource: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name != resource.asset}


def delete(session: Session, resource: ResourceType, identity: str, state: Mapping[str, Any]) -> None:
    """Delete it; that it is gone already is fine. Some types are let go without a request (see the overlays)."""
    match resource.delete:
        case "nothing":
            return
        case "undeploy":
            deployments.undeploy(session, resource, identity, state)
        case "restore":
            singletons.put_back(session, resource, identity, state)
        case "archive":
            _archive(session, resource, identity)
        case how:
            try:
                session.request("DELETE", item_url(resource, identity))
            except Refused as refusal:
                kept = how == "attempt" and refusal.status in {400, 409, 422}
                if not refusal.absent and not kept:
                    raise


def _archive(session: Session, resource: ResourceType, identity: str) -> None:
    try:
        session.request("POST", item_url(resource, identity) + "/Archive", repeatable=True)
    except Refused as refusal:
        if not refusal.absent:
            raise


def _identity(resource: ResourceType, values: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    return make_id(resource, values, str(body[resource.own_wire]))


def _mark(session: Session, resource: ResourceType, name: str) -> str | None:
    stack = session.settings.stack_id
    return f"{stack}/{name}" if stack and resource.marker else None


def _lost_twin(
    session: Session, resource: ResourceType, urn: str, values: Mapping[str, Any], mark: str | None
) -> dict[str, Any] | None:
    """Our own thing from a run that was killed before it could be recorded: it has our mark, no state knows it."""
    if mark is None or (resource.parents and _parent_is_new(session, resource, values)):
        return None
    known = session.known.get(urn, set())
    for body in session.listing_at_start(collection_url(resource, values)):
        if marker_of(resource, body) == mark and _identity(resource, values, body) not in known:
            return body
    return None


def _parent_is_new(session: Session, resource: ResourceType, values: Mapping[str, Any]) -> bool:
    parent = values[resource.parents[-1]]
    return any(identity.endswith(str(parent)) for identity in session.made)


def _post(  # noqa: PLR0917
    session: Session, resource: ResourceType, doing: str, urn: str, values: Mapping[str, Any], mark: str | None
) -> dict[str, Any]:
    url = collection_url(resource, values, resource.upload)
    marked: dict[str, Any] = {resource.marker: {}} if mark and resource.marker else {}
    fields = form(resource, {**marked, **values}, "create", [entry.name for entry in resource.inputs], mark)
    upload = _upload(session, resource, values)
    door = session.door()
    since = door.now()
    try:
        if resource.singleton:
            return singletons.set_up(session, resource, make_id(resource, values, ""), values)
        return send(session, resource, url, fields, creating=True, upload=upload, repeatable=resource.harmless)
    except (Refused, Unreachable) as error:
        if isinstance(error, Refused) and not error.uncertain:
            if _is_taken(error):
                taken = _of_same_key(session, resource, values)
                identity = _identity(resource, values, taken[0]) if len(taken) == 1 else None
                identity = make_id(resource, values, "") if resource.singleton else identity
                command = import_command(resource, urn, identity or "", session.provider.reference)
                raise exists(doing, error, identity, command) from None
            raise
        nothing_happened = isinstance(error, Unreachable) and not error.sent
        if nothing_happened or resource.harmless or not (resource.key or resource.lookup):
            raise
        try:
            found = _our_open_intent(session, resource, doing, values, error, since)
        except Interrupted:  # cancelled, or out of time: whether it was made stays open, and is said
            raise error from None
        if found is not None:
            return found
    return send(session, resource, url, fields, creating=True, upload=upload)


def _our_open_intent(  # noqa: PLR0917
    session: Session,
    resource: ResourceType,
    doing: str,
    values: Mapping[str, Any],
    error: TwilioError,
    since: datetime,
) -> dict[str, Any] | None:
    """After a create whose fate is unknown: the one thing of that name made since then is the one we asked for."""
    candidates = _of_same_key(session, resource, values)
    fresh = [body for body in candidates if _created(body) >= since]
    if len(fresh) > 1:
        raise Fault(
            doing,
            str(fault(doing, error).said),
            "It may have been made: there are "
            + ", ".join(str(body[resource.own_wire]) for body in fresh)
            + " of that name. Import the right one, or delete them, and run it again.",
        )
    return fresh[0] if fresh else None


def _of_same_key(session: Session, resource: ResourceType, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = resource.key or ((resource.lookup,) if resource.lookup else ())
    wires = {o.name: o.wire for o in resource.outputs}
    if not names or not all(name in values and name in wires for name in names):
        return []
    items = session.listing(collection_url(resource, values))
    return [body for body in items if all(body.get(wires[name]) == values[name] for name in names)]


def _created(body: Mapping[str, Any]) -> datetime:
    """The end of the second in which it was made; a thing without a date is never taken for ours."""
    try:
        return datetime.fromisoformat(made_at(body)) + timedelta(seconds=1)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _is_taken(refusal: Refused) -> bool:
    text = refusal.message.lower()
    return refusal.status == 409 or (refusal.status == 400 and ("exist" in text or "unique" in text))


def _upload(session: Session, resource: ResourceType, values: Mapping[str, Any]) -> dict[str, Upload] | None:
    if not resource.asset:
        return None
    asset = values[resource.asset]
    content = session.contents.get(asset.hash) if isinstance(asset, Asset) else None
    if content is None:
        digest = getattr(asset, "hash", "?")[:12]
        raise TwilioError(f"the content with hash {digest} is not at hand; run the program again")
    entry = resource.input(resource.asset)
    name = str(values.get("path", "content")).rsplit("/", 1)[-1]
    if resource.name.endswith("AssetVersion"):
        filename, kind = name, mimetypes.guess_type(name)[0] or "application/octet-stream"
    else:
        filename, kind = name if "." in name else f"{name}.js", "application/javascript"
    return {str(entry.create if entry else ""): Upload(filename, content, kind)}


def _content(session: Session, resource: ResourceType, identity: str) -> Asset:
    body = session.request("GET", item_url(resource, identity) + "/Content").json
    return session.keep(Asset("", text=str(body.get("content", ""))))


def _set_late(
    session: Session, resource: ResourceType, identity: str, values: Mapping[str, Any], body: dict[str, Any]
) -> dict[str, Any]:
    """What a create does not take and an update does."""
    late = [i.name for i in resource.inputs if i.create is None and i.update is not None and i.name in values]
    if not late:
        return body
    always = [i.name for i in resource.inputs if i.always]
    fields = form(resource, values, "update", dict.fromkeys([*always, *late]))
    return send(session, resource, item_url(resource, identity), fields, repeatable=True)


def _wait(session: Session, resource: ResourceType, identity: str, body: dict[str, Any]) -> dict[str, Any]:
    """Poll until the thing is ready: at once, then every two seconds; at most as long as the operation may take."""
    if resource.wait is None:
        return body
    name, ready, failed = resource.wait
    wire = next(o.wire for o in resource.outputs if o.name == name)
    door = session.door()
    deadline = None if remaining() is not None else door.deadline(BUILD_SECONDS)
    while body.get(wire) not in ready:
        if body.get(wire) in failed:
            raise TwilioError(f"the {resource.name} {identity} ended as {body.get(wire)!r}; its log is in the Console")
        answer = session.request("GET", item_url(resource, identity) + "/Status").json
        body[wire] = answer.get(wire)
        if body[wire] not in (*ready, *failed):
            door.pause(POLL_SECONDS, deadline)
    return body
