"""The engine as a process: its environment, its output, its end, and how it is cancelled."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from typing import IO

from pulumi import automation as auto
from semver import VersionInfo

from flexpark.cli.engine import Engine

GENTLE, AT_ONCE = 1, 2  # the engine takes the first SIGINT as "cancel", the second as "terminate"


class EngineExit(Exception):  # noqa: N818 - named after what happened
    """A `pulumi` command ended with an exit code other than 0: what it printed, and whether we had cancelled it."""

    def __init__(self, code: int, stdout: str, stderr: str, *, cancelled: bool) -> None:
        super().__init__(f"exit code {code}")
        self.code = code
        self.stdout = stdout
        self.stderr = stderr
        self.cancelled = cancelled


class EngineCommand(auto.PulumiCommand):
    """Runs `pulumi` with exactly the environment that is given, one command at a time.

    The engine gets a process group of its own: a terminal's Ctrl-C reaches us alone, and we pass it on once. As it came
    with `engine.need()`, its version is not asked for again.
    """

    def __init__(self, found: Engine, environ: Mapping[str, str]) -> None:
        self.command = str(found.bin / "pulumi")
        self.version = VersionInfo(*(*found.version, 0, 0)[:3])
        path = os.pathsep.join([str(found.bin), environ.get("PATH", "")])
        self._environ = {**environ, "PATH": path, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._asked_to_end = 0

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Callable[[str], object] | None = None,
        on_error: Callable[[str], object] | None = None,
    ) -> auto.CommandResult:
        """Run a command to its end. Raises `EngineExit`, or `KeyboardInterrupt` once the engine has ended."""
        environ = {**self._environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        argv = [self.command, "--non-interactive", *args]
        pipe = subprocess.PIPE
        with self._lock:
            self._asked_to_end = 0
            self._process = process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=pipe,
                stderr=pipe,
                text=True,
                encoding="utf-8",
                process_group=0,
            )
        out = _Reader(process.stdout, on_output)
        err = _Reader(process.stderr, on_error)
        interrupted = self._wait(process)
        stdout, stderr = out.text(), err.text()
        if interrupted:
            raise KeyboardInterrupt
        if process.returncode != 0:
            raise EngineExit(process.returncode, stdout, stderr, cancelled=self._asked_to_end > 0)
        return auto.CommandResult(stdout=stdout, stderr=stderr, code=0)

    def cancel(self) -> None:
        """Ask the command under way to stop: gently the first time, at once the second. Any thread may call it."""
        with self._lock:
            if self._process is None or self._process.poll() is not None or self._asked_to_end >= AT_ONCE:
                return
            self._asked_to_end += 1
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)

    @property
    def pid(self) -> int | None:
        """The process of the command under way, or of the last one."""
        return self._process.pid if self._process else None

    def _wait(self, process: subprocess.Popen[str]) -> bool:
        """Wait for the end; whether a KeyboardInterrupt came meanwhile."""
        interrupted = False
        while True:
            try:
                process.wait()
            except KeyboardInterrupt:
                interrupted = True
                self.cancel()
            else:
                return interrupted


class _Reader:
    """Reads a stream line by line in a thread, as long as anybody holds its other end."""

    GRACE = 5.0  # seconds after the engine's end: a plugin that outlives it for a moment may hold the pipe

    def __init__(self, stream: IO[str] | None, tell: Callable[[str], object] | None) -> None:
        self._lines: list[str] = []
        self._stream = stream
        self._tell = tell
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for line in self._stream or ():
            self._lines.append(line.rstrip())
            if self._tell:
                self._tell(self._lines[-1])

    def text(self) -> str:
        """All of it."""
        self._thread.join(self.GRACE)
        return "\n".join(self._lines)
