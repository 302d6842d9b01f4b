"""docs/cli.md lists the commands and exit codes that there are."""

import re
from pathlib import Path

from flexpark import errors
from flexpark.cli.app import COMMANDS

TEXT = (Path(__file__).resolve().parents[2] / "docs/cli.md").read_text(encoding="utf-8")


def test_every_command_is_listed_once() -> None:
    """And none that is not there."""
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE)) == sorted(COMMANDS)


def test_every_exit_code_is_listed() -> None:
    """Those of the errors, and 0."""
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    assert {int(code) for code in re.findall(r"^\| (\d) \|", TEXT, re.MULTILINE)} == {0, *codes}
