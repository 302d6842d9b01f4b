"""Twilio's JSON as outputs and inputs of a type, and a form from inputs. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from twilio_provider.catalogue.model import BEFORE, IMPORTED, Output, ResourceType
from twilio_provider.codecs import CODECS, COMPLETED, Codec
from twilio_provider.values import UNKNOWN, Asset, Secret, Unknown, is_secret, plain, secret_texts, shows_any

MARK = "_pulumi_owner"


def outputs(resource: ResourceType, body: dict[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs of an answer. A value that means what the input said keeps the input's form."""
    made: dict[str, Any] = {}
    for output in resource.outputs:
        if output.volatile and output.name not in inputs:
            continue
        value = read(resource, output, body)
        if value is not None:
            made[output.name] = value
    for name, given in inputs.items():
        if name == IMPORTED:
            continue
        wanted = plain(given)
        if isinstance(
            wanted, Asset
        ):  # a file goes in, its hash comes out, since a program cannot be given a file without content
            made[name + "Hash"] = wanted.hash
            continue
        if name not in made or _shows(resource, name, wanted, made[name]):
            made[name] = wanted
    return _hidden(resource, made, inputs)


def _hidden(resource: ResourceType, made: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """With all that is secret marked: by name, by the program, and what shows the text of such a one once more.

    Twilio shows ``Configuration.Url`` within ``configuration`` too. What was there before a secret is one as well.
    """
    named = {*resource.secrets, *(name for name, value in inputs.items() if isinstance(value, Secret))}
    texts = secret_texts(inputs) | secret_texts(made, named)
    before = made.get(BEFORE)
    if isinstance(before, dict) and any(name in named for name in before):
        named.add(BEFORE)
    shown = {name: value for name, value in made.items() if name not in inputs}
    named |= {name for name, value in shown.items() if shows_any(value, texts)}
    return {name: Secret(value) if is_secret(value, named=name in named) else value for name, value in made.items()}


def read(resource: ResourceType, output: Output, body: dict[str, Any]) -> Any:
    """One property of an answer, without our marker."""
    value: Any = body
    for part in output.wire.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return None
    value = CODECS[resource.codec(output.name)].read(value)
    if output.name == resource.marker and isinstance(value, dict):
        return {key: item for key, item in value.items() if key != MARK}
    return value


def preview(
    resource: ResourceType, inputs: Mapping[str, Any], before: Mapping[str, Any], kept: Iterable[str]
) -> dict[str, Any]:
    """Outputs before anything was done: known inputs as they are, ``kept`` ones from before, all others unknown."""
    made: dict[str, Any] = {o.name: UNKNOWN for o in resource.outputs if not o.volatile}
    made |= {name: before[name] for name in kept if name in before}
    for name, given in inputs.items():
        if name == resource.asset:
            made[name + "Hash"] = given.hash if isinstance(given, Asset) else given
        else:
            made[name] = given
    return {
        name: Secret(value) if name in resource.secrets and not isinstance(value, Secret | Unknown) else value
        for name, value in made.items()
    }


def refreshed_inputs(resource: ResourceType, body: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs after a refresh: what was given before, with what Twilio says where that means something else.

    One that it shows as null has been taken away; of one that it does not show at all, nothing is known.
    """
    made = dict(before)
    for output in resource.outputs:
        if output.name in before and resource.input(output.name) is not None:
            value = read(resource, output, body)
            given = plain(before[output.name])
            if value is None and given and _is_cleared(resource, output, body):
                del made[output.name]
            elif value is not None and not _shows(resource, output.name, given, value):
                value = _codec(resource, output.name).ours(given, value)
                secret = is_secret(value, named=isinstance(before[output.name], Secret))
                made[output.name] = Secret(value) if secret else value
    return made


def _is_cleared(resource: ResourceType, output: Output, body: dict[str, Any]) -> bool:
    """Whether it is shown as null, and could have been set to that: what is secret is never shown, and what no update
    can change has not been changed.
    """
    entry = resource.input(output.name)
    if entry is None or entry.update is None or entry.replace or output.name in resource.secrets:
        return False
    place: Any = body
    for part in output.wire.split("."):
        if not isinstance(place, dict) or part not in place:
            return place is None
        place = place[part]
    return place is None


def imported_inputs(resource: ResourceType, body: dict[str, Any], parents: Mapping[str, str]) -> dict[str, Any]:
    """The inputs that an import writes: all that can be sent and is not what Twilio would choose by itself.

    Objects come with the defaults that Twilio has added to them. Which ones those are is written down beside them.
    """
    made: dict[str, Any] = dict(parents)
    defaults = dict(resource.defaults)
    for output in resource.outputs:
        entry = resource.input(output.name)
        if entry is None or entry.parent or output.volatile:
            continue
        value = read(resource, output, body)
        if value in (None, "", [], {}) and not entry.required:
            continue
        if output.name in defaults and _same(resource, output.name, value, defaults[output.name]):
            continue
        if value is not None:
            made[output.name] = Secret(value) if is_secret(value, named=output.name in resource.secrets) else value
    whole = sorted(name for name in made if resource.codec(name) in COMPLETED)
    return made | ({IMPORTED: whole} if whole else {})


def form(
    resource: ResourceType, values: Mapping[str, Any], operation: str, names: Iterable[str], mark: str | None = None
) -> dict[str, object]:
    """The fields of a create or an update for the named inputs; a removed one is sent as its default."""
    sent: dict[str, object] = {}
    defaults = dict(resource.defaults)
    for name in names:
        entry = resource.input(name)
        wire = getattr(entry, operation, None) if entry else None
        if wire is None:
            continue
        value = plain(values[name]) if name in values else defaults.get(name)
        if value is None or isinstance(value, Asset):
            continue
        if name == resource.marker:
            value = _marked(resource, name, value, mark)
        codec = CODECS[resource.codec(name)]
        sent[wire] = codec.read(value) if resource.encoding == "json" else _field(codec.send(value), operation)
    return sent


def _field(value: object, operation: str) -> object:
    """A list without members is no field at all, so an update that empties one says so by an empty member."""
    return [""] if value == [] and operation == "update" else value


def marker_of(resource: ResourceType, body: Mapping[str, Any]) -> str | None:
    """The owner marker in an answer, or None."""
    if resource.marker is None:
        return None
    output = next(o for o in resource.outputs if o.name == resource.marker)
    value = CODECS[resource.codec(output.name)].read(body.get(output.wire))
    mark = value.get(MARK) if isinstance(value, dict) else None
    return str(mark) if mark is not None else None


def _marked(resource: ResourceType, name: str, value: Any, mark: str | None) -> Any:
    value = CODECS[resource.codec(name)].read(value)
    return {**value, MARK: mark} if mark and isinstance(value, dict) else value


def _codec(resource: ResourceType, name: str) -> Codec:
    return CODECS[resource.codec(name)]


def _same(resource: ResourceType, name: str, one: Any, other: Any) -> bool:
    if isinstance(one, Asset | Unknown) or isinstance(other, Asset | Unknown):
        return bool(one == other)
    return _codec(resource, name).same(one, other)


def _shows(resource: ResourceType, name: str, given: Any, shown: Any) -> bool:
    if isinstance(given, Asset | Unknown):
        return bool(given == shown)
    return _codec(resource, name).shows(given, shown)
