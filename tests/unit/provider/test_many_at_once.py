"""Many requests of one process at once: a budget for all of them, waits that end, and an engine that is heard."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty
from twilio_api.transport import BUDGET, Transport

from tests.unit.provider.engine_kit import Engine, Failed
from tests.unit.provider.fake_twilio import FakeTwilio, Fault, Request
from tests.unit.provider.inventory import make
from tests.unit.provider.serving import served
from tests.unit.provider.test_process import EXECUTABLE

SYNC = "twilio:sync:Service"


@contextmanager
def engines(twilio: FakeTwilio, number: int, workers: int = 64) -> Iterator[list[Engine]]:
    """So many stacks on one process, whose credentials have been tried."""
    with ExitStack() as stack:
        address = stack.enter_context(served(twilio.environment, workers=workers))
        found = [stack.enter_context(Engine(address)) for _ in range(number)]
        for engine in found:
            engine.configure(accountSid=twilio.account)
            make(engine, SYNC)
        yield found


@contextmanager
def executable(twilio: FakeTwilio) -> Iterator[str]:
    """The address of the plugin itself, with as many threads as it has."""
    environment = {**os.environ, **twilio.environment}
    process = subprocess.Popen([EXECUTABLE, "127.0.0.1:1"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.communicate(timeout=5)


def test_all_stacks_of_a_process_share_one_budget(twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three that ask for twenty things each: never more than the budget at once, and no less."""
    lock, serve, full = threading.Lock(), twilio.answer, threading.Event()
    now: list[int] = [0]
    peak: list[int] = [0]

    def answer(request: Request) -> tuple[int, dict[str, str], dict[str, Any] | None]:
        with lock:
            now[0] += 1
            peak[0] = max(peak[0], now[0])
            if now[0] == BUDGET:
                full.set()
        full.wait(30)
        time.sleep(0.1)  # for one more than that to come
        try:
            return serve(request)
        finally:
            with lock:
                now[0] -= 1

    with engines(twilio, 3) as three, ThreadPoolExecutor(60) as pool:
        monkeypatch.setattr(twilio, "answer", answer)
        list(pool.map(lambda n: three[n % 3].create(SYNC, {"friendlyName": str(n)}, name=str(n)), range(60)))
    assert peak[0] == BUDGET


@pytest.mark.parametrize("how", ["cancelled", "out of time"])
def test_who_waits_for_the_budget_waits_no_longer_than_for_anything_else(twilio: FakeTwilio, how: str) -> None:
    """Nothing was sent, so nothing is open; what is in flight of others goes on."""
    with engines(twilio, 2) as (busy, other), ThreadPoolExecutor(BUDGET + 1) as pool:
        sent = len(twilio.requests)
        go_on = threading.Event()
        twilio.faults.append(Fault("POST", "Services$", 503, times=BUDGET, until=go_on))
        in_flight = [pool.submit(_quietly, busy, number) for number in range(BUDGET)]
        while len(twilio.requests) < sent + BUDGET:
            time.sleep(0.01)
        if how == "cancelled":
            threading.Timer(0.2, lambda: other.call("Cancel", Empty())).start()
        with pytest.raises(Failed) as caught:
            other.create(SYNC, {"friendlyName": "other"}, name="o", timeout=0 if how == "cancelled" else 0.3)
        assert not any(one.done() for one in in_flight)
        go_on.set()
        assert caught.value.code == "CANCELLED"
        assert "may have been" not in caught.value.message


def test_a_limit_without_a_date_is_waited_out(
    engine: Engine, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dozen refusals without Retry-After: one thing in the end."""
    waits: list[float] = []
    monkeypatch.setattr(Transport, "pause", lambda _, seconds: waits.append(seconds))
    twilio.faults.append(Fault("POST", "Services$", 429, times=12))
    make(engine, SYNC)
    assert len(twilio.items) == 1
    assert len(waits) == 12
    assert max(waits) > 8


def test_a_cancel_is_heard_however_many_wait(twilio: FakeTwilio) -> None:
    """A hundred creates wait for Twilio's limit; the engine's Cancel has a thread of its own all the same."""
    with executable(twilio) as address, Engine(address) as engine:
        engine.configure(accountSid=twilio.account)
        make(engine, SYNC)
        twilio.faults.append(Fault("POST", "Services$", 429, times=10**6, headers={"Retry-After": "120"}))
        sent = len(twilio.requests)
        with ThreadPoolExecutor(100) as pool:
            waiting = [pool.submit(_quietly, engine, number) for number in range(100)]
            soon = time.monotonic() + 10
            while len(twilio.requests) < sent + 100 and time.monotonic() < soon:
                time.sleep(0.05)
            engine.call("Cancel", Empty())
            assert all("cancelled" in one.result() for one in waiting)


def _quietly(engine: Engine, number: int) -> str:
    try:
        engine.create(SYNC, {"friendlyName": f"n{number}"}, name=f"n{number}")
    except Failed as error:
        return error.message
    return ""
