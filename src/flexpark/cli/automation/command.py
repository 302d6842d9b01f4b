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
from flexpark.cli.interrupts import Interrupts
from flexpark.errors import Cancelled

TWICE = 2  # the engine takes the first SIGINT as "cancel", the second as "terminate at once"


class EngineExit(Exception):  # noqa: N818 - named after what happened
    """A `pulumi` command ended with an exit code other than 0: what it printed, and whether we had cancelled it."""

    def __init__(self, code: int, stdout: str, stderr: str, *, cancelled: bool) -> None:
        super().__init__(f"exit code {code}")
        self.code = code
        self.stdout = stdout
        self.stderr = stderr
        self.cancelled = cancelled


class EngineCommand:
    """Runs `pulumi` with exactly the environment that is given, one command at a time, until it is cancelled.

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
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._asked_to_end = 0
        self._cancelled = 0

    def run(self, arguments: Sequence[str]) -> str:
        """Run a command to its end; what it printed on stdout, which may be a secret, and so is in no file.

        Raises `EngineExit`, and `Cancelled` where it was cancelled, by whomever.
        """
        with Interrupts(self.cancel) as interrupts:
            process = self._started(arguments, {}, subprocess.PIPE, subprocess.PIPE)
            out, err = process.communicate()
        if interrupts.came:
            raise Cancelled("cancelled")
        self.judge(process.returncode, _text(out), _text(err))
        return _text(out)

    def start(self, arguments: Sequence[str], more: Mapping[str, str]) -> "Started":
        """Start a command with further environment variables. Raises `Cancelled` where it was cancelled before."""
        # Files, not pipes: should we be killed, an engine that writes to nobody would be ended by that, at any moment.
        out, err = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - `Started.wait` closes them
        return Started(self, self._started(arguments, more, out, err), out, err)

    def cancel(self) -> None:
        """Ask the command under way to stop, gently the first time, at once the second; later ones do not start.

        Any thread may call it.
        """
        with self._lock:
            self._cancelled += 1
            self.interrupt()

    def interrupt(self) -> None:
        """The same for the command under way alone."""
        with self._lock:
            if self._process is None or self._process.poll() is not None or self._asked_to_end >= TWICE:
                return
            self._asked_to_end += 1
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)

    def _started(
        self, arguments: Sequence[str], more: Mapping[str, str], out: IO[bytes] | int, err: IO[bytes] | int
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._cancelled:
                raise Cancelled("cancelled before it began")
            self._asked_to_end = 0
            self._process = subprocess.Popen(
                [self._executable, "--non-interactive", *arguments],
                cwd=self.cwd,
                env={**self.environ, **more},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                process_group=0,
            )
            return self._process

    def judge(self, code: int, out: str, err: str) -> None:
        """Raises `EngineExit` for an end that is not a good one."""
        if code != 0:
            raise EngineExit(code, out, err, cancelled=self._asked_to_end > 0)


class Started:
    """A command under way."""

    def __init__(
        self, command: EngineCommand, process: subprocess.Popen[bytes], out: IO[bytes], err: IO[bytes]
    ) -> None:
        self._command = command
        self._process = process
        self._out = out
        self._err = err

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def wait(self) -> None:
        """Wait for its end, which has come whatever is raised: `EngineExit`."""
        with self._out as out, self._err as err:
            self._process.wait()
            out.seek(0)
            err.seek(0)
            self._command.judge(self._process.returncode, _text(out.read()), _text(err.read()))


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace").rstrip()
