"""The function runner by itself: what Twilio does to a Function that misbehaves, and that nothing outlives anything."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import httpx
import pytest

from tests.contract.serverless_kit import DEPENDENCIES, new_site
from twilio_emulator.runner import Answer, CodeFile, Deployed, InstallError, Pool, Request, install
from twilio_emulator.testing import Emulator

TIMEOUT = 0.8
Call = Callable[[str], Awaitable[Answer]]


class Listener:
    """Stands where the emulator would be, and notes which paths Functions asked for."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.port = 0

    async def __aenter__(self) -> "Listener":
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.paths.append(head.split(" ", 2)[1])
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def running(sources: Mapping[str, str], listener: Listener | None = None) -> AsyncIterator[Call]:
    """Functions by path, each given as the body of a handler; yields what calls them."""
    modules = await install(DEPENDENCIES)
    files = tuple(
        CodeFile("functions", path, "public", f"{path[1:]}.js", source.encode()) for path, source in sources.items()
    )
    deployed = Deployed("ZE1", "ZB1", "test-1234.twil.io", modules, {}, lambda: files)
    pool = Pool()
    emulator = f"http://127.0.0.1:{listener.port if listener else 9}"

    async def call(target: str) -> Answer:
        return await pool.request(deployed, Request("GET", target, {}, b""), emulator=emulator, timeout=TIMEOUT)

    try:
        yield call
    finally:
        await pool.stop()


def handler(body: str) -> str:
    """A Function's source."""
    return f"exports.handler = async (context, event, callback) => {{ {body} }};"


