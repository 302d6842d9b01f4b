"""What is there without a create: settings of an account, of a Service, of a Workspace that is not ours.

A create is an update that first looks what was there before; a delete puts that back where ours still stands. Of an
object only the keys that we name are touched (codec ``merge``). What exists only once it is written (a permission) is
refused when it is there already, and is deleted like anything else.

A write whose end is not known is recorded as half made, with what was there before: else the next create would take
our own settings for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twilio_api.errors import Refused, TwilioError, Unreachable

from twilio_provider.catalogue.model import BEFORE, ResourceType
from twilio_provider.codecs import CODECS, projected
from twilio_provider.diff import diff
from twilio_provider.faults import HalfMade, fault
from twilio_provider.outputs import form, outputs, read
from twilio_provider.paths import item_url, make_id
from twilio_provider.sending import send
from twilio_provider.session import Session
from twilio_provider.values import plain


def set_up(
    session: Session, resource: ResourceType, doing: str, inputs: Mapping[str, Any], *, interrupted: bool
) -> dict[str, Any]:
    """Set the inputs; the answer, with what was there before. Raises Refused, with 409 for what must not be there.

    ``interrupted``: an earlier run was stopped in this, so that what is there may be what it wrote. Where all of ours
    is there already, it is taken for that: it counts as absent before, and of a plain value it is not known what was.
    """
    identity = make_id(resource, {name: plain(value) for name, value in inputs.items()}, "")
    shown = _shown(session, resource, identity)
    ours = _values(resource, inputs)
    written = interrupted and shown is not None and all(_is_there(resource, name, ours[name], shown) for name in ours)
    if resource.delete == "request" and shown is not None and not written:
        raise Refused(409, None, "it exists already")
    write = _Write(session, resource, doing, identity, inputs, shown or {})
    return write.all_of_ours() if written else write.changes({}, {}, set(ours))


def change(  # noqa: PLR0917
    session: Session,
    resource: ResourceType,
    doing: str,
    identity: str,
    old_inputs: Mapping[str, Any],
    inputs: Mapping[str, Any],
    state: Mapping[str, Any],
) -> dict[str, Any]:
    """Set what changed, and put back what is not given any more."""
    changed = {c.name for c in diff(resource, old_inputs, inputs, state).changes}
    before = plain(state.get(BEFORE)) or {}
    shown = _shown(session, resource, identity) if resource.delete == "restore" else None
    write = _Write(session, resource, doing, identity, inputs, shown or {})
    return write.changes(before, _values(resource, old_inputs), changed)


def put_back(session: Session, resource: ResourceType, identity: str, state: Mapping[str, Any]) -> None:
    """What was there before, where what we set still stands; what somebody else has set since is left to them."""
    before = plain(state.get(BEFORE)) or {}
    shown = _shown(session, resource, identity) if before else None
    if not shown:
        return
    ours = {name: plain(state[name]) for name in before if name in state}
    back = {name: _back(resource, name, given, shown, before) for name, given in ours.items()}
    values = {name: value for name, value in back.items() if value is not None}
    if values:
        send(session, resource, item_url(resource, identity), _fields(resource, values, state), repeatable=True)


@dataclass(frozen=True)
class _Write:
    """One write over what is ``shown``; what was there before is recorded, also where the write's end is not known."""

    session: Session
    resource: ResourceType
    doing: str
    identity: str
    inputs: Mapping[str, Any]
    shown: Mapping[str, Any]

    def changes(self, before: Mapping[str, Any], olds: Mapping[str, Any], changed: set[str]) -> dict[str, Any]:
        """Set what ``changed``; ``before`` is what is recorded of earlier writes."""
        resource, shown = self.resource, self.shown
        news = _values(resource, self.inputs)
        values: dict[str, Any] = {}
        kept = dict(before)
        for name in changed:
            if name not in news:
                values[name] = _back(resource, name, olds.get(name), shown, before)
                kept.pop(name, None)
            elif resource.codec(name) == "merge":
                ours = olds.get(name) or {} if name in before else {}  # what an import recorded is not all ours
                base = unwoven(_there(resource, name, shown) or {}, ours, before.get(name) or {})
                values[name] = woven(base, news[name])
                kept[name] = projected(news[name], base)
            else:
                values[name] = news[name]
                kept.setdefault(name, _there(resource, name, shown))
        return self._sent({name: value for name, value in values.items() if value is not None}, kept)

    def all_of_ours(self) -> dict[str, Any]:
        """Say once more what an earlier run has written; what was there before is not to be seen any more."""
        news = _values(self.resource, self.inputs)
        merged = [name for name in news if self.resource.codec(name) == "merge"]
        values = {
            n: woven(_there(self.resource, n, self.shown) or {}, v) if n in merged else v for n, v in news.items()
        }
        return self._sent(values, {name: {} for name in merged})

    def _sent(self, values: Mapping[str, Any], before: dict[str, Any]) -> dict[str, Any]:
        recorded = {BEFORE: before} if self.resource.delete == "restore" else {}
        try:
            fields = _fields(self.resource, values, self.inputs)
            body = send(self.session, self.resource, item_url(self.resource, self.identity), fields, repeatable=True)
        except TwilioError as error:
            nothing = isinstance(error, Refused) and not error.uncertain
            if nothing or (isinstance(error, Unreachable) and not error.sent):
                raise
            made = outputs(self.resource, {**self.shown, **recorded}, self.inputs)
            raise HalfMade(self.identity, made, dict(self.inputs), str(fault(self.doing, error))) from None
        return {**body, **recorded}


