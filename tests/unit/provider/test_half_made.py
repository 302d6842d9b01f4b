"""What exists is recorded: from the moment that its id is known, whatever goes wrong, and whoever fails."""

import threading

import pytest
from google.protobuf.empty_pb2 import Empty
from twilio_provider.values import decode

from tests.unit.provider.engine_kit import Engine, Failed, Resource
from tests.unit.provider.fake_twilio import FakeTwilio, Fault
from tests.unit.provider.inventory import EXAMPLES, inputs_for, make

BUILD = "twilio:serverless:Build"
STORE = "twilio:memory:Store"
WORKSPACE = "twilio:taskrouter:Workspace"
PENDING = {"status": "PENDING"}


def test_an_answer_that_makes_no_sense_loses_nothing(engine: Engine, twilio: FakeTwilio) -> None:
    """A fault of ours after the POST: the id is recorded, with the inputs as outputs."""
    inputs = inputs_for(engine, EXAMPLES[BUILD])
    answer = {"sid": "ZB" + "1" * 32, "status": "completed", "dependencies": [{"n": 1}]}
    twilio.faults.append(Fault("POST", "Builds$", 201, after=True, body=answer))
    with pytest.raises(Failed) as caught:
        engine.create(BUILD, inputs)
    half = caught.value.half
    assert half.id.endswith(f"Builds/{answer['sid']}")
    assert decode(half.inputs)["functionVersions"] == inputs["functionVersions"]
    assert decode(half.properties)["functionVersions"] == inputs["functionVersions"]
    assert "fault of the provider" in half.reasons[0]


def test_so_does_a_refusal_of_what_only_an_update_can_set(engine: Engine, twilio: FakeTwilio) -> None:
    """The second request of a create."""
    twilio.faults.append(Fault("POST", "Workspaces/", 400, body={"code": 20001, "message": "No such activity"}))
    with pytest.raises(Failed) as caught:
        engine.create(WORKSPACE, {"friendlyName": "Park", "defaultActivitySid": "WA" + "1" * 32})
    half = caught.value.half
    assert half.id.startswith("Workspaces/WS")
    given = {"friendlyName": "Park", "defaultActivitySid": "WA" + "1" * 32}
    recorded = Resource(WORKSPACE, "it", half.id, given, decode(half.properties))  # the engine keeps all inputs
    refreshed = engine.refresh(recorded)
    assert refreshed is not None
    assert list(engine.diff(refreshed, given).diffs) == ["defaultActivitySid"]


def test_so_does_the_update_of_what_is_taken_over(engine: Engine, twilio: FakeTwilio) -> None:
    """A Worker that a killed run has lost is found by its mark; the update to today's inputs is refused."""
    workspace = twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Park")["sid"]
    marked = {"friendly_name": "ann", "attributes": '{"_pulumi_owner": "5tack/it"}'}
    lost = twilio.add("taskrouter.twilio.com", f"/v1/Workspaces/{workspace}/Workers", **marked)
    twilio.faults.append(Fault("POST", "Workers/", 400, body={"code": 20001, "message": "No"}))
    inputs = {**EXAMPLES["twilio:taskrouter:Worker"].inputs, "workspaceSid": workspace}
    with pytest.raises(Failed) as caught:
        engine.create("twilio:taskrouter:Worker", inputs)
    assert caught.value.half.id.endswith(lost["sid"])


def test_a_thing_that_is_made_later_is_kept_when_its_wait_is_cancelled(engine: Engine, twilio: FakeTwilio) -> None:
    """Its operation names it before it is done."""
    soon = threading.Timer(0.5, lambda: engine.call("Cancel", Empty()))
    twilio.operations_end = False
    soon.start()
    with pytest.raises(Failed) as caught:
        make(engine, STORE)
    soon.join()
    ((_, path),) = twilio.items
    assert path.endswith(caught.value.half.id)


def test_one_whose_operation_names_nothing_is_told_as_open(engine: Engine, twilio: FakeTwilio) -> None:
    """There is no id to record, so it is said that it may have been made."""
    twilio.faults.append(Fault("GET", "/Operations/", 200, times=10**6, body=PENDING))
    with pytest.raises(Failed) as caught:
        engine.create(STORE, inputs_for(engine, EXAMPLES[STORE]), timeout=1)
    assert "It may have been done nevertheless" in caught.value.message


def test_an_operation_that_never_ends_is_not_waited_for_for_ever(
    engine: Engine, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without ``customTimeouts`` too."""
    monkeypatch.setattr("twilio_provider.sending.OPERATION_SECONDS", 0.5)
    twilio.operations_end = False
    with pytest.raises(Failed) as caught:
        make(engine, STORE)
    assert "the time given for this operation is up" in caught.value.message
    assert caught.value.half.id


def test_an_answer_without_a_name_says_that_something_was_made(engine: Engine, twilio: FakeTwilio) -> None:
    """It cannot be recorded: it is to be looked for."""
    twilio.faults.append(Fault("POST", "/v1/Services$", 201, body={"unexpected": True}))
    with pytest.raises(Failed) as caught:
        engine.create("twilio:sync:Service", {"friendlyName": "x"})
    assert "fault of the provider" in caught.value.message
    assert "look for it before you run it again" in caught.value.message
