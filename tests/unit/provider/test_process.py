"""The executable: how it starts, what it prints, when it goes."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.provider.engine_kit import Engine, Failed

EXECUTABLE = Path(__file__).parents[3] / "pulumi-twilio" / "bin" / "pulumi-resource-twilio"


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([EXECUTABLE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def gone(pid: int, within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        shown = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
        if shown.strip()[:1] in {"", "Z"}:  # ended; a container without an init keeps the entry
            return True
        time.sleep(0.02)
    return False


def test_it_prints_its_port_and_nothing_else() -> None:
    """The engine reads the first line of stdout; it is there soon, from any folder, with nothing activated."""
    process = start("127.0.0.1:1")
    try:
        assert process.stdout is not None
        assert re.fullmatch(r"\d+\n", process.stdout.readline())
    finally:
        process.terminate()
        out, err = process.communicate(timeout=5)
    assert (out, err) == ("", "")


def test_a_session_outlives_its_connection() -> None:
    """The process that an engine started is that engine's, whichever connection it comes by."""
    process = start("127.0.0.1:1")
    assert process.stdout is not None
    address = f"127.0.0.1:{process.stdout.readline().strip()}"
    try:
        with Engine(address) as before:
            before.configure(accountSid="AC" + "a" * 32)
        with Engine(address) as after:
            assert after.check("twilio:sync:Service", {"friendlyName": "x"}) == {"friendlyName": "x"}
    finally:
        process.terminate()
        process.communicate(timeout=5)


def test_a_request_that_is_none_leaves_no_traceback_anywhere() -> None:
    """What a plugin writes to stderr is shown to the user, and gRPC's own log would go there."""
    process = start("127.0.0.1:1")
    try:
        assert process.stdout is not None
        with Engine(f"127.0.0.1:{process.stdout.readline().strip()}") as engine:
            for method in ("Check", "Configure"):
                with pytest.raises(Failed):
                    engine.raw(method, b"\xff\xfe no protobuf")
            engine.configure(accountSid="AC" + "a" * 32)
    finally:
        process.terminate()
        out, err = process.communicate(timeout=5)
    assert (out, err) == ("", "")


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_goes_at_once_when_it_is_told(sent: signal.Signals) -> None:
    """The engine waits five seconds for that, and then kills."""
    process = start("127.0.0.1:1")
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(sent)
    process.wait(timeout=2)


def test_it_goes_when_its_engine_is_killed() -> None:
    """SIGKILL of the engine leaves no provider behind."""
    engine = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys, time\n"
            f"p = subprocess.Popen([{str(EXECUTABLE)!r}, '127.0.0.1:1'], stdout=subprocess.PIPE, text=True)\n"
            "p.stdout.readline(); print(p.pid, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert engine.stdout is not None
    provider = int(engine.stdout.readline())
    engine.kill()
    engine.wait()
    assert gone(provider, within=2)


def test_started_beside_an_engine_it_stays_as_long_as_that_lives() -> None:
    """Who started both may be killed first: what the engine has under way must still be answered, and recorded."""
    engine = subprocess.Popen(["sleep", "60"])
    beside = subprocess.Popen(
        [EXECUTABLE, "--serve", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert beside.stdin is not None
    assert beside.stdout is not None
    try:
        address = f"127.0.0.1:{beside.stdout.readline().strip()}"
        beside.stdin.write(f"{engine.pid}\n")
        beside.stdin.close()
        with Engine(address) as caller:
            caller.configure(accountSid="AC" + "a" * 32)
            assert caller.check("twilio:sync:Service", {"friendlyName": "x"}) == {"friendlyName": "x"}
        assert not gone(beside.pid, within=1)
        engine.kill()  # and not waited for: an engine that nobody reaps has ended all the same
        assert gone(beside.pid, within=2)
    finally:
        engine.kill()
        engine.wait()
        beside.kill()
        beside.wait()


def test_started_beside_no_engine_it_goes_when_it_is_let_go() -> None:
    """A command that ended before its engine started leaves no provider, and no traceback at whatever moment."""
    for let_go_first in (True, False):
        with subprocess.Popen(
            [EXECUTABLE, "--serve", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as beside:
            assert beside.stdin and beside.stdout and beside.stderr
            if not let_go_first:
                beside.stdout.readline()
            beside.stdin.close()
            beside.stdout.close()
            assert (beside.stderr.read(), beside.wait(timeout=5)) == (b"", 0)


def test_the_process_imports_the_protocol_without_pulumis_sdk() -> None:
    """Which takes as long to load as all else together, and serves programs, not providers."""
    code = (
        "import sys, twilio_provider.__main__ as m; m._leave_the_sdk_out(); import twilio_provider.servicer; "
        "print([m for m in ('pulumi.automation', 'pulumi.resource', 'pulumi.runtime.stack') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(EXECUTABLE.parents[1])}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_starting_it_imports_neither_the_sdk_nor_its_http_library() -> None:
    """What the first request needs is imported by the first request."""
    code = (
        "import sys, twilio_provider.servicer as s; s._catalogue(); "
        "print([m for m in ('twilio', 'requests') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(EXECUTABLE.parents[1])}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