def _fields(resource: ResourceType, values: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, object]:
    """The body: the values, and what goes with every write."""
    always = {i.name: plain(given[i.name]) for i in resource.inputs if i.always and i.name in given}
    return form(resource, {**always, **values}, "update", [*always, *values])


def _values(resource: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that are settings: not the path, not what only goes with them."""
    settings = {i.name for i in resource.inputs if not i.parent and (not i.always or i.required)}
    return {name: plain(value) for name, value in inputs.items() if name in settings}


def _shown(session: Session, resource: ResourceType, identity: str) -> dict[str, Any] | None:
    try:
        return session.request("GET", item_url(resource, identity)).json
    except Refused as refusal:
        if refusal.absent:
            return None
        raise


def _is_there(resource: ResourceType, name: str, given: Any, shown: Mapping[str, Any]) -> bool:
    there = _there(resource, name, shown)
    return there is not None and CODECS[resource.codec(name)].shows(given, there)


def _there(resource: ResourceType, name: str, shown: Mapping[str, Any]) -> Any:
    output = next((o for o in resource.outputs if o.name == name), None)
    return read(resource, output, dict(shown)) if output else None


def _back(resource: ResourceType, name: str, given: Any, shown: Mapping[str, Any], before: Mapping[str, Any]) -> Any:
    """The value that stands in the place of ours again; None to leave it as it is."""
    there = _there(resource, name, shown)
    if not CODECS[resource.codec(name)].shows(given, there):
        return None
    if resource.codec(name) == "merge":
        return unwoven(there or {}, given, before.get(name) or {})
    value = before.get(name)
    entry = resource.input(name)
    return "" if value is None and entry is not None and entry.schema.get("type") == "string" else value


def woven(there: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """``there`` with our keys in it, at any depth."""
    made = dict(there)
    for key, value in ours.items():
        old = made.get(key)
        made[key] = woven(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return made


def unwoven(there: Mapping[str, Any], ours: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """``there`` without our keys: each as it was before, or gone."""
    made = dict(there)
    for key, value in ours.items():
        if key not in made:
            continue
        old = before.get(key, {})
        if isinstance(made[key], dict) and isinstance(value, dict) and isinstance(old, dict):
            made[key] = unwoven(made[key], value, old)
            if key not in before and not made[key]:
                del made[key]
        elif key in before:
            made[key] = before[key]
        else:
            del made[key]
    return made
