"""The engine and its provider are started before there is a program for them: they never outlive what they are for."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexpark.cli.automation import open_runner, shared_provider
from flexpark.cli.rehearsal import ROOT, Rehearsal, open_rehearsal
from flexpark.cli.up.running import up
from tests.stack.checkout import FLEXPARK

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="looks for processes in /proc")  # noqa: PTH110

STACK = "acme-dev"


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A stack that is not up."""
    with open_rehearsal(tmp_path_factory.mktemp("first") / "rehearsal") as opened:
        yield opened


def of_this(rehearsal: Rehearsal) -> list[str]:
    """The processes that have this rehearsal's backend: flexpark's, the engine's and the provider's."""
    ours = rehearsal.settings["PULUMI_BACKEND_URL"].encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and ours in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # it has ended meanwhile, or is nobody's to read
            continue
    return found


def ends(rehearsal: Rehearsal, within: float) -> list[str]:
    """Those that are left after so many seconds."""
    deadline = time.monotonic() + within
    while (left := of_this(rehearsal)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def flexpark(rehearsal: Rehearsal, *arguments: str) -> subprocess.Popen[str]:
    """A command on the rehearsal's stack."""
    argv = [*FLEXPARK, *arguments, "-s", STACK, "--config-file", str(rehearsal.stack_file)]
    return subprocess.Popen(argv, env=rehearsal.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_refused_environment_ends_them(rehearsal: Rehearsal) -> None:
    """What is wrong is said as if nothing had been started; no request is made."""
    sound = rehearsal.stack_file.read_text()
    rehearsal.configure("park", {"known_worker": {"timeout": -1}})
    try:
        with rehearsal.counting() as seen, flexpark(rehearsal, "preview") as process:
            out, err = process.communicate(timeout=60)
    finally:
        rehearsal.stack_file.write_text(sound)
    assert (process.returncode, out) == (2, ""), err
    assert "park.known_worker.timeout" in err
    assert "Traceback" not in err
    assert seen == []
    assert ends(rehearsal, within=2) == []


def test_nothing_is_left_after_a_preview(rehearsal: Rehearsal) -> None:
    """The provider goes with the engine for which it was started."""
    with flexpark(rehearsal, "preview") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert of_this(rehearsal) == []


def test_they_finish_what_is_under_way_when_flexpark_is_killed(rehearsal: Rehearsal) -> None:
    """SIGKILL of the command alone: what is under way is answered and recorded, then both go; the next `up` goes on."""
    rehearsal.control("POST", "faults", {"method": "POST", "nth": 5, "when": "after", "action": "hold"})
    with flexpark(rehearsal, "up", "--yes", "--skip-preview") as process:
        assert rehearsal.control("GET", "faults/held?timeout=60")["held"]
        process.send_signal(signal.SIGKILL)
    rehearsal.control("DELETE", "faults")
    assert ends(rehearsal, within=20) == []
    done = up(STACK, environ=rehearsal.environ, config_file=rehearsal.stack_file)
    assert done.result.steps
    inventory = rehearsal.inventory()
    assert len(inventory["Sync services"]) == len(set(inventory["Sync services"]))
    assert inventory["Serverless services"] == ["flexpark-acme-dev"]
    assert rehearsal.pulumi("preview", "--expect-no-changes", "--refresh").returncode == 0


def test_a_cancel_ends_the_waits_of_a_provider_started_beside(rehearsal: Rehearsal) -> None:
    """Ctrl-C while Twilio asks for five minutes of patience: the end comes at once, and cleanly."""
    limit = {"method": "POST", "status": 429, "retry_after": 300, "times": None}
    rehearsal.configure("park", {"list_ttl": {"default": "36h"}})
    rehearsal.control("POST", "faults", limit)
    try:
        with flexpark(rehearsal, "up", "--yes", "--skip-preview") as process:
            deadline = time.monotonic() + 60
            while not any(request["status"] == 429 for request in rehearsal.requests()):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
    finally:
        rehearsal.control("DELETE", "faults")
    assert process.returncode == 8, err
    assert "acme-dev: up: cancelled" in err
    assert of_this(rehearsal) == []


def test_one_provider_serves_several_engines_and_is_done_without_where_it_died(rehearsal: Rehearsal) -> None:
    """A roll-out shares one; each stack that comes after its death gets one of its own."""
    with shared_provider(ROOT, rehearsal.environ) as provider:
        assert provider is not None
        runners = [
            open_runner(STACK, environ=rehearsal.environ, config_file=rehearsal.stack_file, provider=provider)
            for _ in range(3)
        ]
        with runners[0].begin("preview") as first, runners[1].begin("preview") as second:
            assert first.finish().seconds > 0
            assert sum("twilio_provider" in line for line in of_this(rehearsal)) == 1
            assert second.finish().seconds > 0
        os.kill(provider.pid, signal.SIGKILL)
        while provider.lives:
            time.sleep(0.05)
        assert runners[2].preview().seconds > 0
    assert of_this(rehearsal) == []
