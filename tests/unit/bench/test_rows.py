"""The rows that benches leave, and the tables made of them."""

import json
from pathlib import Path

import pytest

from tools.bench import conversation, life, tables
from tools.bench.bars import BARS, PEER, Bar
from tools.bench.ground import Measured
from tools.bench.log import Request
from tools.bench.rows import Row, requests, values, write

ONE = Request("FetchAccount", "api", 0, 100)
TWO = Request("CreateService", "api", 101, 201)
FAST = Measured(0.5, (ONE, TWO))
SLOW = Measured(0.75, (ONE, TWO))


def test_the_life_of_a_stack_becomes_rows_of_each_step() -> None:
    """Counts, critical path, a time for each latency, and the time over that of the bare round trips."""
    rows = life.rows_of("stack", {"create": {0: FAST, 100: SLOW}})
    assert values(rows) == {
        "stack.create.requests": 1,
        "stack.create.requests_raw": 2,
        "stack.create.critical_path": 2,
        "stack.create.wall_0ms": 0.5,
        "stack.create.wall_100ms": 0.75,
        "stack.create.wall_over_path": 3.75,
    }
    assert {row.unit for row in rows} == {"requests", "s", "ratio"}


def test_a_step_without_requests_has_no_time_over_its_path() -> None:
    """Nothing is divided by nothing."""
    rows = life.rows_of("stack", {"noop": {0: Measured(1, ()), 100: Measured(1, ())}})
    assert "stack.noop.wall_over_path" not in values(rows)


def test_parking_becomes_rows_with_the_median_of_its_times() -> None:
    """One slow round does not make the figure."""
    taken = {"park": {0: [FAST, SLOW, FAST], 300: [SLOW, SLOW, Measured(9, (ONE,))]}}
    assert values(conversation.rows_of(taken)) == {
        "park.requests": 2,
        "park.critical_path": 2,
        "park.wall_0ms": 0.5,
        "park.wall_300ms": 0.75,
    }


def test_the_file_is_a_list_of_name_value_and_unit(tmp_path: Path) -> None:
    """Other programs read it."""
    write([requests("park.requests", 19)], tmp_path / "build" / "bench.json")
    written = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert written == [{"name": "park.requests", "value": 19, "unit": "requests"}]


@pytest.mark.parametrize(
    ("name", "value", "unit"), [("park", 1, "s"), ("Park.requests", 1, "s"), ("a.b", 1, "days"), ("a.b", -1, "s")]
)
def test_what_is_no_row_is_refused(name: str, value: float, unit: str) -> None:
    """A misspelled row would be missed by whoever reads the file."""
    with pytest.raises(ValueError, match=name):
        Row(name, value, unit)


def test_a_name_may_occur_once() -> None:
    """Two values of one name would hide one another."""
    with pytest.raises(ValueError, match="twice"):
        values([requests("park.requests", 19), requests("park.requests", 20)])


def test_bars_and_peers_are_figures_that_benches_have() -> None:
    """A bar for a row that no bench makes would never be looked at."""
    steps = {"stack": tables.STEPS, "own_stack": tables.STEPS, "stack_up": ("create", "noop", "change")}
    figures = ("requests", "critical_path", "wall_0ms", "wall_100ms")
    lives = {f"{bench}.{step}.{figure}" for bench, of_it in steps.items() for step in of_it for figure in figures}
    fleets = {f"fleet.noop_100.{figure}" for figure in ("requests", "wall_100ms", "wall_over_serial")}
    others = {"provider.start_s", "fleet.validate_100.wall", "park.critical_path", "unpark.critical_path"}
    known = {*lives, *fleets, *others}
    assert {*BARS, *PEER} <= known


def test_a_bar_may_be_reached_or_must_be_beaten() -> None:
    """`at most` and `less than` are told apart."""
    assert Bar(7).holds(7)
    assert not Bar(7).holds(8)
    assert not Bar(7, below=True).holds(7)


def test_tables_show_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """One bench alone has its tables, and no others."""
    rows = life.rows_of("stack", {"change": {0: FAST, 100: SLOW}})
    tables.show(rows)
    shown = capsys.readouterr().out
    assert "stack.change.requests" in shown
    assert "sample" not in shown
