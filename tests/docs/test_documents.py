"""The documents stay true: links lead somewhere, commands exist, examples are valid."""

import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from flexpark import load_environment
from flexpark.cli.app import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("pulumi-twilio/**/*.md")]
    if "node_modules" not in path.parts
)
README = (ROOT / "README.md").read_text()
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
GROUPS = {name for name, module in COMMANDS.items() if hasattr(import_module(f"flexpark.cli.{module}"), "app")}
TARGET = re.compile(r"^([a-z]+):.*##", re.MULTILINE)


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    """A reader who follows a link finds what it promises."""
    missing = [link for link in LINK.findall(document.read_text()) if not (document.parent / link).exists()]
    assert missing == []


def test_the_providers_readme_leads_to_each_of_its_documents() -> None:
    """Nobody looks for a page that nothing links to."""
    home = ROOT / "pulumi-twilio"
    linked = {(home / link).resolve() for link in LINK.findall((home / "README.md").read_text())}
    assert {*home.glob("docs/*.md")} - linked == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    """`make X` in a document can be typed."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", document.read_text(), re.MULTILINE))
    assert named - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_flexpark_command_that_is_named_exists(document: Path) -> None:
    """`flexpark X --option` in a document is a command with that option."""
    text = document.read_text()
    console = "\n".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL))
    inline = re.findall(r"`flexpark ([a-z-]+)([^`\n]*)`", text)
    for command, rest in inline + re.findall(r"^flexpark ([a-z-]+)(.*)", console, re.MULTILINE):
        shown = help_of(command, *re.findall(r"^ ([a-z]+)", rest if command in GROUPS else ""))
        for option in re.findall(r"(?<=\s)(--[a-z-]+|-[a-z])(?=\s|$|=)", rest):
            assert option in shown, f"flexpark {command} has no {option}"


@cache
def help_of(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flexpark.cli", *command, "--help"],
        capture_output=True,
        text=True,
        check=False,
        env={"NO_COLOR": "1", "COLUMNS": "200", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_make_help_lists_every_target() -> None:
    """Nobody has to read the Makefile to know what it offers."""
    command = ["make", "--no-print-directory", "help"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[0] for line in shown.stdout.splitlines() if line.strip()}
    [phony] = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert listed == set(phony.split())


def test_the_readme_names_the_two_commands_that_a_newcomer_needs() -> None:
    """One sets up and runs the main job (tests/scenario/test_demo.py runs it), one sets up and passes the tests."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    assert "make demo" in blocks[0].splitlines()
    assert "make test" in blocks[1].splitlines()


def test_the_readmes_stack_file_is_valid(tmp_path: Path) -> None:
    """What is shown can be copied, once it names an account."""
    shown = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)[0])
    assert shown["config"]["twilio:accountSid"] == "AC..."
    shown["config"]["twilio:accountSid"] = "AC" + "0" * 32
    path = tmp_path / "shown.yaml"
    path.write_text(yaml.safe_dump(shown))
    assert load_environment(ROOT, path).park.known_worker.timeout == 300
