"""What docs/compatibility.md states, and whether it is what a test found installed."""

import os
import re

import pytest

from tests.stack.provider.project import ROOT

STATEMENT = ROOT / "pulumi-twilio" / "docs" / "compatibility.md"
ROW = re.compile(r"^\| ([^|]+) \| ([\d.]+) \| ([\d.]+) \|", re.MULTILINE)
# `make compat` sets them: the Pythons to test with, and that the engine on PATH is the newest there is.
PYTHONS = os.environ.get("COMPAT_PYTHONS", "").split()
NEWEST_ENGINE = os.environ.get("COMPAT_ENGINE") == "newest"


def stated() -> dict[str, tuple[str, str]]:
    """What it runs with -> the oldest and the newest that are stated."""
    return {row[0]: (row[1], row[2]) for row in ROW.findall(STATEMENT.read_text("utf-8"))}


def newest_is(name: str, found: str) -> None:
    """The newest there is must be the newest stated.

    A new release is no fault of whoever runs the tests that day: `make compat` fails, any other run skips and says so.
    """
    if (said := stated()[name][1]) == found:
        return
    told = f"docs/compatibility.md says {name} {said}, the newest is {found}: run make compat, then state it"
    if PYTHONS:
        pytest.fail(told)
    pytest.skip(told)
