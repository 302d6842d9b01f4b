"""docs/emulator.md says what the code says."""

import re
from pathlib import Path

import pytest

from twilio_emulator.__main__ import main
from twilio_emulator.control.app import ACTIONS
from twilio_emulator.core.switches import SWITCHES

DOCUMENT = (Path(__file__).parents[3] / "docs" / "emulator.md").read_text()


def rows(title: str) -> list[list[str]]:
    """The cells of the first table below a title, without its head."""
    section = DOCUMENT.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[2:]]


def test_every_switch_is_documented_as_it_is() -> None:
    """Name, default, allowed values and meaning."""
    code = [
        [f"`{switch.name}`", f"`{str(switch.default).lower()}`", switch.allowed_text, switch.meaning]
        for switch in SWITCHES
    ]
    assert rows("Switches") == code


def test_every_control_call_is_documented() -> None:
    """Method, path and what it does."""
    assert rows("Control") == [[f"`{method} {path}`", text] for method, path, _, text in ACTIONS]


def test_every_option_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    """What `--help` lists and the table list are the same."""
    documented = set(re.findall(r"`(--[a-z-]+)`", DOCUMENT.split("## Addresses")[0]))
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert documented == shown - {"--help"}
