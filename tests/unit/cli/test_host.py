"""What an engine finds that is started before its program is loaded."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.automation import EngineEvent
from pulumi.runtime.proto import events_pb2, events_pb2_grpc, language_pb2, language_pb2_grpc

from flexpark.cli.automation.host import Host


class Caller:
    """An engine, as far as the host sees one."""

    def __init__(self, host: Host) -> None:
        (client,) = [argument for argument in host.arguments if argument.startswith("--client=")]
        self._channel = grpc.insecure_channel(client.partition("=")[2])
        self._pool = ThreadPoolExecutor()
        self.language = language_pb2_grpc.LanguageRuntimeStub(self._channel)
        self.events = events_pb2_grpc.EventsStub(self._channel)

    def later(self, call: Any, request: Any) -> "Future[Any]":
        return self._pool.submit(call, request, timeout=20)

    def close(self) -> None:
        self._channel.close()
        self._pool.shutdown()


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as made:
        yield made


@pytest.fixture
def engine(host: Host) -> Iterator[Caller]:
    caller = Caller(host)
    yield caller
    caller.close()


def test_what_needs_no_program_is_answered_before_there_is_one(engine: Caller) -> None:
    """The engine asks that first, and goes on with its start meanwhile."""
    asked = language_pb2.GetRequiredPackagesRequest()
    assert list(engine.language.GetRequiredPackages(asked, timeout=5).packages) == []
    assert engine.language.GetPluginInfo(empty_pb2.Empty(), timeout=5).version == ""


def test_events_wait_until_somebody_listens_and_arrive_in_order(host: Host, engine: Caller) -> None:
    """None is lost, though the engine tells them from its first moment on."""
    heard: list[int] = []

    def hear(event: EngineEvent) -> None:
        heard.append(event.sequence)
        if event.sequence == 1:
            raise ValueError("a listener's own fault")

    sent = [events_pb2.EventRequest(event=f'{{"sequence": {number}, "timestamp": 1}}') for number in range(3)]
    told = engine.later(engine.events.StreamEvents, iter(sent))
    while not host.listened:
        time.sleep(0.01)
    assert not told.done()
    with pytest.warns(UserWarning, match="own fault"):
        host.serve(lambda: None, hear)
        told.result(20)
    assert heard == [0, 1, 2]


def test_an_engine_whose_program_is_refused_is_told_so(host: Host, engine: Caller) -> None:
    """It ends then, and has done nothing."""
    asked = engine.later(engine.language.Run, language_pb2.RunRequest(project="flexpark", stack="acme-dev"))
    host.refuse()
    with pytest.raises(grpc.RpcError) as refused:
        asked.result(20)
    assert refused.value.code() is grpc.StatusCode.CANCELLED
