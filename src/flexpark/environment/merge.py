"""Merging a stack file over its layer, without forgetting where each value came from.

The rules, in full:
- mappings merge key by key, at every depth;
- lists and single values replace what is below them, whole (a stack file that gives `queues` gives all of them);
- nothing removes a key: give the value that switches a thing off (`enabled: false`, `list_ttl: {sms: none}`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flexpark.environment.source import Place, Source, show_place
from flexpark.errors import Problem


@dataclass(frozen=True, slots=True)
class Contribution:
    """The settings of one source. `prefix` and `spelled` translate a setting's place into the file's own words."""

    source: Source
    settings: Mapping[str, Any]
    # The place in the file of each top-level setting, and how messages spell it: `("config", "flexpark:park")`.
    places: Mapping[str, Place]

    def has(self, place: Place) -> bool:
        value: Any = self.settings
        for part in place:
            if isinstance(part, str) and isinstance(value, Mapping) and part in value:
                value = value[part]
            elif isinstance(part, int) and isinstance(value, Sequence) and not isinstance(value, str):
                if part >= len(value):
                    return False
                value = value[part]
            else:
                return False
        return True

    def file_place(self, place: Place) -> Place:
        return (*self.places.get(str(place[0]), place[:1]), *place[1:]) if place else ()


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged settings and the sources behind them, lowest first: the last one that has a place wins."""

    settings: Mapping[str, Any]
    sources: tuple[Contribution, ...]

    def origin(self, place: Place) -> tuple[Contribution, Place]:
        """The source a value comes from, with its place in that file; for a missing value, where its parent is."""
        for length in range(len(place), 0, -1):
            for contribution in reversed(self.sources):
                if contribution.has(place[:length]):
                    return contribution, contribution.file_place(place)
        return self.sources[-1], self.sources[-1].file_place(place)

    def problem(self, place: Place, what: str, allowed: str = "") -> Problem:
        contribution, file_place = self.origin(place)
        return Problem(contribution.source.where(file_place), show_place(file_place), what, allowed)


def merge(contributions: Sequence[Contribution]) -> Merged:
    """Merge sources given lowest first (layer, then stack file)."""
    settings: dict[str, Any] = {}
    for contribution in contributions:
        settings = _over(settings, contribution.settings)
    return Merged(settings, tuple(contributions))


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        existing = result.get(key)
        both = isinstance(existing, Mapping) and isinstance(value, Mapping)
        result[key] = _over(existing, value) if both else value  # type: ignore[arg-type]
    return result
