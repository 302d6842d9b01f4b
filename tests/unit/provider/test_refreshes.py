"""What a refresh asks: little, and never too little."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from twilio_provider import listings
from twilio_provider.values import plain

from tests.unit.provider.engine_kit import Engine, Resource
from tests.unit.provider.fake_twilio import ACCOUNT, FakeTwilio, Fault
from tests.unit.provider.inventory import EXAMPLES, inputs_for, make

QUEUE = "twilio:taskrouter:TaskQueue"
VERSION = "twilio:serverless:FunctionVersion"


@pytest.fixture
def queues(engine: Engine) -> list[Resource]:
    """Eight queues of one workspace, and an engine that knows nothing of them but their state."""
    first = make(engine, QUEUE)
    return [first] + [
        engine.create(QUEUE, {**first.inputs, "friendlyName": f"Queue {number}"}, name=f"q{number}")
        for number in range(7)
    ]


def later(engine: Engine) -> Engine:
    """Another run."""
    other = Engine(engine.address)
    other.configure(accountSid=ACCOUNT, stackId="5tack")
    return other


def asked(twilio: FakeTwilio, since: int) -> list[str]:
    return [request.rsplit("/", 1)[-1][:10] for request in twilio.seen()[since:]]


def test_the_first_is_read_by_itself_and_the_second_lists_for_all(
    engine: Engine, twilio: FakeTwilio, queues: list[Resource]
) -> None:
    """Two requests, however many there are; each sees what it recorded."""
    since = len(twilio.seen())
    with later(engine) as run:
        for queue in queues:
            read = run.refresh(queue)
            assert read is not None
            assert (read.inputs, read.outputs) == (queue.inputs, queue.outputs)
    collection = f"/v1/{queues[0].identity.rsplit('/', 1)[0]}"
    assert twilio.seen()[since:] == [f"GET /v1/{queues[0].identity}", f"GET {collection}"]


def test_reads_at_the_same_time_share_one_listing(engine: Engine, twilio: FakeTwilio, queues: list[Resource]) -> None:
    """The engine asks for eight at once."""
    since = len(twilio.seen())
    twilio.faults.append(Fault("GET", "TaskQueues$", 503, hold=0.2))
    with later(engine) as run, ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run.refresh, queues))
    listed = [request for request in twilio.seen()[since:] if request.endswith("TaskQueues")]
    assert len(twilio.seen()) - since - len(listed) == 1
    assert len(listed) == 2  # the one that failed was repeated


def test_what_is_missing_from_the_listing_and_by_itself_is_gone(
    engine: Engine, twilio: FakeTwilio, queues: list[Resource]
) -> None:
    """One further request for each that is missing."""
    del twilio.items["taskrouter", f"/v1/{queues[-1].identity}"]
    since = len(twilio.seen())
    with later(engine) as run:
        assert [run.refresh(queue) is not None for queue in queues] == [True] * 7 + [False]
    assert twilio.seen()[since + 2 :] == [f"GET /v1/{queues[-1].identity}"]


def test_what_a_listing_does_not_show_yet_is_not_dropped(
    engine: Engine, twilio: FakeTwilio, queues: list[Resource]
) -> None:
    """A list may lag behind; the thing itself says whether it is there."""
    empty = {"task_queues": [], "meta": {"key": "task_queues", "next_page_url": None}}
    twilio.faults.append(Fault("GET", "TaskQueues$", 200, times=9, body=empty))
    with later(engine) as run:
        assert all(run.refresh(queue) is not None for queue in queues)


def test_a_write_discards_what_was_listed(engine: Engine, queues: list[Resource]) -> None:
    """What is read afterwards is what is there."""
    with later(engine) as run:
        for queue in queues:
            run.refresh(queue)
        run.update(queues[3], {**queues[3].inputs, "targetWorkers": "2==2"})
        for queue in (queues[2], queues[3]):
            read = run.refresh(queue)
            assert read is not None
            assert read.outputs["sid"] == queue.sid
        assert read is not None
        assert plain(read.outputs["targetWorkers"]) == "2==2"


def test_a_collection_too_long_to_list_is_read_one_by_one(
    engine: Engine, twilio: FakeTwilio, queues: list[Resource], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies beyond the end is not taken for gone, and the listing is not asked for again."""
    monkeypatch.setattr(listings, "PAGES", 1)
    twilio.page_size = 4
    since = len(twilio.seen())
    with later(engine) as run:
        assert all(run.refresh(queue) for queue in queues)
    assert len([request for request in twilio.seen()[since:] if request.endswith("TaskQueues")]) == 1
    assert len(twilio.seen()) - since == 1 + 1 + 4


