"""`tools/setup.py` on a machine that lacks something: all of it is named first, and nothing is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a checkout as the set-up reads before it installs."""
    for name in ("tools/setup.py", "src/flexpark/cli/engine.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def set_up(checkout: Path, python: str, tools: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the set-up with these scripts, and nothing else, on PATH."""
    folder = checkout / "bin"
    folder.mkdir()
    for name, line in tools.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    env = {"PATH": str(folder), "HOME": str(checkout), "XDG_CACHE_HOME": str(checkout / "cache")}
    return subprocess.run(
        [python, str(checkout / "tools" / "setup.py")], env=env, capture_output=True, text=True, check=False, timeout=60
    )


def test_everything_that_is_missing_is_named_at_once(checkout: Path) -> None:
    """Each with what is needed and where to get it; no virtual environment was begun."""
    done = set_up(checkout, sys.executable, {})
    assert done.stderr.startswith("setup: missing on this machine, nothing was installed:\n")
    assert "  - Node.js >= 20 (found: none): https://nodejs.org" in done.stderr
    assert "  - npm: it comes with Node.js" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert not (checkout / ".venv").exists()


def test_an_old_node_is_named_with_its_version(checkout: Path) -> None:
    """What was found helps more than that something is missing; an engine that will do is not asked for."""
    done = set_up(checkout, sys.executable, {"node": "echo v18.19.1", "npm": "exit 0", "pulumi": "echo v3.300.0"})
    assert "Node.js >= 20 (found: 18.19.1)" in done.stderr
    assert len(done.stderr.splitlines()) == 2, done.stderr
    assert done.returncode == 1


def old_python() -> str | None:
    """A Python before 3.11 on this machine, if there is one."""
    names = [f"python3.{minor}" for minor in range(10, 5, -1)]
    folders = [*os.environ.get("PATH", "").split(os.pathsep), *Path.home().glob(".pyenv/versions/3.[6-9].*/bin")]
    found = (shutil.which(name, path=str(folder)) for folder in folders for name in names)
    return next((path for path in found if path and "shims" not in path), None)


@pytest.mark.skipif(old_python() is None, reason="no Python before 3.11 on this machine")
def test_an_old_python_is_told_before_it_stumbles(checkout: Path) -> None:
    """The check stands before the first line that an older Python cannot run."""
    done = set_up(checkout, str(old_python()), {})
    assert "  - Python >= 3.11 (this is 3." in done.stderr
    assert "Traceback" not in done.stderr and "SyntaxError" not in done.stderr
    assert done.returncode == 1
