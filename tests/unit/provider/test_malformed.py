"""Requests that make no sense: answered with a status and a sentence, never with a traceback."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from pulumi.runtime.proto import provider_pb2
from twilio_provider.values import UNKNOWN, Asset, Secret, encode

from tests.unit.provider.engine_kit import Engine, Failed
from tests.unit.provider.fake_twilio import ACCOUNT, FakeTwilio
from tests.unit.provider.serving import served

WORKFLOW = "urn:pulumi:dev::acme::twilio:taskrouter:Workflow::it"
BUILD = "urn:pulumi:dev::acme::twilio:serverless:Build::it"
URNS = st.sampled_from([WORKFLOW, BUILD, "", "::", "urn:pulumi:dev::acme::x", WORKFLOW.replace("Workflow", "Nothing")])
NAMES = st.sampled_from(
    ["workspaceSid", "friendlyName", "configuration", "serviceSid", "functionVersions", "dependencies", "accountSid"]
)
LEAVES = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just(UNKNOWN)
VALUES = st.recursive(
    LEAVES | st.just(Asset("0" * 64)) | st.just("WS" + "1" * 32),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
INPUTS = st.dictionaries(NAMES | st.text(max_size=5), VALUES | VALUES.map(Secret), max_size=4)
IDS = st.sampled_from(["", "/", "x", "Workspaces/WS" + "1" * 32 + "/Workflows/WW" + "1" * 32]) | st.text(max_size=5)
TOKENS = st.sampled_from(["twilio:taskrouter:getWorkflow", "twilio:flex:getConfiguration", "", "x"])

PARTS: dict[str, st.SearchStrategy[Any]] = {
    "urn": URNS,
    "id": IDS,
    "news": INPUTS,
    "olds": INPUTS,
    "old_inputs": INPUTS,
    "properties": INPUTS,
}
PARTS |= {"inputs": INPUTS, "args": INPUTS, "tok": TOKENS, "preview": st.booleans()}
SHAPES: dict[str, tuple[Any, list[str]]] = {
    "Check": (provider_pb2.CheckRequest, ["urn", "news", "olds"]),
    "Diff": (provider_pb2.DiffRequest, ["urn", "id", "news", "olds", "old_inputs"]),
    "Create": (provider_pb2.CreateRequest, ["urn", "properties", "preview"]),
    "Read": (provider_pb2.ReadRequest, ["urn", "id", "inputs", "properties"]),
    "Update": (provider_pb2.UpdateRequest, ["urn", "id", "news", "olds", "old_inputs", "preview"]),
    "Delete": (provider_pb2.DeleteRequest, ["urn", "id", "properties"]),
    "Invoke": (provider_pb2.InvokeRequest, ["tok", "args"]),
    "CheckConfig": (provider_pb2.CheckRequest, ["news", "olds"]),
    "DiffConfig": (provider_pb2.DiffRequest, ["news", "olds", "old_inputs"]),
}


def request_of(method: str) -> st.SearchStrategy[tuple[str, Any]]:
    """Any request of that RPC."""
    kind, names = SHAPES[method]
    parts = st.fixed_dictionaries({name: PARTS[name] for name in names})
    return parts.map(
        lambda given: (method, kind(**{n: encode(v) if isinstance(v, dict) else v for n, v in given.items()}))
    )


REQUESTS = st.sampled_from(sorted(SHAPES)).flatmap(request_of)
TRACE = re.compile(r"Traceback|File \"|Exception calling application|RPC Aborted")


@pytest.fixture(scope="module")
def configured() -> Iterator[Engine]:
    """One engine for all of them: a request that is refused leaves nothing behind."""
    with FakeTwilio() as twilio, served(twilio.environment) as address, Engine(address) as engine:
        engine.configure(accountSid=ACCOUNT, stackId="5tack")
        yield engine


@seed(20260729)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(REQUESTS)
def test_any_request_is_answered_or_refused_in_words(configured: Engine, request_: tuple[str, Any]) -> None:
    """Whatever is wrong: a URN that is none, values of any shape, ids of anything."""
    method, message = request_
    try:
        configured.call(method, message)
    except Failed as failed:
        unchecked = {"Create", "Update", "Diff"}  # values that no check has seen, which no engine sends
        assert failed.code != "INTERNAL" or method in unchecked, failed.message
        assert failed.message
        assert not TRACE.search(failed.message), failed.message


@pytest.mark.parametrize("method", ["Check", "Create", "Configure", "Invoke"])
def test_bytes_that_are_no_request_end_it_alone(address: str, method: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The next request is served as ever."""
    with Engine(address) as engine:
        with pytest.raises(Failed):
            engine.raw(method, b"\xff\xfe not protobuf")
        engine.configure(accountSid=ACCOUNT)
    assert "Traceback" not in capfd.readouterr().out


@pytest.mark.parametrize("method", ["Construct", "Call"])
def test_what_is_not_served_is_said(configured: Engine, method: str) -> None:
    """Components and methods are none of this provider's."""
    request = (
        provider_pb2.ConstructRequest(type="x:y:Z") if method == "Construct" else provider_pb2.CallRequest(tok="x:y:Z")
    )
    with pytest.raises(Failed) as caught:
        configured.call(method, request)
    assert caught.value.code == "UNIMPLEMENTED"
    assert caught.value.message.startswith("x:y:Z: this provider has no")


def test_a_cancel_of_a_stranger_is_no_error(address: str) -> None:
    """Nothing of anyone's is cancelled by it."""
    with Engine(address) as engine:
        engine.call("Cancel", Empty())
