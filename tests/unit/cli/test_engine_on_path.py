"""Which engine is taken, and what is said where there is none that will do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flexpark.cli.engine import MINIMUM, parse_version

ROOT = Path(__file__).resolve().parents[3]


def fake_engine(folder: Path, *lines: str) -> Path:
    """A folder with a `pulumi` that is a script."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "pulumi"
    script.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
    script.chmod(0o755)
    return folder


def run(*arguments: str, first_on_path: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Python with only one folder of our own and the system's on PATH, and a user's cache folder."""
    env = {
        "PATH": os.pathsep.join([str(first_on_path), "/usr/bin", "/bin"]),
        "XDG_CACHE_HOME": str(cache),
        "HOME": str(cache),
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("command", [("drain", "--stack", "acme-dev"), ("demo",)])
@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("echo v3.100.0",), "pulumi 3.100.0 on PATH is too old"),
        (("exit 1",), "pulumi of unknown version on PATH is too old"),
    ],
)
def test_an_old_engine_is_named_with_the_version_needed(
    tmp_path: Path, command: tuple[str, ...], lines: tuple[str, ...], found: str
) -> None:
    """One line: what was found, what is needed, how to get it. Nothing is started or written."""
    if command == ("demo",):
        command = ("demo", "--folder", str(tmp_path / "demo"))
    fake = fake_engine(tmp_path / "bin", *lines)
    done = run("-m", "flexpark.cli", *command, first_on_path=fake, cache=tmp_path / "cache")
    assert done.stderr.startswith(f"error: engine: {found}; needed: >= {MINIMUM}. `make setup` gets one"), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.returncode == 1
    assert not (tmp_path / "demo").exists()


def test_no_engine_at_all_is_said_so(tmp_path: Path) -> None:
    """Where the cache holds none either."""
    (tmp_path / "bin").mkdir()
    done = run("-m", "flexpark.cli", "drain", "-s", "x", first_on_path=tmp_path / "bin", cache=tmp_path / "cache")
    assert "engine: no pulumi on PATH" in done.stderr
    assert done.returncode == 1


def test_the_file_itself_says_in_one_line_that_there_is_none(tmp_path: Path) -> None:
    """Makefiles and shells run it to put its answer into PATH: nothing on stdout, no traceback, exit code 1."""
    (tmp_path / "bin").mkdir()
    done = run("src/flexpark/cli/engine.py", first_on_path=tmp_path / "bin", cache=tmp_path / "cache")
    assert done.stderr.startswith(f"error: engine: no pulumi on PATH; needed: >= {MINIMUM}."), done.stderr
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)


def test_a_cached_engine_stands_in_for_an_old_one_on_path(tmp_path: Path) -> None:
    """As the set-up leaves it in the user's cache."""
    fake = fake_engine(tmp_path / "bin", "echo v3.100.0")
    cached = fake_engine(tmp_path / "cache" / "flexpark" / f"pulumi-{MINIMUM}" / "bin", f"echo v{MINIMUM}")
    for name in ("pulumi-language-python", "pulumi-language-python-exec"):
        (cached / name).touch()
    done = run("-m", "flexpark.cli.engine", first_on_path=fake, cache=tmp_path / "cache")
    assert done.stdout == f"{cached}\n", done.stderr


def test_an_engine_on_path_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    """Whatever the cache holds."""
    fake = fake_engine(tmp_path / "bin", "echo v4.0.1-alpha.7")
    done = run("-m", "flexpark.cli.engine", first_on_path=fake, cache=tmp_path / "cache")
    assert done.stdout == f"{fake}\n", done.stderr


@pytest.mark.parametrize(
    ("text", "version"),
    [("v3.259.0", (3, 259, 0)), ("go1.25", (1, 25)), ("v3.260.0-dev+abc", (3, 260, 0)), ("", ()), ("unknown", ())],
)
def test_versions_are_read_from_what_tools_print(text: str, version: tuple[int, ...]) -> None:
    """The first dotted number, whatever surrounds it."""
    assert parse_version(text) == version
