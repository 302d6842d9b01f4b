# ruff: noqa: PLC0415 - Pulumi's SDK is loaded while the engine starts, not before

"""What the engine calls while it runs a program of ours: a language host, and a listener to its events.

It is there before what stands behind it is loaded. The engine takes half a second until it wants the program, and
Python as long to load it: so the engine is started first, and its questions wait here (docs/decisions/0205).
"""

import json
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc

from flexpark.cli.automation.program import Program
from flexpark.cli.automation.steps import OnEvent

if TYPE_CHECKING:
    from pulumi.automation import EngineEvent

# As Pulumi's own servers have them: states and programs may be large, and events may have to wait for the program.
_OPTIONS = [
    ("grpc.max_receive_message_length", 400 << 20),
    ("grpc.server_max_unrequested_time_in_server", 30 * 60),
]
_NOTHING = b""  # an empty message of any type: a program in our own process needs no plugins installed
_DEBUG = '"severity":"debug"'  # as the engine writes it; within a text its quotes would be escaped
LAST_WORDS = 5.0  # seconds that events get to arrive once the engine has ended


class Host:
    """Serves one operation of one engine, on a loopback port of its own."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._program: Program | None = None
        self._hear: OnEvent | None = None
        self._listening = threading.Event()
        self._heard_all = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="host")
        self._server = grpc.server(self._pool, options=_OPTIONS)
        says_nothing = grpc.unary_unary_rpc_method_handler(lambda *_: _NOTHING)
        language = {
            **dict.fromkeys(("GetPluginInfo", "GetRequiredPlugins", "GetRequiredPackages"), says_nothing),
            "Run": grpc.unary_unary_rpc_method_handler(self._run),
        }
        events = {"StreamEvents": grpc.stream_unary_rpc_method_handler(self._listen)}
        self._server.add_generic_rpc_handlers(
            (
                grpc.method_handlers_generic_handler("pulumirpc.LanguageRuntime", language),
                grpc.method_handlers_generic_handler("pulumirpc.Events", events),
            )
        )
        self._address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    @property
    def arguments(self) -> list[str]:
        """What tells the engine to run our program, and to tell us what it does."""
        return [f"--client={self._address}", "--exec-kind", "auto.inline", "--event-log", f"tcp://{self._address}"]

    @property
    def listened(self) -> bool:
        """Whether the engine has told anything: it goes on where it cannot."""
        return self._listening.is_set()

    def serve(self, program: Program, hear: OnEvent) -> None:
        """From now on its questions are answered; `hear` is called with each event, in order, in a thread of ours."""
        self._program, self._hear = program, hear
        self._ready.set()

    def refuse(self) -> None:
        """There will be no program: an engine that waits for one ends."""
        self._ready.set()

    def __enter__(self) -> "Host":
        return self

    def __exit__(self, *_: object) -> None:
        """The engine has ended. Events that are on their way still arrive."""
        self._ready.set()
        if self._listening.is_set():
            self._heard_all.wait(LAST_WORDS)
        self._server.stop(None)
        self._pool.shutdown(wait=False)

    def _run(self, request: bytes, context: Any) -> bytes:
        self._ready.wait()
        program = self._program
        if program is None:
            context.abort(grpc.StatusCode.CANCELLED, "there is no program to run")
            return _NOTHING
        from pulumi.automation._server import LanguageServer
        from pulumi.runtime.proto import language_pb2

        serve: Any = LanguageServer(program).Run
        return bytes(serve(language_pb2.RunRequest.FromString(request), context).SerializeToString())

    def _listen(self, events: Iterator[bytes], context: Any) -> bytes:  # noqa: ARG002
        self._listening.set()
        try:
            self._ready.wait()
            if self._hear is not None:
                self._tell_all(events)
        except Exception as error:  # an engine that is killed ends its stream so
            warnings.warn(f"Error in event stream: {error}", stacklevel=1)
        finally:
            self._heard_all.set()
        return _NOTHING

    def _tell_all(self, events: Iterator[bytes]) -> None:
        from pulumi.automation.events import EngineEvent
        from pulumi.runtime.proto import events_pb2

        for event in events:
            text = events_pb2.EventRequest.FromString(event).event
            if _DEBUG not in text:  # most are, and while they are read the program waits
                self._tell(EngineEvent.from_json(json.loads(text)))

    def _tell(self, event: "EngineEvent") -> None:
        """What a listener raises ends nothing: the engine is at work."""
        try:
            if self._hear is not None:
                self._hear(event)
        except Exception as error:
            warnings.warn(f"a listener failed at an event: {error}", stacklevel=1)
