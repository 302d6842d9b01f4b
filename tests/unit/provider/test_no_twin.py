"""A create of which nobody knows whether it happened makes one thing, takes nobody else's, and otherwise says so."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from twilio_api.errors import Refused
from twilio_provider import listings
from twilio_provider.catalogue.load import load
from twilio_provider.faults import is_taken

from tests.unit.provider.engine_kit import Engine, Failed
from tests.unit.provider.fake_twilio import FakeTwilio, Fault, Request
from tests.unit.provider.inventory import EXAMPLES, inputs_for, make

SYNC = "twilio:sync:Service"
QUEUE = "twilio:taskrouter:TaskQueue"
WORKER = "twilio:taskrouter:Worker"
WEBHOOK = "twilio:conversations:Webhook"
NAMED = {"friendlyName": "x"}
# What the table of twins says of them: looked for by a key that is always given.
LOOKED_FOR = [
    resource.token
    for resource in load().resources
    if not resource.singleton
    and not resource.harmless
    and (names := resource.key or tuple(filter(None, [resource.lookup])))
    and all((entry := resource.input(name)) is not None and entry.required for name in names)
]
EMPTY = {"task_queues": [], "meta": {"key": "task_queues", "next_page_url": None}}


@pytest.mark.parametrize("token", LOOKED_FOR)
def test_what_has_a_key_is_recognised_after_a_failure(engine: Engine, twilio: FakeTwilio, token: str) -> None:
    """Of whatever type: it shows what was sent, in whatever form Twilio shows that, and is not made again."""
    inputs = inputs_for(engine, EXAMPLES[token])
    before = len(twilio.seen())
    twilio.faults.append(Fault("POST", "", 500, after=True))
    made = engine.create(token, inputs)
    assert [request.split()[0] for request in twilio.seen()[before:]] == ["POST", "GET"]
    assert made.identity in {path.split("/", 2)[-1].removesuffix(".json") for _, path in twilio.items}


@pytest.mark.parametrize("token", [SYNC, "twilio:sip:CredentialList"])
@pytest.mark.parametrize("ahead", [-1.0, 1.0])
def test_also_where_what_dates_it_has_another_clock(
    engine: Engine, twilio: FakeTwilio, token: str, ahead: float
) -> None:
    """Than what dates the answers: even one machine's coarse clock is some milliseconds behind its fine one."""
    twilio.ahead = ahead
    test_what_has_a_key_is_recognised_after_a_failure(engine, twilio, token)


def test_a_sister_of_the_same_name_is_not_taken_for_it(engine: Engine, twilio: FakeTwilio) -> None:
    """Two of one name in one stack, made a moment apart; the second one's failure came before its effect."""
    one = engine.create(SYNC, NAMED, name="a")
    twilio.faults.append(Fault("POST", "/v1/Services$", 503))
    other = engine.create(SYNC, NAMED, name="b")
    assert one.identity != other.identity
    assert len(twilio.items) == 2


def test_nor_one_that_the_state_knows_under_any_name(engine: Engine, twilio: FakeTwilio) -> None:
    """Of another run a second ago."""
    kept = engine.create(SYNC, NAMED, name="a")
    with Engine(engine.address) as later:
        later.configure(accountSid=twilio.account, stackId="5tack")
        later.diff(kept, kept.inputs)
        twilio.faults.append(Fault("POST", "/v1/Services$", 503))
        assert later.create(SYNC, NAMED, name="b").identity != kept.identity


@pytest.mark.parametrize(("fail", "after"), [(1, True), (4, False)], ids=["one after its effect", "four before it"])
def test_creates_of_one_name_at_the_same_time_share_nothing(
    engine: Engine, twilio: FakeTwilio, fail: int, after: bool
) -> None:
    """Eight at once, of which some fail: eight things, each of one of them."""
    make(engine, "twilio:sync:Document")  # the credentials are known
    twilio.faults.append(Fault("POST", "/v1/Services$", 503, times=fail, after=after, hold=0.1))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: engine.create(SYNC, NAMED, name=f"s{n}").identity, range(8)))
    there = {path.removeprefix("/v1/") for _, path in twilio.items if path.count("/") == 3}
    assert len(set(made)) == 8
    assert set(made) < there
    assert len(there) == 9


