"""The engine's process and the provider beside it, with small programs in their places."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from flexpark.cli.automation import provider
from flexpark.cli.automation.command import EngineCommand, EngineExit
from flexpark.cli.automation.provider import Provider, has_credentials, shared_provider
from flexpark.cli.engine import Engine
from flexpark.cli.interrupts import Interrupts
from flexpark.errors import Cancelled, FlexparkError


def script(path: Path, text: str) -> Path:
    """A program of a few lines of shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def engine(folder: Path, text: str) -> EngineCommand:
    """An engine that does this."""
    return EngineCommand(
        Engine(script(folder / "bin" / "pulumi", text).parent, (3, 259, 0), True), os.environ, str(folder)
    )


def test_what_was_cancelled_before_it_began_does_not_begin(tmp_path: Path) -> None:
    """A cancel between two commands would otherwise be lost."""
    command = engine(tmp_path, "touch began")
    command.cancel()
    with pytest.raises(Cancelled):
        command.run(["stack", "export"])
    with pytest.raises(Cancelled):
        command.start(["up"], {})
    assert not (tmp_path / "began").exists()


@pytest.mark.parametrize("reached", ["the main thread", "another one"])
def test_an_interrupt_is_passed_on_and_told_when_the_engine_has_ended(tmp_path: Path, reached: str) -> None:
    """The first asks gently, and what the engine does then is waited for. The system chooses which thread it wakes:
    where that is another one, the main thread, which waits for the engine, is not woken."""
    command = engine(
        tmp_path, "trap 'touch asked; sleep 0.3; touch ended; exit 1' INT; touch began; sleep 30 >&- 2>&- & wait"
    )

    def interrupt() -> None:
        while not (tmp_path / "began").exists():
            time.sleep(0.02)
        thread = threading.main_thread() if reached == "the main thread" else threading.current_thread()
        assert thread.ident is not None
        signal.pthread_kill(thread.ident, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(Cancelled):
        command.run(["refresh"])
    assert (tmp_path / "ended").exists()


def test_all_that_were_entered_hear_a_signal_whatever_one_makes_of_it() -> None:
    """The last one first; what one raises keeps it from none, and they may be left in any order."""
    heard: list[str] = []

    def fail() -> None:
        heard.append("inner")
        raise OSError("the terminal has gone")

    outer, inner = Interrupts(lambda: heard.append("outer")), Interrupts(fail)
    before = signal.getsignal(signal.SIGTERM)
    with outer:
        inner.__enter__()
        os.kill(os.getpid(), signal.SIGTERM)
    assert heard == ["inner", "outer"]
    os.kill(os.getpid(), signal.SIGTERM)
    inner.__exit__()
    assert (heard, outer.came, inner.came) == (["inner", "outer", "inner"], 1, 2)
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_an_engine_prints_is_told_with_its_exit_code(tmp_path: Path) -> None:
    """Both streams, and not that it was cancelled."""
    with pytest.raises(EngineExit) as ended:
        engine(tmp_path, "echo said; echo wrong >&2; exit 7").start([], {}).wait()
    assert (ended.value.code, ended.value.stdout, ended.value.stderr) == (7, "said", "wrong")
    assert not ended.value.cancelled
    assert engine(tmp_path, "echo said").run([]) == "said"


def test_other_providers_that_the_user_has_started_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is called alike is another one; one for Twilio is the user's choice."""
    monkeypatch.setattr(provider, "EXECUTABLE", script(tmp_path / "provider", "cat"))
    (tmp_path / "Pulumi.yaml").write_text("name: any\n")
    with shared_provider(tmp_path, {provider.VARIABLE: "aws:1,mytwilio:2"}) as made:
        assert made is not None
        assert made.variables[provider.VARIABLE].startswith("aws:1,mytwilio:2,twilio:")
    with shared_provider(tmp_path, {provider.VARIABLE: "aws:1,twilio:2"}) as none:
        assert none is None


def test_a_provider_that_ends_before_it_listens_is_told_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once: the engine would try to reach it for ten seconds, and say less."""
    monkeypatch.setattr(provider, "EXECUTABLE", script(tmp_path / "provider", "echo no module named grpc >&2; exit 3"))
    (tmp_path / "Pulumi.yaml").write_text("name: any\n")
    broken = Provider(tmp_path, os.environ)
    with pytest.raises(FlexparkError, match="it ended\nno module named grpc"):
        broken.serve(os.getpid())
    broken.close()
    assert not broken.lives


@pytest.mark.parametrize(
    ("line", "has"), [("twilio:authToken: {secure: v1:x}", True), ("twilio:accountSid: AC", False)]
)
def test_credentials_of_a_stack_file_want_a_provider_that_the_engine_starts(
    tmp_path: Path, line: str, has: bool
) -> None:
    """To others it does not hand them, where no program configures them."""
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  {line}\n")
    assert has_credentials("dev", tmp_path) is has
