"""The POST that makes one thing and never two: what is done where it is refused, or nobody knows whether it happened.

A refusal because the name is taken is told with what has it. After a 5xx or a lost connection the collection is looked
at first: the one thing of that name and these inputs, made since we asked and spoken for by nobody, is the one we asked
for. Only where the look says that there is none is the POST repeated, once; where it cannot say, that is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from twilio_api.errors import Interrupted, Refused, TwilioError, Unreachable
from twilio_api.upload import Upload

from twilio_provider.catalogue.model import ResourceType
from twilio_provider.codecs import CODECS
from twilio_provider.faults import Fault, exists, fault, import_command, is_taken, uncertain, unnamed
from twilio_provider.intents import EARLIER, moment
from twilio_provider.outputs import marker_of, read
from twilio_provider.paths import collection_url, make_id
from twilio_provider.reads import is_gone, made_at
from twilio_provider.sending import own_of, send
from twilio_provider.session import Session

Found = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Wanted:
    """What is to be made: its type, its inputs without wrappers, and how to speak of it."""

    resource: ResourceType
    urn: str
    doing: str
    values: Mapping[str, Any]

    @property
    def collection(self) -> str:
        """Where those of its kind are listed."""
        return collection_url(self.resource, self.values)

    def identity(self, body: Mapping[str, Any]) -> str:
        """The id of an item of its collection."""
        return make_id(self.resource, self.values, str(body[self.resource.own_wire]))


def make(
    session: Session, wanted: Wanted, fields: Mapping[str, object], upload: Mapping[str, Upload] | None = None
) -> Found:
    """Id and JSON of the one thing that was made, which is claimed. Raises Fault, or what the door raises."""
    resource = wanted.resource
    since = session.door().now()
    for again in (True, False):
        try:
            with session.claims.creating(wanted.collection):
                return _post(session, wanted, fields, upload)
        except (Refused, Unreachable) as error:
            if isinstance(error, Refused) and not error.uncertain:
                raise taken(session, wanted, error) from None
            if resource.harmless or (isinstance(error, Unreachable) and not error.sent):
                raise
            found = _made_by_us(session, wanted, error, since)
            if found is not None:
                return found
            if not again:
                raise uncertain(wanted.doing, error) from None
    raise AssertionError("the second attempt returns or raises")


def _post(session: Session, wanted: Wanted, fields: Mapping[str, object], upload: Mapping[str, Upload] | None) -> Found:
    resource = wanted.resource
    url = collection_url(resource, wanted.values, resource.upload)
    body = send(session, resource, url, fields, creating=True, upload=upload, repeatable=resource.harmless)
    try:
        own = own_of(session, resource, wanted.values, body)
    except (Refused, Unreachable, Interrupted) as error:  # Twilio has taken it, and is making it
        raise uncertain(wanted.doing, error) from None
    except LookupError as error:
        raise unnamed(wanted.doing, error) from None
    identity = make_id(resource, wanted.values, own)
    session.claims.claim(identity)
    return identity, body


def taken(session: Session, wanted: Wanted, refusal: Refused) -> Exception:
    """What a create that Twilio refused is told as: where the name is taken, with what has it."""
    if not is_taken(refusal):
        return refusal
    resource = wanted.resource
    identity = make_id(resource, wanted.values, "") if resource.singleton else _holder(session, wanted)
    command = import_command(resource, wanted.urn, identity or "", session.provider.reference)
    return exists(wanted.doing, refusal, identity, command)


def _holder(session: Session, wanted: Wanted) -> str | None:
    try:
        found = of_same_key(session, wanted) or ([], False)
        there = [wanted.identity(body) for body in found[0] if not is_gone(wanted.resource, body)]
    except (TwilioError, LookupError):
        return None
    return there[0] if len(there) == 1 else None


def _made_by_us(session: Session, wanted: Wanted, error: TwilioError, since: datetime) -> Found | None:
    """What the POST has made although it failed; None where it has certainly made nothing."""
    try:
        looked = of_same_key(session, wanted)
        session.others_done(wanted.collection)
        items, complete = looked or ([], False)
        fresh = [body for body in items if _may_be_since(body, since) and session.claims.is_free(wanted.identity(body))]
    except (TwilioError, LookupError):  # a list that cannot be had, or read
        raise uncertain(wanted.doing, error) from None
    if len(fresh) == 1 and made_at(fresh[0]) and _shows(wanted, fresh[0]):
        identity = wanted.identity(fresh[0])
        if session.claims.claim(identity):
            return identity, fresh[0]
        fresh = []  # another create of ours was asking for it at the same time
    if fresh:
        raise Fault(
            wanted.doing,
            fault(wanted.doing, error).said,
            "It may have been made: there are "
            + ", ".join(str(body[wanted.resource.own_wire]) for body in fresh)
            + " of that name. Import the right one, or delete them, and run it again.",
        )
    if not complete:
        raise uncertain(wanted.doing, error)
    return None


def of_same_key(session: Session, wanted: Wanted) -> tuple[list[dict[str, Any]], bool] | None:
    """What has the natural key, and whether all of the collection was seen; None where the key cannot tell."""
    resource = wanted.resource
    names = resource.key or ((resource.lookup,) if resource.lookup else ())
    wires = {o.name: o.wire for o in resource.outputs}
    if not names or not all(name in wanted.values and name in wires for name in names):
        return None
    listed = session.whole(wanted.collection)
    same = [body for body in listed.items if all(body.get(wires[n]) == wanted.values[n] for n in names)]
    return same, listed.complete


def lost_twin(session: Session, wanted: Wanted, mark: str | None) -> Found | None:
    """Our own thing from a run that was killed before it could be recorded: it has our mark, nobody speaks for it.

    The mark has the name without what is above it, so that two may bear it; their keys tell them apart. What a list
    too long to be read to its end does not show, Twilio refuses to make again: what has a marker has a unique key.
    """
    resource = wanted.resource
    if mark is None or (resource.parents and parent_is_new(session, resource, wanted.values)):
        return None
    keys = [o for o in resource.outputs if o.name in resource.key and o.name in wanted.values]
    for body in session.listing_at_start(wanted.collection).items:
        ours = marker_of(resource, body) == mark
        if ours and all(read(resource, key, body) == wanted.values[key.name] for key in keys):
            identity = wanted.identity(body)
            if session.claims.adopt(identity):
                return identity, body
    return None


def parent_is_new(session: Session, resource: ResourceType, values: Mapping[str, Any]) -> bool:
    """Whether this process has made what it lies in: nothing of an earlier run can be there."""
    parent = values[resource.parents[-1]]
    return any(identity.endswith(str(parent)) for identity in session.claims.made())


def _shows(wanted: Wanted, body: dict[str, Any]) -> bool:
    """Whether it shows all that was sent, as far as it shows it."""
    resource = wanted.resource
    for output in resource.outputs:
        entry = resource.input(output.name)
        hidden = output.name in resource.secrets or output.name == resource.asset
        if entry is None or entry.create is None or output.name not in wanted.values or hidden:
            continue
        shown = read(resource, output, body)
        codec = CODECS[resource.codec(output.name)]
        if shown is not None and not codec.shows(wanted.values[output.name], shown):
            return False
    return True


def _may_be_since(body: Mapping[str, Any], since: datetime) -> bool:
    """By the second that it shows, and a clock a little off; what shows no time may be of any, and is never ours."""
    try:
        return moment(made_at(body)) >= since - EARLIER
    except ValueError:
        return True
