"""One Node process that runs one build of one environment."""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import httpx
import structlog

from twilio_emulator.runner.model import Answer, CodeFile, Deployed, Request

_log = structlog.get_logger("twilio_emulator.functions")
_NODE_FILES = Path(__file__).parent / "node"
_SECRET_HEADER = "flexpark-runner-secret"  # noqa: S105 - the name of the header
_START_SECONDS = 30.0
_GRACE_SECONDS = 0.5
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "te", "upgrade", "host"}
_OURS = {"x-emulator-source"}
_TIMED_OUT = Answer(504, {"content-type": "text/plain"}, b"runtime application timed out")


class RunnerError(Exception):
    """Node could not be started; the message says why."""


class NodeProcess:
    """Runs one build; make it with `start`. Its variables may change, its code may not."""

    def __init__(
        self,
        deployed: Deployed,
        files: Iterable[CodeFile],
        directory: Path,
        process: asyncio.subprocess.Process,
        timeout: float,
    ) -> None:
        self.deployed = deployed
        self._files = tuple(files)
        self._directory = directory
        self._process = process
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None
        self._secret = ""
        self._running = 0
        self._killed = False
        self._readers: list[asyncio.Task[None]] = []

    @classmethod
    async def start(cls, deployed: Deployed, emulator: str, timeout: float) -> "NodeProcess":
        """Starts Node and returns once it listens. The Functions' requests go to `emulator`. Raises RunnerError."""
        node = shutil.which("node")
        if node is None:
            raise RunnerError("node is not on the PATH; Functions need Node.js 20 or newer (https://nodejs.org)")
        directory = Path(tempfile.mkdtemp(prefix="flexpark-functions-")).resolve()
        files = deployed.read_files()
        write_files(files, deployed.modules, directory)
        secret = secrets.token_hex(16)
        runner = {
            "directory": str(directory),
            "secret": secret,
            "timeoutMs": round(timeout * 1000),
            "config": deployed.config(directory, files),
        }
        process = await asyncio.create_subprocess_exec(
            node,
            "--require",
            str(_NODE_FILES / "redirect.cjs"),
            str(_NODE_FILES / "server.cjs"),
            cwd=directory,
            env={
                "PATH": os.environ.get("PATH", ""),
                "FLEXPARK_EMULATOR": emulator,
                "FLEXPARK_RUNNER": json.dumps(runner),
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        started = cls(deployed, files, directory, process, timeout)
        try:
            await asyncio.wait_for(started._connect(secret), _START_SECONDS)
        except BaseException:
            await started.stop()
            raise
        return started

    @property
    def alive(self) -> bool:
        """Whether Node still runs and may go on."""
        return self._process.returncode is None and not self._killed

    @property
    def idle(self) -> bool:
        """Whether no request is being answered."""
        return self._running == 0

    async def configure(self, deployed: Deployed) -> None:
        """Gives the same build new variables."""
        config = deployed.config(self._directory, self._files)
        await self._http().put("/", json=config, headers={_SECRET_HEADER: self._secret})
        self.deployed = deployed

    async def request(self, request: Request) -> Answer:
        """Lets the Function answer. 504 where it takes too long, 500 where it ends the process."""
        self._running += 1
        try:
            return await asyncio.wait_for(self._request(request), self._timeout + _GRACE_SECONDS)
        except TimeoutError:  # its code never yields, so Node could not answer for it
            self.kill()
            return _TIMED_OUT
        except httpx.TransportError:
            self.kill()
            message = {"message": "The Function ended its process before it answered", "name": "RuntimeExited"}
            return Answer(500, {"content-type": "application/json"}, json.dumps(message).encode())
        finally:
            self._running -= 1

    def kill(self) -> None:
        """Ends Node at once."""
        self._killed = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        """Ends Node and removes what it was given."""
        self.kill()
        await self._process.wait()
        for reader in self._readers:
            reader.cancel()
        if self._client is not None:
            await self._client.aclose()
        shutil.rmtree(self._directory, ignore_errors=True)

    async def _connect(self, secret: str) -> None:
        assert self._process.stdout is not None and self._process.stderr is not None  # noqa: S101 - both are pipes
        first = await self._process.stdout.readline()
        if not first:
            raise RunnerError((await self._process.stderr.read()).decode(errors="replace").strip())
        port = json.loads(first)["port"]
        self._secret = secret
        limits = httpx.Limits(max_connections=None)
        self._client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            timeout=None,  # noqa: S113 - `request` bounds it
            limits=limits,
            trust_env=False,
        )
        self._readers = [
            asyncio.create_task(self._tell(stream)) for stream in (self._process.stdout, self._process.stderr)
        ]

    async def _request(self, request: Request) -> Answer:
        client = self._http()
        headers = [(name, value) for name, value in request.headers.items() if name not in _HOP_BY_HOP | _OURS]
        headers += [("host", self.deployed.domain), (_SECRET_HEADER, self._secret)]
        outgoing = httpx.Request(
            request.method, str(client.base_url).rstrip("/") + request.target, headers=headers, content=request.body
        )
        response = await client.send(outgoing, stream=True)
        try:
            body = b"".join([chunk async for chunk in response.aiter_raw()])
        finally:
            await response.aclose()
        return Answer(response.status_code, _kept(response.headers), body)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            raise RunnerError("Node does not listen")
        return self._client

    async def _tell(self, stream: asyncio.StreamReader) -> None:
        """What Functions print goes to the emulator's log."""
        while True:
            try:
                line = await stream.readline()
            except ValueError:  # a line longer than the buffer
                continue
            if not line:
                return
            _log.info("console", domain=self.deployed.domain, line=line.decode(errors="replace").rstrip())


def write_files(files: Iterable[CodeFile], modules: Path, directory: Path) -> None:
    """Lays out a build as Twilio does: flat by SID, so Functions reach each other by Runtime.getFunctions() only."""
    for kind in ("functions", "assets"):
        (directory / kind).mkdir()
    for file in files:
        (directory / file.kind / file.file_name).write_bytes(file.content)
    (directory / "node_modules").symlink_to(modules / "node_modules", target_is_directory=True)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in _HOP_BY_HOP}
