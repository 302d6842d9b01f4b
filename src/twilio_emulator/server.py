"""Puts an emulator together and runs it: world, HTTP port, proxy port, and an end without remains."""

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import trustme
import uvicorn

from twilio_emulator import products
from twilio_emulator.control import flex
from twilio_emulator.control.app import control_app
from twilio_emulator.core.world import Settings, World
from twilio_emulator.front.app import App
from twilio_emulator.front.proxy import Proxy

_PARENT_CHECK_SECONDS = 0.5


class StartError(Exception):
    """The emulator cannot start; the message says why, in one line."""


@dataclass(frozen=True)
class Started:
    """Where a running emulator is. `ca_file` is the CA that the proxy's certificates come from."""

    url: str
    proxy_url: str
    ca_file: str
    account_sid: str
    auth_token: str

    def as_json(self) -> str:
        """One line."""
        return json.dumps(self.__dict__)


def serve(settings: Settings, *, ready: Callable[[Started], None], exit_with_parent: bool = False) -> None:
    """Runs an emulator until SIGINT or SIGTERM (or until its parent process has ended); raises StartError.

    `ready` is called once it answers. Blocks; to be called in the main thread.
    """
    asyncio.run(_serve(settings, ready, exit_with_parent=exit_with_parent))


async def _serve(settings: Settings, ready: Callable[[Started], None], *, exit_with_parent: bool) -> None:
    listener = _listener(settings.port)
    port = int(listener.getsockname()[1])
    ca = trustme.CA(organization_name="twilio_emulator")
    proxy = Proxy(ca, port)
    try:
        proxy_port = await proxy.start(settings.proxy_port or 0)
    except OSError as error:
        listener.close()
        raise _not_taken(settings.proxy_port or 0, "--proxy-port", error) from None
    with tempfile.TemporaryDirectory(prefix="twilio-emulator-") as folder:
        ca_file = Path(folder) / "ca.pem"
        ca.cert_pem.write_to_path(str(ca_file))
        world = World(products.load(), replace(settings, port=port, proxy_port=proxy_port))
        server = _Server(_configuration(world))
        answering = asyncio.create_task(server.serve(sockets=[listener]))
        watching = asyncio.create_task(_watch_parent(server)) if exit_with_parent else None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.stop)
        try:
            while not server.started and not answering.done():
                await asyncio.sleep(0.005)
            world.tick()
            if settings.flex:
                flex.seed(world, {})
            ready(
                Started(
                    f"http://127.0.0.1:{port}",
                    f"http://127.0.0.1:{proxy_port}",
                    str(ca_file),
                    world.account_sid,
                    world.auth_token(),
                )
            )
            await answering
        finally:
            if watching is not None:
                watching.cancel()
            await proxy.stop()
            await world.stop()
            world.store.close()


def _configuration(world: World) -> uvicorn.Config:
    return uvicorn.Config(
        App(world, control_app(world)),
        log_level="warning",
        access_log=False,
        lifespan="off",
        date_header=False,  # the Date header tells the emulator's time
        server_header=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,  # longer than clients keep theirs: none is closed under a request
    )


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: ours also stop the proxy, and do not raise the signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes no signals."""
        yield

    def stop(self) -> None:
        """Ends `serve` soon."""
        self.should_exit = True


def _listener(port: int) -> socket.socket:
    # Named as TCP, or asyncio does not set TCP_NODELAY and answers wait 40 ms for the client's acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise _not_taken(port, "--port", error) from None
    listener.listen(2048)
    return listener


def _not_taken(port: int, option: str, error: OSError) -> StartError:
    why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
    return StartError(f"port {port} ({option}) {why} on 127.0.0.1; name another, or 0 for any")


async def _watch_parent(server: _Server) -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(_PARENT_CHECK_SECONDS)
    sys.stderr.write("the parent process has ended: stopping\n")
    server.stop()