def gone(pid: int, seconds: float = 5) -> bool:
    """Whether a process ends in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").exists() and ") Z" in Path(f"/proc/{pid}/stat").read_text():
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    "body",
    [
        "throw new TypeError('broken');",
        "await null; throw new TypeError('broken');",
        "setTimeout(() => { throw new TypeError('broken'); }, 5);",
        "setTimeout(() => Promise.reject(new TypeError('broken')), 5);",
        "new (require('node:events'))().emit('error', new TypeError('broken'));",
        "callback(new TypeError('broken'));",
    ],
)
def test_an_error_that_nobody_catches_is_a_500(body: str) -> None:
    """And the process goes on for others."""

    async def scenario() -> None:
        async with running({"/bad": handler(body), "/good": handler("callback(null, 'fine');")}) as call:
            answer = await call("/bad")
            assert answer.status == 500
            assert {"message": "broken", "name": "TypeError"}.items() <= json.loads(answer.body).items()
            assert (await call("/good")).body == b"fine"

    asyncio.run(scenario())


def test_a_function_that_ends_the_process_is_a_500_and_the_next_call_starts_anew() -> None:
    """process.exit() takes its invocation down, not the environment."""

    async def scenario() -> None:
        sources = {"/exit": handler("process.exit(3);"), "/good": handler("callback(null, 'fine');")}
        async with running(sources) as call:
            assert (await call("/exit")).status == 500
            assert (await call("/good")).body == b"fine"

    asyncio.run(scenario())


@pytest.mark.parametrize("body", ["", "for (;;) {}", "await new Promise(() => {});"])
def test_a_function_that_does_not_answer_in_time_is_a_504(body: str) -> None:
    """Whether it waits, forgot its callback, or never yields."""

    async def scenario() -> None:
        async with running({"/slow": handler(body), "/good": handler("callback(null, 'fine');")}) as call:
            started = time.monotonic()
            assert (await call("/slow")).status == 504
            assert time.monotonic() - started >= TIMEOUT
            assert (await call("/good")).body == b"fine"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "leak",
    [
        "setTimeout(() => fetch('https://sync.twilio.com/leak'), 20);",
        "setInterval(() => fetch('https://sync.twilio.com/leak'), 20);",
        "(async () => { await new Promise((go) => setTimeout(go, 20)); fetch('https://sync.twilio.com/leak'); })();",
        "require('node:timers/promises').setTimeout(20).then(() => fetch('https://sync.twilio.com/leak'));",
        "fetch('https://sync.twilio.com/first').then(() => fetch('https://sync.twilio.com/leak'));",
        "require('https').get('https://sync.twilio.com/first', () => fetch('https://sync.twilio.com/leak'));",
        "require('twilio')('AC' + '0'.repeat(32), 'x').sync.v1.services.create({ friendlyName: 'leak' });",
    ],
)
def test_work_that_goes_on_after_the_answer_is_killed(leak: str) -> None:
    """Twilio ends a Function at its callback; a test must not pass because of what would never happen there."""

    async def scenario() -> None:
        async with (
            Listener() as listener,
            running({"/leaks": handler(leak + " callback(null, 'done');")}, listener) as call,
        ):
            assert (await call("/leaks")).body == b"done"
            await asyncio.sleep(0.2)
            assert [path for path in listener.paths if "leak" in path or "Services" in path] == []

    asyncio.run(scenario())


def test_a_function_goes_on_when_its_caller_gives_up() -> None:
    """A webhook that is not answered in time is dropped by Twilio, but the Function behind it runs to its end."""
    body = """
      await new Promise((go) => setTimeout(go, 300));
      await fetch('https://sync.twilio.com/late');
      callback(null, 'done');
    """

    async def scenario() -> None:
        sources = {"/late": handler(body), "/up": handler("callback();")}
        async with Listener() as listener, running(sources, listener) as call:
            await call("/up")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(call("/late"), 0.1)
            await asyncio.sleep(0.4)
            assert listener.paths == ["/sync.twilio.com/late"]

    asyncio.run(scenario())


def test_what_is_awaited_before_the_answer_is_done() -> None:
    """The same work, awaited, reaches Twilio: by fetch, https and the official client."""
    body = """
      await fetch('https://sync.twilio.com/by-fetch?x=1', { method: 'POST', body: 'a=b' });
      await new Promise((go, no) => require('https').get('https://taskrouter.twilio.com/by-https', go).on('error', no));
      const https = await import('node:https');
      await new Promise((go, no) => https.get({ hostname: 'iam.twilio.com', path: '/by-esm' }, go).on('error', no));
      await require('twilio')('AC' + '0'.repeat(32), 'x').sync.v1.services.create({ friendlyName: 'x' });
      callback(null, 'done');
    """

    async def scenario() -> None:
        async with Listener() as listener, running({"/works": handler(body)}, listener) as call:
            assert (await call("/works")).body == b"done"
            assert listener.paths == [
                "/sync.twilio.com/by-fetch?x=1",
                "/taskrouter.twilio.com/by-https",
                "/iam.twilio.com/by-esm",
                "/sync.twilio.com/v1/Services",
            ]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "request_source",
    [
        "fetch('https://example.com/')",
        "fetch('http://sync.twilio.com/')",
        "fetch('https://twilio.com.example.com/')",
        "fetch('https://example.com:443/?https://sync.twilio.com/')",
        "new Promise((go, no) => require('https').get('https://example.com/', go).on('error', no))",
        "new Promise((go, no) => require('http').get('http://127.0.0.1:1/', go).on('error', no))",
        "new Promise((go, no) => require('net').connect(443, 'example.com').on('error', no).on('connect', go))",
        "new Promise((go, no) => require('tls').connect(443, 'example.com').on('error', no).on('connect', go))",
        "new Promise((go, no) => require('http2').connect('https://example.com').on('error', no).on('connect', go))",
    ],
)
def test_every_other_host_is_refused(request_source: str) -> None:
    """Nothing leaves the machine, by whatever way."""

    async def scenario() -> None:
        body = f"try {{ await {request_source}; callback(null, 'through'); }} catch (e) {{ callback(null, e.name); }}"
        async with Listener() as listener, running({"/out": handler(body)}, listener) as call:
            assert (await call("/out")).body == b"RefusedHost"
            assert listener.paths == []

    asyncio.run(scenario())


def test_functions_share_no_event_loop_turn() -> None:
    """Calls run at the same time, each with its own answer: here every one waits until all have come in."""
    body = """
        globalThis.here = (globalThis.here ?? 0) + 1;
        while (globalThis.here < 5) await new Promise((go) => setTimeout(go, 5));
        callback(null, event.n);
    """

    async def scenario() -> None:
        async with running({"/slow": handler(body)}) as call:
            answers = await asyncio.gather(*(call(f"/slow?n={n}") for n in range(5)))
            assert [answer.body for answer in answers] == [b"0", b"1", b"2", b"3", b"4"]

    asyncio.run(scenario())


def test_the_runner_takes_requests_of_its_parent_only() -> None:
    """The port is open to this machine, so a secret keeps others from going around the gateway."""

    async def scenario() -> None:
        body = "callback(null, String(process.pid));"
        async with running({"/pid": handler(body)}) as call:
            pid = int((await call("/pid")).body)
            port = listening_port(pid)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /pid HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert b" 403 " in await reader.readline()
            writer.close()
            with pytest.raises(OSError), socket.create_connection((other_address(), port), timeout=1):
                pass

    asyncio.run(scenario())


def listening_port(pid: int) -> int:
    """The TCP port that a process listens on, by Linux' tables."""
    inodes = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
            return int(fields[1].split(":")[1], 16)
    raise AssertionError("it does not listen")


