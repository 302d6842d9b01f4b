"""Inputs, checked: everything wrong at once, each at its property; what is right comes back in its one normal form."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from twilio_provider.catalogue.model import ACCOUNT, IMPORTED, Input, ResourceType
from twilio_provider.codecs import CODECS
from twilio_provider.paths import BadId, to_parent, to_sid
from twilio_provider.shapes import misfits
from twilio_provider.values import Asset, Secret, Unknown, has_unknown, is_secret, plain

_SID_OF_ANY_CASE = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_INTERNAL = {"__defaults", "__internal", IMPORTED}


@dataclass(frozen=True)
class Checked:
    """Normal inputs, and what is wrong with them as (property, reason)."""

    inputs: dict[str, Any]
    failures: list[tuple[str, str]]


def check(
    resource: ResourceType,
    news: Mapping[str, Any],
    olds: Mapping[str, Any],
    keep: Callable[[Asset], Asset],
    *,
    account: str | None = None,
) -> Checked:
    """Check the inputs of one resource. ``keep`` remembers a file's content and returns it by hash alone.

    ``account`` is the parent of what belongs to the account itself.
    """
    if account and resource.input(ACCOUNT) and plain(news.get(ACCOUNT)) is None:
        news = {ACCOUNT: account, **{name: value for name, value in news.items() if name != ACCOUNT}}
    failures: list[tuple[str, str]] = []
    inputs: dict[str, Any] = {}
    for name, given in news.items():
        if name == IMPORTED:  # an import is checked as well
            inputs[name] = given
        if name in _INTERNAL or plain(given) is None:
            continue
        entry = resource.input(name)
        if entry is None:
            known = ", ".join(i.name for i in resource.inputs)
            failures.append((name, f"is not an input of {resource.name}; there are: {known}"))
            continue
        value = plain(given)
        hide = is_secret(given, named=name in resource.secrets)
        wrong = list(_misfits(resource, entry, value))
        if wrong:
            # the engine shows the value at a path: of what is hidden it is told the input alone
            failures.extend(
                (name, f"{path} {reason}") if hide and path != name else (path, reason) for path, reason in wrong
            )
            continue
        try:
            normal = _normal(resource, entry, value, keep)
        except ValueError as problem:
            failures.append((name, str(problem)))
            continue
        inputs[name] = Secret(normal) if hide else normal
    failures.extend((i.name, "is required") for i in resource.inputs if i.required and plain(news.get(i.name)) is None)
    failures.extend(_alternatives(resource, news))
    failures.extend(_immutable(resource, inputs, olds))
    return Checked(inputs, failures)


def _misfits(resource: ResourceType, entry: Input, value: Any) -> Iterator[tuple[str, str]]:
    """What is of another kind than the schema says, and, of a list of SIDs, what is none; at its path."""
    if entry.parent or entry.name == resource.asset:
        return
    yield from misfits(entry.schema, value, entry.name)
    if resource.codec(entry.name) == "sids" and isinstance(value, list):
        for index, item in enumerate(value):
            try:
                _to_sid(item)
            except BadId as problem:
                yield f"{entry.name}[{index}]", str(problem)


def _to_sid(item: Any) -> Any:
    return to_sid(_tidy(item), None) if isinstance(item, str) else item


def _tidy(text: str) -> str:
    """A SID or an id as Twilio writes it: people paste slashes around one, and digits in capitals."""
    head, slash, last = text.strip("/").rpartition("/")
    return head + slash + last[:2] + last[2:].lower() if _SID_OF_ANY_CASE.fullmatch(last) else text


def _normal(resource: ResourceType, entry: Input, value: Any, keep: Callable[[Asset], Asset]) -> Any:
    if isinstance(value, Unknown):
        return value
    if entry.name == resource.asset:
        if not isinstance(value, Asset):
            raise ValueError("must be an asset, such as pulumi.FileAsset or pulumi.StringAsset")
        return keep(value)
    if entry.parent or (entry.name.endswith("Sid") and isinstance(value, str) and value):
        if not isinstance(value, str):
            raise BadId("must be a SID or an id")
        is_text = dict(resource.prefixes).get(entry.name) == ""
        tidy = value if is_text else _tidy(value)
        return to_parent(resource, entry.name, tidy) if entry.parent else to_sid(tidy, None)
    if resource.codec(entry.name) == "sids":
        return [_to_sid(item) for item in value]
    if has_unknown(value):
        return value
    problem = CODECS[resource.codec(entry.name)].problem(value)
    if problem:
        raise ValueError(problem)
    return value


def _alternatives(resource: ResourceType, news: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Inputs of which exactly one is given: neither is told at the first of them, both at each."""
    found = []
    for group in resource.one_of:
        given = [name for name in group if plain(news.get(name)) is not None]
        if not given:
            found.append((group[0], f"exactly one of {' and '.join(group)} must be given, and neither is"))
        elif len(given) > 1:
            found.extend((name, f"exactly one of {' and '.join(group)} must be given, not both") for name in given)
    return found


def _immutable(resource: ResourceType, news: Mapping[str, Any], olds: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Inputs that may be given once only: neither an update nor a replacement is acceptable."""
    if not olds or any(plain(news.get(p)) != plain(olds.get(p)) for p in resource.parents):
        return []
    return [
        (
            name,
            f"cannot be changed (it is {plain(olds.get(name))!r}): Twilio has no update for it, and a replacement "
            "would change the address that others call; make another one beside it",
        )
        for name in resource.immutable
        if plain(news.get(name)) != plain(olds.get(name)) and not has_unknown(news.get(name))
    ]
