"""Where values were written: a place in a file, and for a merge the last writer of each place.

Pure book-keeping: `merge.py` decides what replaces what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flexpark.environment.source import Place, Source


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was written: a source, and the place in that file."""

    source: Source
    place: Place

    @property
    def where(self) -> str:
        """`file:line`."""
        return self.source.where(self.place)

    def inside(self, *parts: str | int) -> "Origin":
        """A place below."""
        return Origin(self.source, (*self.place, *parts))

    def written(self) -> Any:
        """What stands there in the file; None where that is nothing."""
        value: Any = self.source.data
        for part in self.place:
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value


@dataclass(slots=True)
class History:
    """Who wrote what: the last writer of each place, and below it whom it replaced, lowest first."""

    origins: dict[Place, Origin] = field(default_factory=dict)
    replaced: dict[Place, tuple[Origin, ...]] = field(default_factory=dict)

    def write(self, place: Place, origin: Origin) -> None:
        """A further source has a part in this place."""
        self.origins[place] = origin

    def replace(self, place: Place, value: Any, origin: Origin) -> None:
        """A source gives this place and all below it anew."""
        if (last := self.origins.get(place)) is not None:
            self.replaced[place] = (*self.replaced.get(place, ()), last)
        self.forget(place)
        self._all(place, value, origin)

    def forget(self, place: Place, *, itself: bool = False) -> None:
        """Nothing below a place is written any more."""
        for known in (self.origins, self.replaced):
            for other in [other for other in known if other[: len(place)] == place and (itself or other != place)]:
                del known[other]

    def move(self, place: Place, to: Mapping[int, int]) -> None:
        """Items of a list have got other numbers, or, without a number in `to`, are gone."""
        self.origins = _moved(self.origins, place, to)
        self.replaced = _moved(self.replaced, place, to)

    def _all(self, place: Place, value: Any, origin: Origin) -> None:
        self.origins[place] = origin
        if isinstance(value, Mapping):
            for key, inner in value.items():
                self._all((*place, key), inner, origin.inside(key))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                self._all((*place, index), inner, origin.inside(index))


def _moved(known: Mapping[Place, Any], place: Place, to: Mapping[int, int]) -> dict[Place, Any]:
    depth, result = len(place), {}
    for other, value in known.items():
        number = other[depth] if len(other) > depth and other[:depth] == place else None
        if isinstance(number, int):
            if number not in to:
                continue
            other = (*place, to[number], *other[depth + 1 :])  # noqa: PLW2901 - the same place by its new number
        result[other] = value
    return result
