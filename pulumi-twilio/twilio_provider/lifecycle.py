"""Create, read, update and delete of any type of the catalogue, in one session. Only this changes things."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twilio_api.deadline import remaining
from twilio_api.errors import Refused, TwilioError
from twilio_api.upload import Upload

from twilio_provider import deployments, members, singletons
from twilio_provider.accounts import FOR_SUBACCOUNTS, wrong_account
from twilio_provider.catalogue.model import ACCOUNT, ResourceType
from twilio_provider.diff import diff
from twilio_provider.faults import Fault, HalfMade, fault
from twilio_provider.making import Wanted, lost_twin, make, taken
from twilio_provider.outputs import form, imported_inputs, outputs, refreshed_inputs
from twilio_provider.paths import item_url, make_id, parse_id
from twilio_provider.reads import item
from twilio_provider.sending import send, settled
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
    """One POST, its answer the outputs; then what only an update can set, then the wait for what is not ready.

    From the moment that its id is known nothing loses it: whatever goes wrong then, it is recorded as half made.
    """
    doing = f"creating {resource.token} {name!r}"
    values = _known(doing, inputs)
    _own_account(session, resource, doing, values)
    mark = _mark(session, resource, name)
    wanted = Wanted(resource, urn, doing, values)
    if resource.singleton:
        identity, body = make_id(resource, values, ""), _set_up(session, wanted, inputs)
        session.claims.claim(identity)
        return Made(identity, outputs(resource, body, inputs), dict(inputs))
    found = lost_twin(session, wanted, mark)
    marked: dict[str, Any] = {resource.marker: {}} if mark and resource.marker else {}
    every = [entry.name for entry in resource.inputs]
    fields = form(resource, {**marked, **values}, "create", every, mark)
    identity, body = found or make(session, wanted, fields, _upload(session, resource, values))
    late = _only_in_updates(resource, values)
    applied = {given: value for given, value in inputs.items() if given not in late}
    try:
        if found is not None:
            fields = form(resource, values, "update", every, mark)
            body = send(session, resource, item_url(resource, identity), fields, repeatable=True)
        body = settled(session, resource, identity, body)
        body = _set_late(session, resource, identity, values, late) if late else body
        applied = dict(inputs)
        body = _wait(session, resource, identity, body)
        return Made(identity, outputs(resource, body, inputs), dict(inputs))
    except Exception as error:
        raise _half_made(resource, doing, identity, body, applied, error) from None


def _set_up(session: Session, wanted: Wanted, inputs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        interrupted = bool(session.intents.get(wanted.urn))
        return singletons.set_up(session, wanted.resource, wanted.doing, inputs, interrupted=interrupted)
    except Refused as refusal:
        raise taken(session, wanted, refusal) from None


def _half_made(  # noqa: PLR0917
    resource: ResourceType,
    doing: str,
    identity: str,
    body: dict[str, Any],
    inputs: Mapping[str, Any],
    error: Exception,
) -> HalfMade:
    """What exists, with what is known of it; where its answer makes no sense, with its inputs."""
    try:
        shown = outputs(resource, body, inputs)
    except Exception:  # the id has to be recorded in any case
        shown = _as_outputs(resource, inputs)
    return HalfMade(identity, shown, dict(inputs), str(fault(doing, error)))


def _own_account(session: Session, resource: ResourceType, doing: str, values: Mapping[str, Any]) -> None:
    """Raises Fault for what lies in another account than the stack's."""
    said = wrong_account(resource, values, session.account)
    if said:
        raise Fault(doing, f"{ACCOUNT}: {said}", "Nothing was asked of Twilio.", "FAILED_PRECONDITION")
    if resource.token in FOR_SUBACCOUNTS and values.get(ACCOUNT):
        session.subaccounts.add(str(values[ACCOUNT]))


def _own_id(session: Session, resource: ResourceType, doing: str, identity: str) -> None:
    if ACCOUNT in resource.parents:
        _own_account(session, resource, doing, parse_id(resource, identity))


def read(
    session: Session,
    resource: ResourceType,
    identity: str,
    inputs: Mapping[str, Any] | None,
    state: Mapping[str, Any] | None = None,
) -> Made | None:
    """The thing of that id, or None. Without ``inputs`` (an import) they are made from what Twilio says."""
    parts = parse_id(resource, identity)
    identity = make_id(resource, parts, parts.get(resource.own, ""))
    _own_account(session, resource, f"reading {resource.token} {identity}", {**plain(dict(inputs or {})), **parts})
    known = inputs is not None  # a thing may be known and have no input at all
    live = deployments.live_build(session, resource, identity) if known and resource.delete == "undeploy" else None
    if inputs and state and live and live == plain(inputs.get(deployments.BUILD)):
        return Made(identity, dict(state), dict(inputs))  # it cannot change, and it is what serves
    body = item(session, resource, identity, parts, alone=not known)
    if body is None:
        return None
    if live is not None:  # another Build has been deployed since, as a rollback does: that is the difference to show
        body = {**body, "build_sid": live}
    if resource.members:
        body = {**body, resource.members[0]: members.listed(session, resource, identity)}
    if inputs is not None:
        never_set = set(_only_in_updates(resource, inputs)) - set(state or inputs)  # the create ended before that
        now = refreshed_inputs(resource, body, {n: value for n, value in inputs.items() if n not in never_set})
    else:
        own = parts.pop(resource.own, "")
        now = imported_inputs(resource, body, parts)
        if resource.asset and not _hides_its_content(resource):
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
    doing = f"updating {resource.token} {name!r}"
    values = _known(doing, inputs)
    _own_account(session, resource, doing, values)
    _own_id(session, resource, doing, identity)
    fields = form(resource, values, "update", changed, _mark(session, resource, name))
    if fields:
        always = [i.name for i in resource.inputs if i.always or resource.changing == "PUT"]  # a PUT replaces all of it
        fields = form(resource, values, "update", dict.fromkeys([*always, *changed]), _mark(session, resource, name))
    body: dict[str, Any] | None = None
    if resource.singleton and changed:
        body = singletons.change(session, resource, doing, identity, old_inputs, inputs, state)
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
            raise _half_made(resource, doing, identity, body, inputs, error) from None
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
    _own_id(session, resource, f"deleting {resource.token} {identity}", identity)
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


def _mark(session: Session, resource: ResourceType, name: str) -> str | None:
    stack = session.settings.stack_id
    return f"{stack}/{name}" if stack and resource.marker else None


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
    if _hides_its_content(resource):
        filename, kind = name, mimetypes.guess_type(name)[0] or "application/octet-stream"
    else:
        filename, kind = name if "." in name else f"{name}.js", "application/javascript"
    return {str(entry.create if entry else ""): Upload(filename, content, kind)}


def _hides_its_content(resource: ResourceType) -> bool:
    """Twilio shows the content of a FunctionVersion, and of an AssetVersion nothing but its path and visibility.

    https://www.twilio.com/docs/serverless/api/resource/asset-version
    """
    return resource.name.endswith("AssetVersion")


def _content(session: Session, resource: ResourceType, identity: str) -> Asset:
    body = session.request("GET", item_url(resource, identity) + "/Content").json
    return session.keep(Asset("", text=str(body.get("content", ""))))


def _only_in_updates(resource: ResourceType, values: Mapping[str, Any]) -> list[str]:
    """What a create does not take and an update does."""
    return [i.name for i in resource.inputs if i.create is None and i.update is not None and i.name in values]


def _set_late(
    session: Session, resource: ResourceType, identity: str, values: Mapping[str, Any], late: list[str]
) -> dict[str, Any]:
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
