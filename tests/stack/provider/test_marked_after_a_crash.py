"""What carries our owner marker needs no flexpark after a crash: plain `pulumi cancel`, then plain `pulumi up`."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack.provider.emulated import Emulated
from tests.stack.provider.project import Project

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
PROGRAM = """
workspace = twilio.taskrouter.Workspace("workspace", friendly_name="Support", opts=opts)
twilio.taskrouter.Worker(
    "ada", workspace_sid=workspace.sid, friendly_name="Ada", attributes={"skills": ["sales"]}, opts=opts
)
"""


@pytest.fixture
def held() -> Iterator[Emulated]:
    """An account without anything, in an emulator that can hold a request which it has carried out."""
    with Emulated() as twilio:
        yield twilio


@pytest.fixture
def marked(held: Emulated, tmp_path: Path) -> Project:
    """A worker in a workspace, not up yet."""
    project = Project(tmp_path, held)
    assert project.pulumi("stack", "init", "dev").code == 0
    project.program(PROGRAM)
    return project


@pytest.mark.parametrize("victim", ["engine", "provider"])
def test_a_worker_is_found_again_after_a_plain_cancel_and_up(marked: Project, held: Emulated, victim: str) -> None:
    """Killed when Twilio had made it and nobody had recorded it: the next up makes no second one."""
    held.emulator.control("POST", "/faults", {"path": "/Workers$", "method": "POST", "when": "after", "action": "hold"})
    argv = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"]
    with subprocess.Popen(
        argv, cwd=marked.folder, env=marked.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as engine:
        assert held.emulator.control("GET", "/faults/held", {"timeout": 60})["held"]
        os.kill(engine.pid if victim == "engine" else _provider(marked), signal.SIGKILL)
        engine.wait()
    held.emulator.control("DELETE", "/faults")
    (made,) = workers(held)
    assert "5tack/ada" in made

    if victim == "engine":
        assert "currently locked" in marked.pulumi("up", "--yes", "--skip-preview").text
        assert marked.pulumi("cancel", "--yes").code == 0
    again = marked.pulumi("up", "--yes", "--skip-preview")
    assert again.code == 0, again.text
    assert workers(held) == [made]
    assert marked.pulumi("preview", "--expect-no-changes").code == 0


def workers(twilio: Emulated) -> list[str]:
    """The attributes of every worker there is, our marker among them."""
    (workspace,) = _all(twilio, "taskrouter.twilio.com/v1/Workspaces", "workspaces")
    found = _all(twilio, f"taskrouter.twilio.com/v1/Workspaces/{workspace['sid']}/Workers", "workers")
    return [worker["attributes"] for worker in found]


def _all(twilio: Emulated, address: str, key: str) -> list[dict[str, Any]]:
    answers = twilio.emulator.control("POST", "/reads", {"addresses": [address]})["answers"]
    found: list[dict[str, Any]] = answers[0]["body"][key]
    return found


def _provider(project: Project) -> int:
    """The provider of this project's engine."""
    ours = str(project.folder).encode()
    for entry in Path("/proc").iterdir():
        try:
            mine = entry.name.isdecimal() and ours in (entry / "environ").read_bytes()
            if mine and b"twilio_provider" in (entry / "cmdline").read_bytes():
                return int(entry.name)
        except OSError:  # it has ended meanwhile
            continue
    raise AssertionError("there is no provider")
