"""How long an operation may take, and what ends it early: waits end at once, requests are finished, nothing is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from google.protobuf.empty_pb2 import Empty
from twilio_api import deadline

from tests.unit.provider.engine_kit import Engine, Failed, Resource
from tests.unit.provider.fake_twilio import FakeTwilio, Fault
from tests.unit.provider.inventory import EXAMPLES, make

SYNC = "twilio:sync:Service"
BUILD = "twilio:serverless:Build"
LATER = {"Retry-After": "60"}
UP = "the time given for this operation is up"


def test_the_time_of_an_operation_is_one_for_all_that_is_done_within() -> None:
    """It runs down, is never negative, and is over with the operation; 0 sets none."""
    assert deadline.remaining() is None
    with deadline.within(60):
        left = deadline.remaining()
        assert left is not None
        assert 0 < left <= 60
        with deadline.within(0):
            assert deadline.remaining() is None
    with deadline.within(1e-9):
        time.sleep(0.001)
        assert deadline.remaining() == 0
    assert deadline.remaining() is None


Operation = Callable[[Engine, Resource], object]
OPERATIONS: dict[str, tuple[str, str, Operation]] = {
    "create": ("POST", "Services$", lambda e, _: e.create(SYNC, {"friendlyName": "another"}, name="b", timeout=2)),
    "update": ("POST", "Services/", lambda e, made: e.update(made, {**made.inputs, "aclEnabled": True}, timeout=2)),
    "delete": ("DELETE", "Services/", lambda e, made: e.delete(made, timeout=2)),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_wait_longer_than_the_operation_may_take_is_not_begun(engine: Engine, twilio: FakeTwilio, name: str) -> None:
    """``customTimeouts`` of create, update and delete: a Retry-After beyond it ends it at once."""
    method, path, operation = OPERATIONS[name]
    made = make(engine, SYNC)
    twilio.faults.append(Fault(method, path, 429, times=9, headers=LATER))
    with pytest.raises(Failed) as caught:
        operation(engine, made)
    assert UP in caught.value.message
    assert caught.value.message.startswith(name.removesuffix("e") + "ing twilio:sync:Service")


def test_an_answer_that_does_not_come_in_time_is_told_as_open(engine: Engine, twilio: FakeTwilio) -> None:
    """The request was sent: it may have been done, and nothing is said to the contrary."""
    make(engine, SYNC)
    twilio.faults.append(Fault("POST", "Services$", 200, hold=3))
    with pytest.raises(Failed) as caught:
        engine.create(SYNC, {"friendlyName": "slow"}, name="slow", timeout=0.5)
    assert "it took too long" in caught.value.message
    assert "It may have been done nevertheless" in caught.value.message


def test_a_build_that_takes_too_long_is_recorded_with_its_id(engine: Engine, twilio: FakeTwilio) -> None:
    """Half made: the next up waits for the same one."""
    example = EXAMPLES[BUILD]
    made = make(engine, "twilio:serverless:FunctionVersion")
    twilio.polls = 1000
    inputs = {**example.inputs, "serviceSid": made.inputs["serviceSid"], "functionVersions": [made.sid]}
    with pytest.raises(Failed) as caught:
        engine.create(BUILD, inputs, timeout=1.9)  # less than one pause between polls
    assert UP in caught.value.message
    assert caught.value.half.id.startswith("Services/ZS")


@contextmanager
def cancelled(engine: Engine) -> Iterator[None]:
    """What is done within is cancelled while it is under way."""
    soon = threading.Timer(0.3, lambda: engine.call("Cancel", Empty()))
    soon.start()
    yield
    soon.join()


@pytest.mark.parametrize("name", OPERATIONS)
def test_cancel_ends_a_wait_for_retry_after_at_once(engine: Engine, twilio: FakeTwilio, name: str) -> None:
    """Nobody sits out a minute after Ctrl-C."""
    method, path, _ = OPERATIONS[name]
    made = make(engine, SYNC)
    twilio.faults.append(Fault(method, path, 429, times=9, headers=LATER))
    with cancelled(engine), pytest.raises(Failed) as caught:
        if name == "create":
            engine.create(SYNC, {"friendlyName": "another"}, name="b")
        elif name == "update":
            engine.update(made, {**made.inputs, "aclEnabled": True})
        else:
            engine.delete(made)
    assert caught.value.code == "CANCELLED"
    assert "Run it again to go on" in caught.value.message


def test_cancel_abandons_no_request_in_flight(engine: Engine, twilio: FakeTwilio) -> None:
    """Its answer is waited for, so what it made is known."""
    make(engine, SYNC)
    twilio.faults.append(Fault("POST", "Services$", 500, hold=0.8, after=True))
    with cancelled(engine):
        made = engine.create(SYNC, {"friendlyName": "another"}, name="b")
    assert ("sync", f"/v1/{made.identity}") in twilio.items