def other_address() -> str:
    """An address of this machine that is not 127.0.0.1, but still loopback."""
    return "127.0.0.2"


@pytest.mark.parametrize("spins", [False, True])
def test_node_ends_when_the_emulator_is_killed(spins: bool) -> None:
    """Even by SIGKILL, and even while a Function never yields; what it was given is removed."""
    code = {
        "/pid": ("public", handler("callback(null, String(process.pid));")),
        "/spin": ("public", handler("for (;;) {}")),
    }
    emulator = Emulator()
    try:
        site = new_site(emulator, "orphans", code)
        pid = int(site.call("/pid").text)
        directory = Path(f"/proc/{pid}/cwd").readlink()
        assert directory.is_dir()
        if spins:
            with pytest.raises(httpx.ReadTimeout):
                httpx.get(f"{emulator.url}/{site.domain}/spin", timeout=0.5)

        os.kill(emulator.pid, signal.SIGKILL)

        assert gone(pid)
        assert not directory.exists()
    finally:
        emulator.stop()


def test_node_ends_when_its_service_is_deleted_and_when_the_emulator_stops() -> None:
    """No process is left behind."""
    with Emulator() as emulator:
        code = {"/pid": ("public", handler("callback(null, String(process.pid));"))}
        first, second = new_site(emulator, "first", code), new_site(emulator, "second", code)
        pids = [int(site.call("/pid").text) for site in (first, second)]
        assert len(set(pids)) == 2

        first.api.delete()
        assert gone(pids[0])
        assert not gone(pids[1], 0.1)
    assert gone(pids[1])


def test_a_set_of_dependencies_is_installed_once(tmp_path: Path) -> None:
    """Concurrent installs of one set leave one whole folder, and nothing half done."""

    async def scenario() -> None:
        folders = await asyncio.gather(*(install(DEPENDENCIES, tmp_path) for _ in range(2)))
        assert folders[0] == folders[1]
        assert (folders[0] / "node_modules" / "twilio" / "package.json").exists()
        assert not (folders[0] / "node_modules" / "@twilio" / "runtime-handler" / "node_modules" / "twilio").exists()
        assert list(tmp_path.iterdir()) == [folders[0]]

        with pytest.raises(InstallError):
            await install({"twilio": "0.0.0-there-is-none"}, tmp_path)
        assert list(tmp_path.iterdir()) == [folders[0]]

    asyncio.run(scenario())
