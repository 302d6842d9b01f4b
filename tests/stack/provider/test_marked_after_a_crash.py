"""What carries our owner marker needs no flexpark after a crash: plain `pulumi cancel`, then plain `pulumi up`."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack.provider.project import Project
from twilio_emulator.testing import Emulator

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
PROGRAM = """
workspace = twilio.taskrouter.Workspace("workspace", friendly_name="Support", opts=opts)
twilio.taskrouter.Worker(
    "ada", workspace_sid=workspace.sid, friendly_name="Ada", attributes={"skills": ["sales"]}, opts=opts
)
"""


class Held:
    """The emulator in the stand-in's place: it can hold a request that it has carried out."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.account = emulator.account_sid
        self.environment = {
            "TWILIO_ACCOUNT_SID": emulator.account_sid,
            "TWILIO_AUTH_TOKEN": emulator.auth_token,
            "TWILIO_ENDPOINT": emulator.url,
        }
        self.requests: list[Any] = []

    def workers(self) -> list[str]:
        """The attributes of every worker there is, our marker among them."""
        (workspace,) = self._all("taskrouter.twilio.com/v1/Workspaces", "workspaces")
        found = self._all(f"taskrouter.twilio.com/v1/Workspaces/{workspace['sid']}/Workers", "workers")
        return [worker["attributes"] for worker in found]

    def _all(self, address: str, key: str) -> list[dict[str, Any]]:
        answers = self.emulator.control("POST", "/reads", {"addresses": [address]})["answers"]
        found: list[dict[str, Any]] = answers[0]["body"][key]
        return found


@pytest.fixture
def held() -> Iterator[Held]:
    """An account without anything."""
    with Emulator() as emulator:
        yield Held(emulator)


@pytest.fixture
def marked(held: Held, tmp_path: Path) -> Project:
    """A worker in a workspace, not up yet."""
    project = Project(tmp_path, held)
    assert project.pulumi("stack", "init", "dev").code == 0
    project.program(PROGRAM)
    return project


@pytest.mark.parametrize("victim", ["engine", "provider"])
def test_a_worker_is_found_again_after_a_plain_cancel_and_up(marked: Project, held: Held, victim: str) -> None:
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
    (made,) = held.workers()
    assert "5tack/ada" in made

    if victim == "engine":
        assert "currently locked" in marked.pulumi("up", "--yes", "--skip-preview").text
        assert marked.pulumi("cancel", "--yes").code == 0
    again = marked.pulumi("up", "--yes", "--skip-preview")
    assert again.code == 0, again.text
    assert held.workers() == [made]
    assert marked.pulumi("preview", "--expect-no-changes").code == 0


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
