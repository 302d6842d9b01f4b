"""When Twilio, the network or the process fails: what is repeated, what is not, and what the user reads."""

import threading
import time

import pytest
from google.protobuf.empty_pb2 import Empty
from twilio_provider.values import plain

from tests.unit.provider.engine_kit import CheckFailed, Engine, Failed
from tests.unit.provider.fake_twilio import ACCOUNT, FakeTwilio, Fault
from tests.unit.provider.inventory import EXAMPLES, inputs_for, make

QUEUE = "twilio:taskrouter:TaskQueue"
WORKER = "twilio:taskrouter:Worker"
BUILD = "twilio:serverless:Build"
SYNC = "twilio:sync:Service"


def test_a_429_on_a_create_is_waited_for_and_repeated(engine: Engine, twilio: FakeTwilio) -> None:
    """It was never processed: Retry-After, then once more."""
    twilio.faults.append(Fault("POST", "/v1/Services$", 429, headers={"Retry-After": "1"}))
    started = time.monotonic()
    make(engine, SYNC)
    assert time.monotonic() - started >= 1
    assert twilio.seen() == ["POST /v1/Services", "POST /v1/Services"]
    assert len(twilio.items) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_read_survives_a_passing_failure(engine: Engine, twilio: FakeTwilio, status: int) -> None:
    """GET is repeated on 429 and 5xx."""
    made = make(engine, SYNC)
    twilio.faults.append(Fault("GET", "/v1/Services/", status, times=2))
    assert engine.refresh(made) is not None


def test_a_lost_connection_on_a_delete_is_repeated(engine: Engine, twilio: FakeTwilio) -> None:
    """The first one did it; the second one's 404 is content."""
    made = make(engine, SYNC)
    twilio.faults.append(Fault("DELETE", "/v1/Services/", 0, after=True, drop=True))
    engine.delete(made)
    assert twilio.items == {}


@pytest.mark.parametrize("drop", [False, True], ids=["500", "connection lost"])
def test_a_create_that_happened_although_it_failed_is_recognised(
    engine: Engine, twilio: FakeTwilio, drop: bool
) -> None:
    """The one thing of that name made since we asked is ours: one thing, and it is not made again."""
    twilio.faults.append(Fault("POST", "/v1/Services$", 500, after=True, drop=drop))
    made = make(engine, SYNC)
    assert [sid for _, sid in twilio.items] == [f"/v1/{made.identity}"]
    assert twilio.seen() == ["POST /v1/Services", "GET /v1/Services"]


@pytest.mark.parametrize("token", ["twilio:api:Queue", "twilio:intelligence:Operator", "twilio:flex:PluginRelease"])
def test_it_is_recognised_however_its_product_writes_dates(engine: Engine, twilio: FakeTwilio, token: str) -> None:
    """As mail does, under another name, or not at all where a second one is harmless."""
    twilio.faults.append(Fault("POST", "", 500, after=True))
    made = make(engine, token)
    there = {path for _, path in twilio.items if path.removesuffix(".json").endswith(made.identity)}
    assert len(there) == 1
    harmless = token == "twilio:flex:PluginRelease"
    assert len(twilio.items) == (2 if harmless else 1)


def test_a_create_that_failed_and_did_not_happen_is_repeated_once(engine: Engine, twilio: FakeTwilio) -> None:
    """After having looked."""
    twilio.faults.append(Fault("POST", "/v1/Services$", 503))
    make(engine, SYNC)
    assert twilio.seen() == ["POST /v1/Services", "GET /v1/Services", "POST /v1/Services"]


def test_another_ones_thing_of_the_same_name_is_never_taken_for_ours(engine: Engine, twilio: FakeTwilio) -> None:
    """It was there before we asked."""
    old = twilio.add("sync.twilio.com", "/v1/Services", friendly_name="flexpark")
    for (_, path), body in twilio.items.items():
        if path.endswith(old["sid"]):
            body["date_created"] = "2020-01-01T00:00:00Z"
    twilio.faults.append(Fault("POST", "/v1/Services$", 503))
    assert make(engine, SYNC).sid != old["sid"]


def test_a_name_that_is_taken_names_the_sid_and_the_import(engine: Engine) -> None:
    """409 adopts nothing; it says how to."""
    queue = make(engine, QUEUE)
    inputs = {**EXAMPLES[QUEUE].inputs, "workspaceSid": queue.inputs["workspaceSid"]}
    with pytest.raises(Failed) as caught:
        engine.create(QUEUE, inputs, name="second")
    assert caught.value.code == "ALREADY_EXISTS"
    assert f"It exists already: {queue.sid}" in caught.value.message
    assert f"pulumi import {QUEUE} second {queue.identity}" in caught.value.message


def test_an_error_has_three_parts_and_no_traceback(engine: Engine, twilio: FakeTwilio) -> None:
    """What was being done, what Twilio said with code and link, what to try."""
    body = {"code": 20001, "message": "Invalid TargetWorkers", "more_info": "https://www.twilio.com/docs/errors/20001"}
    twilio.faults.append(Fault("POST", "TaskQueues$", 400, body=body))
    with pytest.raises(Failed) as caught:
        make(engine, QUEUE)
    doing, said, hint = caught.value.message.replace(": Twilio said", "\nTwilio said", 1).split("\n")
    assert doing == f"creating {QUEUE} 'it'"
    assert said == "Twilio said 400, code 20001: Invalid TargetWorkers (https://www.twilio.com/docs/errors/20001)"
    assert hint == "Correct the inputs that Twilio names and run it again."
    assert "Traceback" not in caught.value.message


