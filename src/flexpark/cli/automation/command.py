"""The engine as a process: its environment, its output, its end, and how it is cancelled."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO

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


class EngineCommand:
    """Runs `pulumi` with exactly the environment that is given, one command at a time.

    The engine gets a process group of its own: a terminal's Ctrl-C reaches us alone, and we pass it on once.
    """

    def __init__(self, found: Engine, environ: Mapping[str, str], cwd: str) -> None:
        self._executable = str(found.bin / "pulumi")
        self.cwd = cwd
        path = os.pathsep.join([str(found.bin), environ.get("PATH", "")])
        self.environ: Mapping[str, str] = {
            "GOGC": "400",  # it ends before most of what it has is garbage: a tenth of its time, for some memory
            **environ,
            "PATH": path,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_AUTOMATION_API": "true",
            "PULUMI_DEBUG_COMMANDS": "true",  # without it there is no --event-log
        }
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._asked_to_end = 0

    def run(self, arguments: Sequence[str]) -> str:
        """Run a command to its end; what it printed on stdout. Raises what `wait` does."""
        self.start(arguments)
        return self.wait()

    def start(self, arguments: Sequence[str], more: Mapping[str, str] | None = None) -> int:
        """Start a command; `more` are further environment variables of it. Answers its process; `wait` is to follow."""
        # Files, not pipes: should we be killed, an engine that writes to nobody would be ended by that, at any moment.
        self._out, self._err = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - `wait` closes them
        with self._lock:
            self._asked_to_end = 0
            self._process = process = subprocess.Popen(
                [self._executable, "--non-interactive", *arguments],
                cwd=self.cwd,
                env={**self.environ, **(more or {})},
                stdin=subprocess.DEVNULL,
                stdout=self._out,
                stderr=self._err,
                process_group=0,
            )
        return process.pid

    def wait(self) -> str:
        """Wait for the end of what was started; its stdout.

        Raises `EngineExit`, or `KeyboardInterrupt` once the engine has ended.
        """
        process = self._process
        if process is None:
            raise RuntimeError("nothing was started")
        interrupted = self._wait(process)
        stdout, stderr = _all_of(self._out), _all_of(self._err)
        if interrupted:
            raise KeyboardInterrupt
        if process.returncode != 0:
            raise EngineExit(process.returncode, stdout, stderr, cancelled=self._asked_to_end > 0)
        return stdout

    def cancel(self) -> None:
        """Ask the command under way to stop: gently the first time, at once the second. Any thread may call it."""
        with self._lock:
            if self._process is None or self._process.poll() is not None or self._asked_to_end >= AT_ONCE:
                return
            self._asked_to_end += 1
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)

    def _wait(self, process: subprocess.Popen[bytes]) -> bool:
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


def _all_of(file: IO[bytes]) -> str:
    with file:
        file.seek(0)
        return file.read().decode("utf-8", "replace").rstrip()
