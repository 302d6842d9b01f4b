"""Where each value of an environment comes from: file and line, and what it replaced there and below."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flexpark.environment.load import Resolved
from flexpark.environment.merge import NAMED_LISTS, Merged
from flexpark.environment.model import Environment
from flexpark.environment.source import Place
from flexpark.environment.stackfile import NAMESPACE, spelled
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import ConfigurationError

DEFAULT = "default"
_PART = re.compile(r"\[([^\]]+)\]|([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class Written:
    """What one file says: the place as `file:line`, and the value as it stands there."""

    where: str
    value: Any


@dataclass(frozen=True, slots=True)
class Explained:
    """One value. `where` is `file:line`, or `default`; `replaced` is what it stands over, the nearest first.

    `replaced_key` is the key that was replaced: the value's own, or that of the list around it.
    """

    key: str
    value: Any
    where: str
    replaced: tuple[Written, ...] = ()
    replaced_key: str = ""


def explain(resolved: Resolved, key: str | None = None) -> list[Explained]:
    """Every single value at or below a key (`park.list_ttl`, `queues[Sales].create`), or of the whole environment.

    Values are as flexpark takes them, defaults included, where the environment is valid; otherwise as the files merge.
    Raises ConfigurationError for a key that there is not, with those there are.
    """
    settings = _settings(resolved)
    place = _place(settings, key) if key else ()
    found = []
    for leaf, value in _leaves(_at(settings, place), place):
        if value is None and leaf != place:
            continue  # not given, and nothing to say of it
        found.append(_explained(resolved.merged, settings, leaf, value))
    return found


def keys(resolved: Resolved) -> list[str]:
    """Every key that `explain` takes, outer ones too, in the order of the files' format."""
    settings = _settings(resolved)
    found: dict[str, None] = {}
    for leaf, value in _leaves(settings, ()):
        if value is not None:
            found.update((_spelled(settings, leaf[:length]), None) for length in range(1, len(leaf) + 1))
    return list(found)


def _settings(resolved: Resolved) -> dict[str, Any]:
    if resolved.environment is not None:
        return resolved.environment.model_dump(mode="json", by_alias=True)
    settings = dict(resolved.merged.settings) if resolved.merged is not None else {}
    order = list(spelled(Environment))
    return {name: settings[name] for name in order if name in settings}


def _explained(merged: Merged | None, settings: Any, place: Place, value: Any) -> Explained:
    key = _spelled(settings, place)
    if merged is None:
        return Explained(key, value, DEFAULT)
    origin = merged.history.origins.get(place)
    if origin is None:
        return Explained(key, value, DEFAULT)
    below, replaced = _nearest(place, merged.history.replaced)
    written = tuple(Written(one.where, one.written()) for one in reversed(replaced or ()))
    return Explained(key, value, origin.where, written, _spelled(settings, below) if written else "")


def _nearest(place: Place, known: Mapping[Place, Any]) -> tuple[Place, Any]:
    """The place, or the nearest one above it, that is known, with what is known of it."""
    for length in range(len(place), 0, -1):
        if place[:length] in known:
            return place[:length], known[place[:length]]
    return (), None


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*place, key))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*place, index))
    else:
        yield place, value


def _at(value: Any, place: Place) -> Any:
    for part in place:
        value = value[part]
    return value


def _spelled(settings: Any, place: Place) -> str:
    """A place as `explain` takes it: items of `queues` and `routes` by name, `queues[Sales].create`."""
    text, value = "", settings
    for number, part in enumerate(place):
        value = value[part]
        named = number == 1 and place[0] in NAMED_LISTS and isinstance(value, Mapping)
        if isinstance(part, int):
            text += f"[{value.get('name', part) if named else part}]"
        else:
            text += f".{part}" if text else part
    return text


def _place(settings: Mapping[str, Any], key: str) -> Place:
    """The place that a key names; each part of a list by number, or by the item's name."""
    bare = key.removeprefix(f"{NAMESPACE}:")
    parts = [bare] if bare in settings else [quoted or plain for quoted, plain in _PART.findall(bare)]
    place: tuple[str | int, ...] = ()
    value: Any = settings
    for part in parts:
        there = _parts(value)
        if part not in there:
            above = _spelled(settings, place)
            what = f"{shown(key)}: there is no {shown(part)}" + (f" in {above}" if above else "")
            raise ConfigurationError(what, remedy=one_of((name for name in there if not name.isdigit()), part))
        place = (*place, there[part])
        value = value[there[part]]
    return place


def _parts(value: Any) -> dict[str, str | int]:
    """What may follow in a key: {as it is typed: key or index}."""
    if isinstance(value, Mapping):
        return {key: key for key in value}
    if not isinstance(value, list):
        return {}
    numbers: dict[str, str | int] = {str(index): index for index in range(len(value))}
    names = {item["name"]: index for index, item in enumerate(value) if isinstance(item, Mapping) and "name" in item}
    return {**numbers, **names}
