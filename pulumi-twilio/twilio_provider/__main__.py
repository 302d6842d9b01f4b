# ruff: noqa: PLC0415 - the port is printed as early as can be

"""The executable ``pulumi-resource-twilio``: serve on a loopback port, print it, and go when the engine goes.

``pulumi-resource-twilio <address>``        started by an engine, which passes its address
``pulumi-resource-twilio --serve <port>``   started beside an engine (``PULUMI_DEBUG_PROVIDERS=twilio:<port>``), by a
                                            program that tells the engine's process id on stdin, a line each, and
                                            closes that when it has no engine left
``pulumi-resource-twilio --share <port>``   the same for several engines at once
``... --writes``                            load at once what the first write needs, and try the credentials as soon
                                            as they are known, instead of then
``pulumi-resource-twilio``                  by hand, for any number of engines, until it is ended
"""

import gc
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.util import find_spec
from types import ModuleType

import grpc

_WORKERS = 512  # made as they are needed; however many wait for Twilio, one has to be free for the engine's Cancel
_LOOK_SECONDS = 0.5
_OPTIONS = [
    ("grpc.max_receive_message_length", 400 << 20),
    ("grpc.max_send_message_length", 400 << 20),
    ("grpc.max_connection_idle_ms", 2**31 - 1),  # an idle connection is never ended by us
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 1000),
]


def main() -> None:
    """Serve until the engine ends us, or is gone."""
    gc.disable()  # nothing of what is loaded is garbage, and looking for some takes a third of the start
    _leave_the_sdk_out()
    from pulumi.runtime.proto import provider_pb2_grpc

    from twilio_provider.servicer import Servicer

    beside = sys.argv[1:2] in (["--serve"], ["--share"])
    engine = os.getppid() if len(sys.argv) > 1 and not beside else None
    pool = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="rpc")
    server = grpc.server(pool, options=_OPTIONS)
    writes = "--writes" in sys.argv
    servicer = Servicer(private=engine is not None or sys.argv[1:2] == ["--serve"], writes=writes)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port(f"127.0.0.1:{sys.argv[2] if beside else 0}")
    server.start()
    gc.freeze()
    gc.enable()
    for name in (signal.SIGTERM, signal.SIGINT):  # the engine's way to end us: it waits 5 s, then kills
        signal.signal(name, lambda *_: os._exit(0))
    _print_port(port)
    if engine is not None:
        threading.Thread(target=_leave_with, args=(engine,), daemon=True).start()
    elif beside:
        threading.Thread(target=_leave_after_all, daemon=True).start()
    if writes:
        _load()
    server.wait_for_termination()


def _load() -> None:
    import twilio_api.transport  # noqa: F401

    import twilio_provider.recovery  # noqa: F401
    from twilio_provider.catalogue.load import load

    load()


def _leave_the_sdk_out() -> None:
    """Let the protocol's modules be imported without the SDK around them, which takes as long as all else together.

    ``pulumi/__init__`` imports the whole SDK; what is generated below it needs grpc and protobuf alone.
    """
    found = find_spec("pulumi")
    for name, below in (("pulumi", ""), ("pulumi.runtime", "/runtime")):
        package = ModuleType(name)
        package.__path__ = [place + below for place in (found.submodule_search_locations if found else None) or ()]
        sys.modules[name] = package


def _print_port(port: int) -> None:
    """The port is all that may ever be on stdout: what is printed later goes to stderr."""
    try:
        os.write(1, f"{port}\n".encode())
    except BrokenPipeError:  # who wanted it has gone meanwhile
        os._exit(0)
    os.dup2(2, 1)


def _leave_with(engine: int) -> None:
    while os.getppid() == engine:
        time.sleep(_LOOK_SECONDS)
    os._exit(0)


def _leave_after_all() -> None:
    """Whoever started us may die before its engines, which still need us for what is under way."""
    waits = []
    for line in sys.stdin:
        waits.append(threading.Thread(target=_end_of(int(line)), daemon=True))
        waits[-1].start()
        waits = [wait for wait in waits if wait.is_alive()]
    for wait in waits:
        wait.join()
    os._exit(0)


def _end_of(process: int) -> Callable[[], None]:
    """What waits until a process, which may be nobody's child any more, has ended."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return lambda: None
    except (AttributeError, OSError):  # only Linux has it
        return lambda: _look_for(process)

    def wait() -> None:
        select.select([handle], [], [])
        os.close(handle)

    return wait


def _look_for(process: int) -> None:
    with suppress(OSError):  # it has ended, and its number may be another user's by now
        while True:
            os.kill(process, 0)
            time.sleep(_LOOK_SECONDS / 10)


if __name__ == "__main__":
    main()