def test_a_look_waits_for_a_sister_that_is_being_made(
    engine: Engine, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thing is there already, its answer is not: it is the sister's all the same."""
    make(engine, "twilio:sync:Document")
    slow = twilio.answer
    held = threading.Event()

    def answer(request: Request) -> tuple[int, dict[str, str], dict[str, Any] | None]:
        answered = slow(request)
        if request.method == "POST" and not held.is_set():
            held.set()
            time.sleep(0.5)
        return answered

    monkeypatch.setattr(twilio, "answer", answer)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(engine.create, SYNC, NAMED, name="a")
        assert held.wait(5)
        twilio.faults.append(Fault("POST", "/v1/Services$", 503))
        second = engine.create(SYNC, NAMED, name="b")
        assert second.identity != first.result().identity


@pytest.mark.parametrize("drop", [False, True], ids=["500", "connection lost"])
def test_what_has_no_name_to_look_for_is_not_made_again(engine: Engine, twilio: FakeTwilio, drop: bool) -> None:
    """The key is an optional input and not given: nothing is repeated, and what to do is said."""
    twilio.faults.append(Fault("POST", "/v1/Services$", 500, after=True, drop=drop))
    with pytest.raises(Failed) as caught:
        engine.create(SYNC, {})
    assert len(twilio.items) == 1
    assert "It may have been done nevertheless: look for it before you run it again" in caught.value.message
    assert "import or delete what you find" in caught.value.message


def test_a_type_without_a_name_is_told_alike(engine: Engine, twilio: FakeTwilio) -> None:
    """Twilio's own fault is no reason to say: run it again."""
    inputs = inputs_for(engine, EXAMPLES[WEBHOOK])
    twilio.faults.append(Fault("POST", "Webhooks$", 500, after=True))
    with pytest.raises(Failed) as caught:
        engine.create(WEBHOOK, inputs)
    assert "Running it again makes another one" in caught.value.message
    assert len([path for _, path in twilio.items if "Webhooks/" in path]) == 1


def test_a_thing_of_that_name_with_other_settings_is_not_ours(engine: Engine, twilio: FakeTwilio) -> None:
    """Somebody else's of the same second, perhaps: nothing is taken over or repeated, and it is named."""
    theirs = twilio.add("sync.twilio.com", "/v1/Services", friendly_name="x", acl_enabled=True)
    twilio.faults.append(Fault("POST", "/v1/Services$", 503))
    with pytest.raises(Failed) as caught:
        engine.create(SYNC, {**NAMED, "aclEnabled": False})
    assert f"there are {theirs['sid']} of that name" in caught.value.message
    assert len(twilio.items) == 1


def test_a_refusal_of_the_repeated_create_names_the_sid_and_the_import(engine: Engine, twilio: FakeTwilio) -> None:
    """The list lags, so the first one is not seen; the second is refused as taken."""
    queue = make(engine, QUEUE)
    twilio.faults.append(Fault("POST", "TaskQueues$", 503, after=True))
    twilio.faults.append(Fault("GET", "TaskQueues$", 200, body=EMPTY))
    with pytest.raises(Failed) as caught:
        engine.create(QUEUE, {**queue.inputs, "friendlyName": "n"}, name="n")
    (made,) = [body["sid"] for body in twilio.items.values() if body.get("friendly_name") == "n"]
    assert caught.value.code == "ALREADY_EXISTS"
    assert f"It exists already: {made}" in caught.value.message
    assert f"pulumi import {QUEUE} n " in caught.value.message


def test_a_create_that_fails_twice_is_told_as_open(engine: Engine, twilio: FakeTwilio) -> None:
    """After a second look."""
    twilio.faults.append(Fault("POST", "/v1/Services$", 503, times=2))
    with pytest.raises(Failed, match="It may have been done nevertheless"):
        engine.create(SYNC, NAMED)
    assert [request.split()[0] for request in twilio.seen()] == ["POST", "GET", "POST", "GET"]


def test_a_list_that_is_too_long_does_not_say_that_there_is_none(
    engine: Engine, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is repeated on the strength of its first pages."""
    monkeypatch.setattr(listings, "PAGES", 1)
    twilio.page_size = 1
    engine.create(SYNC, NAMED)
    engine.create(SYNC, NAMED, name="more")
    twilio.faults.append(Fault("POST", "/v1/Services$", 503))
    with pytest.raises(Failed, match="It may have been done nevertheless"):
        engine.create(SYNC, {"friendlyName": "y"}, name="b")
    assert len(twilio.items) == 2


def test_a_mark_under_another_component_is_not_ours(engine: Engine, twilio: FakeTwilio) -> None:
    """The mark has the name alone; the Worker that another URN has is known, or told by its own name."""
    workspace = twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Park")["sid"]
    ann = {"workspaceSid": workspace, "friendlyName": "ann", "attributes": {}}
    first = engine.create(WORKER, ann, name="w", parent_type="acme:A")
    for seen in (True, False):
        with Engine(engine.address) as later:
            later.configure(accountSid=twilio.account, stackId="5tack")
            if seen:
                later.diff(first, first.inputs)
            bob = {**ann, "friendlyName": f"bob {seen}"}
            assert later.create(WORKER, bob, name="w", parent_type="acme:B").identity != first.identity


def test_what_has_a_marker_has_a_unique_key() -> None:
    """So that a mark which a list too long did not show leads to a refusal, and to no twin."""
    assert all(resource.key and not resource.twin for resource in load().resources if resource.marker)


@pytest.mark.parametrize(
    ("status", "code", "message", "taken"),
    [
        (409, None, "Conflict", True),
        (400, 54301, "Unique name already exists", True),
        (400, 60246, "Service", True),
        (400, 20001, "Worker with friendly name 'ann' already exists", True),
        (400, None, "UniqueName is not unique", True),
        (400, None, "Name must be unique within the Service", True),
        (400, 20001, "Activity WA123 does not exist", False),
        (400, 20001, "UniqueName may only contain letters", False),
        (400, 20001, "a unique identifier is required", False),
        (404, 20404, "The resource does not exist already", False),
        (403, 20003, "already in use", False),
    ],
)
def test_a_name_is_taken_where_twilio_says_so(status: int, code: int | None, message: str, taken: bool) -> None:
    """And not wherever its words remind of that."""
    assert is_taken(Refused(status, code, message)) is taken


@pytest.mark.parametrize("message", ["Activity WA123 does not exist", "UniqueName may only contain letters"])
def test_another_refusal_is_told_as_it_is(engine: Engine, twilio: FakeTwilio, message: str) -> None:
    """Nothing is looked for, and no other name is asked for."""
    workspace = make(engine, "twilio:taskrouter:Workspace")
    twilio.faults.append(Fault("POST", "TaskChannels$", 400, body={"code": 20001, "message": message}))
    inputs = {"workspaceSid": workspace.sid, "friendlyName": "f", "uniqueName": "f"}
    with pytest.raises(Failed) as caught:
        engine.create("twilio:taskrouter:TaskChannel", inputs)
    assert caught.value.message.endswith("Correct the inputs that Twilio names and run it again.")
    assert twilio.seen()[-1].startswith("POST")


def test_an_archived_plugin_is_not_what_has_the_name(engine: Engine) -> None:
    """It cannot be imported, so no command says so."""
    plugin = make(engine, "twilio:flex:Plugin")
    engine.delete(plugin)
    with pytest.raises(Failed) as caught:
        engine.create("twilio:flex:Plugin", plugin.inputs, name="again")
    assert "pulumi import" not in caught.value.message
    assert "choose another" in caught.value.message