def test_a_fault_of_the_provider_itself_is_one_line(engine: Engine, twilio: FakeTwilio) -> None:
    """Even an answer that makes no sense reaches the user as a message."""
    twilio.faults.append(Fault("POST", "/v1/Services$", 201, body={"unexpected": True}))
    with pytest.raises(Failed) as caught:
        make(engine, SYNC)
    assert "Traceback" not in caught.value.message
    assert "fault of the provider" in caught.value.message


def test_a_build_that_fails_is_recorded_and_replaced(address: str, twilio: FakeTwilio) -> None:
    """Partial failure: id, outputs and inputs are kept, the next preview replaces it."""
    twilio.build_ends = "failed"
    with Engine(address) as engine:
        engine.configure(accountSid=ACCOUNT)
        with pytest.raises(Failed) as caught:
            make(engine, BUILD)
    half = caught.value.half
    assert half.id.startswith("Services/ZS")
    assert half.refresh_before_update
    assert "ended as 'failed'" in half.reasons[0]
    assert half.inputs.fields["runtime"].string_value == "node22"


def test_a_failed_build_asks_for_its_replacement(engine: Engine) -> None:
    """By what the refresh recorded."""
    made = make(engine, BUILD)
    made.outputs["status"] = "failed"
    assert list(engine.diff(made, made.inputs).replaces) == ["status"]


def test_a_build_is_polled_at_once_and_then_every_two_seconds(engine: Engine, twilio: FakeTwilio) -> None:
    """At most 1 + build time / 2 s."""
    twilio.polls = 3
    started = time.monotonic()
    make(engine, BUILD)
    took = time.monotonic() - started
    polls = [r for r in twilio.requests if r.path.endswith("/Status")]
    assert len(polls) == 3
    assert len(polls) <= 1 + took / 2


def test_cancel_ends_a_wait_and_keeps_what_was_made(engine: Engine, twilio: FakeTwilio) -> None:
    """A build in progress comes back half made, with its id."""
    twilio.polls = 1000
    soon = threading.Timer(0.5, lambda: engine.call("Cancel", Empty()))
    soon.start()
    with pytest.raises(Failed) as caught:
        make(engine, BUILD)  # all its polls would take half an hour
    soon.join()
    assert caught.value.half.id.startswith("Services/ZS")


def test_a_worker_lost_by_a_killed_run_is_found_by_its_mark(engine: Engine, twilio: FakeTwilio) -> None:
    """It carries our mark and no state knows it: taken over, brought up to date, not made twice."""
    workspace = twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Park")["sid"]
    lost = twilio.add(
        "taskrouter.twilio.com",
        f"/v1/Workspaces/{workspace}/Workers",
        friendly_name="ann",
        attributes='{"skills": [], "_pulumi_owner": "5tack/ann"}',
    )
    inputs = {**EXAMPLES[WORKER].inputs, "workspaceSid": workspace}
    made = engine.create(WORKER, inputs, name="ann")
    assert made.sid == lost["sid"]
    assert plain(made.outputs["attributes"]) == {"skills": ["sales"]}
    assert "_pulumi_owner" not in str(made.outputs)


def test_a_replacement_never_takes_over_what_it_replaces(engine: Engine, twilio: FakeTwilio) -> None:
    """The live one carries our mark too, but the state knows its id."""
    workspace = twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Park")["sid"]
    live = engine.create(WORKER, {**EXAMPLES[WORKER].inputs, "workspaceSid": workspace}, name="ann")
    renamed = {**live.inputs, "friendlyName": "anne"}
    engine.diff(live, renamed)
    assert engine.create(WORKER, renamed, name="ann").sid != live.sid


def test_a_deployment_removed_alone_leaves_nothing_public(engine: Engine, twilio: FakeTwilio) -> None:
    """In another process than the one that made it: its Build is live still, so nothing is deployed in its place."""
    made = make(engine, "twilio:serverless:Deployment")
    with Engine(_address(engine)) as later:
        later.configure(accountSid=ACCOUNT)
        before = len(twilio.requests)
        later.delete(made)
    sent = [r for r in twilio.requests[before:] if r.host != "api.twilio.com"]
    assert [r.method for r in sent] == ["GET", "POST"]
    assert sent[1].form == {}


def test_a_deployment_that_happened_although_it_failed_is_recognised(engine: Engine, twilio: FakeTwilio) -> None:
    """A second one of the same Build would be refused, so it is looked for first."""
    inputs = inputs_for(engine, EXAMPLES["twilio:serverless:Deployment"])
    twilio.faults.append(Fault("POST", "Deployments$", 500, after=True))
    before = len(twilio.seen())
    engine.create("twilio:serverless:Deployment", inputs)
    assert [request.split()[0] for request in twilio.seen()[before:]] == ["POST", "GET"]


def test_a_function_that_a_kept_build_holds_is_let_go(engine: Engine, twilio: FakeTwilio) -> None:
    """Twilio refuses its deletion; it serves nothing and goes with its Service."""
    made = make(engine, "twilio:serverless:Function")
    twilio.faults.append(Fault("DELETE", "Functions", 400, body={"code": 20001, "message": "part of a Build"}))
    engine.delete(made)


def test_the_environment_is_never_replaced(engine: Engine) -> None:
    """Its domain is what others call: a change is refused by name, and says what to do."""
    made = make(engine, "twilio:serverless:Environment")
    with pytest.raises(CheckFailed) as caught:
        engine.diff(made, {**made.inputs, "domainSuffix": "test"})
    assert list(caught.value.failures) == ["domainSuffix"]
    assert "cannot be changed" in caught.value.failures["domainSuffix"]


def _address(engine: Engine) -> str:
    return engine.address
