"""A demo that is stopped, or that fails in the middle: a short message, the right exit code, and no process left."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexpark.cli.rehearsal import ROOT

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")

MARK = "FLEXPARK_TEST_RUN"
IN_UP = "twilio:taskrouter:TaskQueue queue-"
IN_STORY = "Ada parks it"


class Demo:
    """A `flexpark demo` whose every descendant can be recognised: they inherit an environment variable."""

    def __init__(self, folder: Path) -> None:
        self.mark = f"{MARK}={uuid.uuid4().hex}"
        name, _, value = self.mark.partition("=")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flexpark.cli", "demo", "--folder", str(folder)],
            cwd=ROOT,
            env={**os.environ, name: value},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a process group of its own, as a shell gives it
        )

    def until(self, text: str) -> None:
        """Wait until its stderr says this."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if text in line:
                return
        pytest.fail(f"the demo ended before {text!r}")

    def ended(self) -> tuple[int, str, str]:
        """Its exit code, and what it printed since."""
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err

    def processes(self) -> dict[int, str]:
        """What lives of it: pid -> command line."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and self.mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:  # it has ended meanwhile
                continue
        return found

    def is_gone(self, seconds: float = 5) -> None:
        """Nothing of it is left; a plugin notices within a moment that its engine has ended."""
        until = time.monotonic() + seconds
        while self.processes() and time.monotonic() < until:
            time.sleep(0.1)
        assert self.processes() == {}

    def end(self) -> None:
        """End what a failed test left."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """One demo, started."""
    started = Demo(tmp_path / "demo")
    yield started
    started.end()


@pytest.mark.parametrize("moment", [IN_UP, IN_STORY])
def test_ctrl_c_ends_the_demo_and_all_it_started(demo: Demo, moment: str) -> None:
    """A terminal sends SIGINT to the whole group: the engine cancels, the demo waits for it, exit code 8."""
    demo.until(moment)
    assert len(demo.processes()) >= 2, "the emulator runs beside it"
    os.killpg(demo.process.pid, signal.SIGINT)
    code, out, err = demo.ended()
    assert err.rstrip().endswith("\ncancelled"), err
    assert "Traceback" not in err
    assert code == 8
    assert out == ""
    demo.is_gone()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_demo_alone_ends_what_it_started(demo: Demo, number: signal.Signals) -> None:
    """As `kill`, or a supervisor, sends it."""
    demo.until(IN_UP)
    demo.process.send_signal(number)
    code, _, err = demo.ended()
    assert err.rstrip().endswith("\ncancelled"), err
    assert code == 8
    demo.is_gone()


def test_a_demo_that_fails_in_the_middle_says_why_and_leaves_nothing(demo: Demo) -> None:
    """Here its emulator is killed; the message names what does not answer."""
    demo.until(IN_STORY)
    emulator = next(pid for pid, argv in demo.processes().items() if "-m twilio_emulator" in argv)
    os.kill(emulator, signal.SIGKILL)
    code, out, err = demo.ended()
    assert "error: http://127.0.0.1:" in err and "does not answer" in err, err
    assert "Traceback" not in err
    assert code == 1
    assert out == ""
    demo.is_gone()
