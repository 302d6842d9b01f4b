"""The provider, started beside the engine: the engine would start it late, and wait for it (docs/decisions/0205)."""

import contextlib
import os
import re
import select
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from flexpark.cli.root import ROOT
from flexpark.errors import FlexparkError

EXECUTABLE = ROOT / "pulumi-twilio" / "bin" / "pulumi-resource-twilio"
VARIABLE = "PULUMI_DEBUG_PROVIDERS"
PATIENCE = 30.0  # seconds until it must listen
GRACE = 2.0  # seconds that it gets to go once no engine needs it
# The engine hands these to a provider that it starts by itself, whatever it does with the stack.
_CREDENTIALS = re.compile(r"""^\s*["']?twilio:(authToken|apiKey|apiSecret)\b""", re.MULTILINE)


class Provider:
    """One provider process, on a port that is known before it is there.

    It is there for one engine, or, where it is `shared`, for any number: each connection has a session of its own.
    Where one `writes` it makes ready for that without being asked. It goes when its engines have gone, even if this
    process died first.
    """

    def __init__(
        self, project: Path, environ: Mapping[str, str], *, shared: bool = False, writes: bool = False
    ) -> None:
        self._project = project
        self._environ = dict(environ)
        self._arguments = ["--share" if shared else "--serve", *(["--writes"] if writes else [])]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._listens = False
        self._engines: list[int] = []
        # Both may have the port: it is held until the provider listens, and only who listens is connected. gRPC sets
        # the same option on what it binds.
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind(("127.0.0.1", 0))
        self._port = self._held.getsockname()[1]
        self._said = TemporaryFile()  # noqa: SIM115 - `close` closes it

    def start(self) -> None:
        """Start the process, if that has not been done."""
        with self._lock:
            if self._process is None:
                kind, *more = self._arguments
                self._process = subprocess.Popen(
                    [EXECUTABLE, kind, str(self._port), *more],
                    cwd=_program_folder(self._project),
                    env=self._environ,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._said,
                    process_group=0,
                )

    @property
    def lives(self) -> bool:
        """Whether it can be given to a further engine."""
        return self._process is None or self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process; 0 where there is none yet."""
        return self._process.pid if self._process is not None else 0

    @property
    def variables(self) -> Mapping[str, str]:
        """What tells an engine to use it, beside others that the user has started."""
        others = [entry for entry in self._environ.get(VARIABLE, "").split(",") if entry]
        return {VARIABLE: ",".join([*others, f"twilio:{self._port}"])}

    def serve(self, engine: int) -> None:
        """Stay as long as this engine's process lives. Returns when it can be called.

        Raises `FlexparkError` where it ended, or does not come to that.
        """
        self.start()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without its pipes")
        with self._lock:
            self._engines.append(engine)
            with contextlib.suppress(BrokenPipeError):  # it has ended: that is said below
                process.stdin.write(f"{engine}\n".encode())
                process.stdin.flush()
            if not self._listens:
                self._await_port(process.stdout)

    def _await_port(self, stdout: IO[bytes]) -> None:
        ready = select.select([stdout], [], [], PATIENCE)[0]
        if not ready or not stdout.readline().strip():
            self._said.seek(0)
            said = self._said.read().decode("utf-8", "replace").strip()
            how = "it ended" if ready else f"it did not listen within {PATIENCE:g} s"
            raise FlexparkError(
                f"the provider cannot be called: {how}",
                detail=said[-1000:],
                remedy="`flexpark doctor` looks at this machine; `make setup` installs what the provider needs",
            )
        self._listens = True
        self._held.close()

    def close(self) -> None:
        """No engine needs it any more. One that an engine still calls is not ended: it goes by itself."""
        self._held.close()
        if self._process is not None:
            self._let_go(self._process)
        self._said.close()

    def _let_go(self, process: "subprocess.Popen[bytes]") -> None:
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):
                if stream is not None:
                    stream.close()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            if not any(map(_lives, self._engines)):
                process.kill()
                process.wait()


def beside(
    stack: str, project: Path, environ: Mapping[str, str], config_file: Path | None = None, *, writes: bool = False
) -> Provider | None:
    """The provider for an engine that is about to start; None where it is given one, or must start its own."""
    if not _can_be_ours(environ) or has_credentials(stack, project, config_file):
        return None
    return Provider(project, environ, writes=writes)


@contextlib.contextmanager
def shared_provider(project: Path, environ: Mapping[str, str]) -> Iterator[Provider | None]:
    """One for all engines that are started within: each spares a start. They have these environment variables."""
    provider = Provider(project, environ, shared=True) if _can_be_ours(environ) else None
    try:
        if provider is not None:
            provider.start()
        yield provider
    finally:
        if provider is not None:
            provider.close()


def has_credentials(stack: str, project: Path, config_file: Path | None = None) -> bool:
    """Whether the stack's file holds credentials: they reach only a provider that the engine starts by itself."""
    name = f"Pulumi.{stack}.yaml"
    files = [config_file] if config_file else [project / "environments" / name, project / name]
    return any(_CREDENTIALS.search(file.read_text("utf-8")) for file in files if file.exists())


def _can_be_ours(environ: Mapping[str, str]) -> bool:
    given = {entry.partition(":")[0] for entry in environ.get(VARIABLE, "").split(",")}
    return "twilio" not in given and os.access(EXECUTABLE, os.X_OK)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def _program_folder(project: Path) -> Path:
    """Where the engine starts providers: files that a program names are found from there."""
    found = re.search(r"^main:\s*(\S+)", (project / "Pulumi.yaml").read_text("utf-8"), re.MULTILINE)
    return project / found.group(1) if found else project
