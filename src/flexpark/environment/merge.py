"""Merging a stack file over its layers, without forgetting where each value came from.

The rules, in full:
- mappings merge key by key, at every depth;
- lists and single values replace what is below them, whole (a stack file that gives `queues` as a list gives all);
- `queues` and `routes` given as a mapping change the list below by name: a value merges into the item of that name,
  which keeps its place; a new name comes last; `false` removes. Of `create` and `existing`, the one that is given
  takes the other's place, and `existing` replaces what is below it, whole: it names one queue;
- nothing else removes a key: give the value that switches a thing off (`enabled: false`, `list_ttl: {sms: none}`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flexpark.environment.origins import History, Origin
from flexpark.environment.source import Place, Source, show_place
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import Problem

NAMED_LISTS = ("queues", "routes")
_EITHER = {"create": "existing", "existing": "create"}
_WHOLE = frozenset({"existing"})


@dataclass(frozen=True, slots=True)
class Contribution:
    """The settings of one source. `places` translates a setting's place into the file's own words."""

    source: Source
    settings: Mapping[str, Any]
    # The place in the file of each top-level setting: `("config", "flexpark:park")`; without an entry it is the same.
    places: Mapping[str, Place]

    def file_place(self, place: Place) -> Place:
        return (*self.places.get(str(place[0]), place[:1]), *place[1:]) if place else ()


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged settings and the sources behind them, lowest first. `problems`: changes by name that fit nothing."""

    settings: Mapping[str, Any]
    sources: tuple[Contribution, ...]
    history: History
    problems: tuple[Problem, ...] = ()

    def origin(self, place: Place) -> Origin:
        """Where a value was written; for a missing value, where it would be below what is there of its parents."""
        for length in range(len(place), 0, -1):
            if (origin := self.history.origins.get(place[:length])) is not None:
                return origin.inside(*place[length:])
        top = self.sources[-1]
        return Origin(top.source, top.file_place(place))

    def problem(self, place: Place, what: str, allowed: str = "") -> Problem:
        origin = self.origin(place)
        return Problem(origin.where, show_place(origin.place), what, allowed)


def merge(contributions: Sequence[Contribution]) -> Merged:
    """Merge sources given lowest first (layers, then the stack file)."""
    merging = _Merging()
    settings: dict[str, Any] = {}
    for contribution in contributions:
        for key, value in contribution.settings.items():
            origin = Origin(contribution.source, contribution.file_place((key,)))
            settings[key] = merging.over(settings.get(key), value, (key,), origin)
    return Merged(settings, tuple(contributions), merging.history, tuple(merging.problems))


class _Merging:
    """One merge under way: what it has learnt of origins, and what was wrong. No value given to it is changed."""

    def __init__(self) -> None:
        self.history = History()
        self.problems: list[Problem] = []

    def over(self, below: Any, above: Any, place: Place, origin: Origin) -> Any:
        """What comes of a value over another one, which is None where there is none."""
        if isinstance(above, Mapping) and above and len(place) == 1 and place[0] in NAMED_LISTS:
            return self._by_name(below, above, place, origin)
        if not isinstance(above, Mapping) or not isinstance(below, Mapping):
            self.history.replace(place, above, origin)
            return above
        self.history.write(place, origin)
        result = dict(below)
        for key, value in above.items():
            result[key] = self.over(below.get(key), value, (*place, key), origin.inside(key))
        return result

    def _by_name(self, below: Any, above: Mapping[str, Any], place: Place, origin: Origin) -> list[Any]:
        items: list[Any] = list(below) if isinstance(below, list) else []
        numbers = {item["name"]: number for number, item in enumerate(items) if _is_named(item)}
        removed: set[int] = set()
        self.history.write(place, origin)
        for name, change in above.items():
            here, number = origin.inside(name), numbers.get(name)
            if change is False and number is not None:
                removed.add(number)
            elif (wrong := _wrong(name, change, numbers)) is not None:
                inner = here.inside("name") if isinstance(change, Mapping) else here
                self.problems.append(Problem(inner.where, show_place(inner.place), *wrong))
            elif number is not None:
                items[number] = self._change(items[number], change, (*place, number), here)
            else:
                self.history.write((*place, len(items), "name"), here)
                items.append(self._change({"name": name}, change, (*place, len(items)), here))
        kept = [number for number in range(len(items)) if number not in removed]
        if removed:
            self.history.move(place, {old: new for new, old in enumerate(kept)})
        return [items[number] for number in kept]

    def _change(self, item: Mapping[str, Any], change: Mapping[str, Any], place: Place, origin: Origin) -> Any:
        self.history.write(place, origin)
        result = dict(item)
        for key, value in change.items():
            other = _EITHER.get(key)
            if other in result and other not in change:
                del result[other]
                self.history.forget((*place, other), itself=True)
            below = None if key in _WHOLE else result.get(key)
            result[key] = self.over(below, value, (*place, key), origin.inside(key))
        return result


def _wrong(name: str, change: Any, known: Mapping[str, int]) -> tuple[str, str] | None:
    """What is wrong with one change by name, and what is allowed."""
    if change is False:
        return f"there is no {shown(name)} below to remove", one_of(known, name)
    if not isinstance(change, Mapping):
        return f"is {shown(change)}", "allowed: a mapping of what changes, or false, which removes it"
    if "name" in change:
        return "is given twice: the key above is the name", "leave it out; another name is another item"
    return None


def _is_named(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("name"), str)
