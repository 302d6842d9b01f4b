"""docs/bench.md names what there is."""

import re
from pathlib import Path

from tools.bench.__main__ import BENCHES
from tools.bench.rows import UNITS
from tools.bench.tables import STEPS

TEXT = (Path(__file__).parents[3] / "docs" / "bench.md").read_text()


def first_column(head: str) -> set[str]:
    """The names in the first column of the table with that head."""
    table = TEXT.split(f"| {head} |", 1)[1].split("\n\n", 1)[0]
    return {name for line in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", line.split("|")[1])}


def test_every_bench_step_and_unit_is_documented() -> None:
    """And nothing that is not there."""
    assert first_column("bench") == set(BENCHES)
    assert first_column("step") == set(STEPS)
    assert all(f"`{unit}`" in TEXT for unit in UNITS)
