"""docs/losses.md names, for each known loss, tests that there are."""

import ast
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from tests.faults.matrix import whole

ROOT = Path(__file__).resolve().parents[2]
LOSSES = 13
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "losses.md").read_text().splitlines()
    if re.match(r"\| \d+ \|", line)
]


def test_every_loss_is_there_once() -> None:
    """None was forgotten."""
    assert [int(row[0]) for row in ROWS] == list(range(1, LOSSES + 1))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_test_that_is_named_is_there(row: list[str]) -> None:
    """A test function, a test of the functions by its title, or cases of the fault matrix by their pattern."""
    named = re.findall(r"`([^`]*)`", row[-1])
    assert named
    assert [name for name in named if not exists(name)] == []


def exists(name: str) -> bool:
    """Whether a run would collect it."""
    file, separator, test = name.partition("::")
    if separator:
        return test in functions(ROOT / file)
    file, separator, title = name.partition(": ")
    if separator:
        return f"test('{title}'" in (ROOT / file).read_text()
    return any(fnmatchcase(case, name) for case in cases())


@cache
def functions(file: Path) -> set[str]:
    """The test functions of a module."""
    body = ast.parse(file.read_text()).body if file.exists() else []
    return {each.name for each in body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")}


@cache
def cases() -> tuple[str, ...]:
    """The fault matrix, by name."""
    return tuple(case.id for case in whole())
