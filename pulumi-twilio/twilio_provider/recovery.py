"""Take over what an earlier run made before it was stopped, instead of making it once more.

Most types carry no owner marker. A thing of the same parent and natural key (where none is given: of the same inputs,
and without a key), made within the times of an open intent (:mod:`twilio_provider.intents`), that no state knows, is
that intent's. Exactly one is taken over as an import would, then brought to what the program wants; more than one is an
error.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from twilio_provider import lifecycle
from twilio_provider.catalogue.model import ResourceType
from twilio_provider.diff import diff
from twilio_provider.faults import Fault, HalfMade, fault
from twilio_provider.intents import Window, moment
from twilio_provider.lifecycle import Made
from twilio_provider.making import parent_is_new
from twilio_provider.outputs import read
from twilio_provider.paths import BadId, collection_url, make_id
from twilio_provider.reads import made_at
from twilio_provider.session import Session
from twilio_provider.values import plain


def create(session: Session, resource: ResourceType, *, name: str, urn: str, inputs: Mapping[str, Any]) -> Made:
    """What an earlier run's create of this URN made, where there is such a thing; else ``lifecycle.create``."""
    windows = session.intents.get(urn)
    found = _taken_over(session, resource, name, inputs, windows) if windows else None
    return found or lifecycle.create(session, resource, name=name, urn=urn, inputs=inputs)


def _taken_over(
    session: Session, resource: ResourceType, name: str, inputs: Mapping[str, Any], windows: Sequence[Window]
) -> Made | None:
    values = {key: plain(value) for key, value in inputs.items()}
    if resource.singleton or (resource.marker and session.settings.stack_id):
        return None  # the create itself looks at what is there, or for our marker
    if resource.once or (resource.parents and parent_is_new(session, resource, values)):
        return None  # of no use without what only its create's answer shows; or nothing can be there
    candidates, complete = _candidates(session, resource, values, windows)
    keyed = any(values.get(name) for name in _key(resource))
    found = [made for identity in candidates if (made := _same(session, resource, identity, inputs, keyed=keyed))]
    if len(found) > 1:
        raise Fault(
            f"creating {resource.token} {name!r}",
            "an earlier run was stopped in it, and since then there are "
            + ", ".join(made.identity.rsplit("/", 1)[-1] for made in found),
            "Delete all but one of them, and run it again; or import the right one.",
            "FAILED_PRECONDITION",
        )
    if not found and not complete:
        raise Fault(
            f"creating {resource.token} {name!r}",
            "an earlier run was stopped in it, and there are too many of its kind to see whether it was made",
            "Look for it, and import or delete what you find. Then run it again without TWILIO_OPEN_INTENTS.",
            "FAILED_PRECONDITION",
        )
    if not found:
        return None
    was = found[0]
    if not session.claims.adopt(was.identity):
        return None
    try:
        return _brought_up_to_date(session, resource, name, was, inputs)
    except HalfMade:
        raise
    except Exception as error:  # it is ours, so it is recorded, whatever else goes wrong
        told = fault(f"creating {resource.token} {name!r}", error)
        raise HalfMade(was.identity, was.outputs, was.inputs, str(told)) from None


def _brought_up_to_date(
    session: Session, resource: ResourceType, name: str, was: Made, inputs: Mapping[str, Any]
) -> Made | None:
    changed = diff(resource, was.inputs, inputs, was.outputs).changes
    if changed or resource.wait:
        return lifecycle.update(
            session,
            resource,
            name=name,
            identity=was.identity,
            old_inputs=was.inputs,
            inputs=inputs,
            state=was.outputs,
        )
    now = lifecycle.read(session, resource, was.identity, inputs)
    return Made(was.identity, now.outputs, dict(inputs)) if now else None


def _candidates(
    session: Session, resource: ResourceType, values: Mapping[str, Any], windows: Sequence[Window]
) -> tuple[list[str], bool]:
    """Ids of what was made then, has the natural key, and is known to no state; and whether all of them were seen."""
    outputs = [output for output in resource.outputs if output.name in _key(resource)]
    ahead = session.door().now() - datetime.now(UTC)
    found = []
    listed = session.listing_at_start(collection_url(resource, values))
    for body in listed.items:
        try:
            made = moment(made_at(body)) - ahead
            identity = make_id(resource, values, str(body[resource.own_wire]))
        except (ValueError, KeyError, BadId):
            continue
        same = all((read(resource, o, body) or None) == (values.get(o.name) or None) for o in outputs)
        if same and session.claims.is_free(identity) and any(window.holds(made) for window in windows):
            found.append(identity)
    return found, listed.complete


def _key(resource: ResourceType) -> tuple[str, ...]:
    return resource.key or ((resource.lookup,) if resource.lookup else ())


def _same(
    session: Session, resource: ResourceType, identity: str, inputs: Mapping[str, Any], *, keyed: bool
) -> Made | None:
    """The thing as an import shows it, if an update could make it what is wanted; None where that takes another one.

    Without a key its inputs alone say that it is the one: as far as it shows them, none of them may differ.
    """
    made = lifecycle.read(session, resource, identity, None)
    if made is None:
        return None
    changes = diff(resource, made.inputs, inputs, made.outputs).changes
    shown = {output.name for output in resource.outputs}
    differs = any(change.replace or (not keyed and change.name in shown) for change in changes)
    return None if differs else made
