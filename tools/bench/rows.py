"""What a bench leaves: rows of name, value and unit."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

UNITS = frozenset({"requests", "s", "ratio"})
_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+){1,2}")


@dataclass(frozen=True)
class Row:
    """One figure. `name` is `<bench>.<figure>` or `<bench>.<step>.<figure>`.

    `value` is in `unit`: requests, s (seconds) or ratio. Raises ValueError where it is none of these.
    """

    name: str
    value: float
    unit: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a row")
        if self.unit not in UNITS:
            raise ValueError(f"{self.name}: {self.unit!r} is no unit; allowed: {', '.join(sorted(UNITS))}")
        if self.value < 0:
            raise ValueError(f"{self.name}: {self.value} is below 0")


def requests(name: str, value: int) -> Row:
    """A number of requests."""
    return Row(name, value, "requests")


def seconds(name: str, value: float) -> Row:
    """A time, to the millisecond."""
    return Row(name, round(value, 3), "s")


def ratio(name: str, value: float) -> Row:
    """One figure over another, to two digits."""
    return Row(name, round(value, 2), "ratio")


def values(rows: Iterable[Row]) -> dict[str, float]:
    """Values by name. Raises ValueError for a name that occurs twice."""
    found: dict[str, float] = {}
    for row in rows:
        if row.name in found:
            raise ValueError(f"{row.name} occurs twice")
        found[row.name] = row.value
    return found


def write(rows: Sequence[Row], path: Path) -> None:
    """The rows as one JSON list of `{"name", "value", "unit"}`."""
    values(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
