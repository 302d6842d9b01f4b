"""The provider, started beside the engine: the engine would start it late, and wait for it (docs/decisions/0205)."""

import contextlib
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from flexpark.cli.automation.port import Port
from flexpark.cli.root import ROOT

EXECUTABLE = ROOT / "pulumi-twilio" / "bin" / "pulumi-resource-twilio"
VARIABLE = "PULUMI_DEBUG_PROVIDERS"
GRACE = 2.0  # seconds that it gets to go once no engine needs it


class Provider:
    """One provider process, on a port that is known before it is there.

    It is there for one engine, or, where it is `shared`, for any number: each connection has a session of its own. It
    goes when its engines have gone, even if this process died first.
    """

    def __init__(self, project: Path, environ: Mapping[str, str], *, shared: bool = False) -> None:
        self._port = Port()
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [EXECUTABLE, "--share" if shared else "--serve", str(self._port.number)],
            cwd=_program_folder(project),
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    @property
    def lives(self) -> bool:
        """Whether it can be given to a further engine."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def variables(self) -> Mapping[str, str]:
        """What tells an engine to use it."""
        return {VARIABLE: f"twilio:{self._port.number}"}

    def serve(self, engine: int) -> None:
        """Stay as long as this engine's process lives. Returns when it can be called."""
        stdin, stdout = self._process.stdin, self._process.stdout
        with self._lock:
            with contextlib.suppress(BrokenPipeError):  # it has ended: the engine will say so
                if stdin is not None:
                    stdin.write(f"{engine}\n")
                    stdin.flush()
            if stdout is not None and self._port.held:
                stdout.readline()  # its port: now it listens there
                self._port.release()

    def close(self) -> None:
        """No engine needs it any more."""
        self._port.release()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                if stream is not None:
                    stream.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start_beside(project: Path, environ: Mapping[str, str], *, shared: bool = False) -> Provider | None:
    """The provider for an engine that is about to start; None where it is given one, or must find its own."""
    if "twilio:" in environ.get(VARIABLE, "") or not os.access(EXECUTABLE, os.X_OK):
        return None
    return Provider(project, environ, shared=shared)


@contextlib.contextmanager
def shared_provider(project: Path, environ: Mapping[str, str]) -> Iterator[Provider | None]:
    """One for all engines that are started within: each spares a start. They have these environment variables."""
    provider = start_beside(project, environ, shared=True)
    try:
        yield provider
    finally:
        if provider is not None:
            provider.close()


def _program_folder(project: Path) -> Path:
    """Where the engine starts providers: files that a program names are found from there."""
    found = re.search(r"^main:\s*(\S+)", (project / "Pulumi.yaml").read_text("utf-8"), re.MULTILINE)
    return project / found.group(1) if found else project