def test_pages_are_followed_to_the_end(engine: Engine, twilio: FakeTwilio, queues: list[Resource]) -> None:
    """Where there are more than one."""
    twilio.page_size = 3
    with later(engine) as run:
        assert all(run.refresh(queue) for queue in queues)


def test_versions_are_read_from_the_build_that_holds_them(engine: Engine, twilio: FakeTwilio) -> None:
    """Each has a collection of its own, so one look at the latest Builds replaces a GET each."""
    first = make(engine, VERSION)
    functions = [first] + [
        engine.create(
            VERSION, {**first.inputs, "path": f"/{n}", "content": EXAMPLES[VERSION].inputs["content"]}, name=n
        )
        for n in ("unpark", "parked")
    ]
    build = engine.create(
        "twilio:serverless:Build",
        {"serviceSid": first.inputs["serviceSid"], "functionVersions": [v.sid for v in functions]},
    )
    since = len(twilio.seen())
    with later(engine) as run:
        for made in (*functions, build):
            read = run.refresh(made)
            assert read is not None
            assert (read.inputs, read.outputs) == (made.inputs, made.outputs)
    assert asked(twilio, since) == ["Builds"]


def test_a_version_that_no_build_holds_is_read_by_itself(engine: Engine, twilio: FakeTwilio) -> None:
    """After having looked."""
    made = make(engine, VERSION)
    since = len(twilio.seen())
    assert engine.refresh(made) == replace(made)
    assert asked(twilio, since) == ["Builds", made.sid[:10]]


def test_an_import_reads_the_thing_itself(engine: Engine, twilio: FakeTwilio) -> None:
    """A wrong id is refused by Twilio's own answer."""
    inputs = inputs_for(engine, EXAMPLES[QUEUE])
    made = engine.create(QUEUE, inputs)
    since = len(twilio.seen())
    for _ in range(2):
        engine.import_(QUEUE, made.identity)
    assert twilio.seen()[since:] == [f"GET /v1/{made.identity}"] * 2


def test_an_id_is_recorded_without_the_slashes_around_it(engine: Engine) -> None:
    """A path as it is copied from somewhere; what is recorded is what a create would have."""
    made = make(engine, QUEUE)
    imported = engine.import_(QUEUE, f"/{made.identity}/")
    assert imported is not None
    assert imported.identity == made.identity


def test_what_has_no_input_at_all_is_no_import(engine: Engine, twilio: FakeTwilio) -> None:
    """A change in the Console does not become an input that nobody gave, and a listing serves these as well."""
    services = [engine.create("twilio:sync:Service", {}, name=f"s{number}") for number in range(4)]
    for service in services:
        twilio.items["sync", f"/v1/{service.identity}"]["friendly_name"] = "Renamed in the Console"
    since = len(twilio.seen())
    with later(engine) as run:
        for service in services:
            read = run.refresh(service)
            assert read is not None
            assert (read.inputs, read.outputs["friendlyName"]) == ({}, "Renamed in the Console")
        imported = run.import_("twilio:sync:Service", services[0].identity)
    assert twilio.seen()[since:][:2] == [f"GET /v1/{services[0].identity}", "GET /v1/Services"]
    assert len(twilio.seen()) - since == 2 + 1
    assert imported is not None
    assert imported.inputs["friendlyName"] == "Renamed in the Console"
