"""Open intents of an earlier run: what is taken over, what is left alone, and what is refused."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.provider.engine_kit import Engine, Failed, urn
from tests.unit.provider.fake_twilio import FakeTwilio, Fault
from tests.unit.provider.inventory import make
from tests.unit.provider.serving import served

SYNC = "twilio:sync:Service"
INPUTS = {"friendlyName": "flexpark"}
After = Callable[..., AbstractContextManager[Engine]]


@pytest.fixture
def after(twilio: FakeTwilio, tmp_path: Path) -> After:
    """An engine whose provider is told of one open intent, begun and ended some minutes before or after now."""

    @contextmanager
    def open_engine(token: str = SYNC, name: str = "it", since: float = -1, until: float = 1) -> Iterator[Engine]:
        now = datetime.now(UTC)
        window = {"since": now + timedelta(minutes=since), "until": now + timedelta(minutes=until)}
        intent = {"urn": urn(token, name), **{key: moment.isoformat() for key, moment in window.items()}}
        path = tmp_path / "intents.json"
        path.write_text(json.dumps({"version": 1, "intents": [intent]}))
        with (
            served({**twilio.environment, "TWILIO_OPEN_INTENTS": str(path)}) as address,
            Engine(address) as engine,
        ):
            engine.configure(accountSid=twilio.account, stackId="5tack")
            yield engine

    return open_engine


def test_what_an_earlier_run_made_is_taken_over(engine: Engine, twilio: FakeTwilio, after: After) -> None:
    """No second one, and the same id and outputs as the create itself would have given."""
    lost = engine.create(SYNC, INPUTS)
    with after() as later:
        found = later.create(SYNC, INPUTS)
    assert (found.identity, found.outputs["friendlyName"]) == (lost.identity, "flexpark")
    assert twilio.seen().count("POST /v1/Services") == 1


def test_it_is_brought_to_what_the_program_wants_now(engine: Engine, twilio: FakeTwilio, after: After) -> None:
    """The program may have changed meanwhile: one update, and the next diff is empty."""
    lost = engine.create(SYNC, INPUTS)
    with after() as later:
        found = later.create(SYNC, {**INPUTS, "aclEnabled": True})
        assert later.diff(found, {**INPUTS, "aclEnabled": True}).changes == later.diff(found, found.inputs).changes
    assert found.identity == lost.identity
    assert twilio.items["sync", f"/v1/{lost.identity}"]["acl_enabled"] is True


def test_without_a_natural_key_the_inputs_decide(engine: Engine, after: After) -> None:
    """A Build of the same versions is the one; a Build of others is not, and stays as it is."""
    build = make(engine, "twilio:serverless:Build")
    with after("twilio:serverless:Build") as later:
        assert later.create("twilio:serverless:Build", build.inputs).identity == build.identity
    with after("twilio:serverless:Build") as later:
        other = later.create("twilio:serverless:Build", {**build.inputs, "dependencies": {"xmldom": "0.6.0"}})
    assert other.identity != build.identity


def test_without_a_key_what_differs_is_not_the_one(engine: Engine, twilio: FakeTwilio, after: After) -> None:
    """Somebody else's webhook, or their named Service, made at the time of the kill, is not made into ours."""
    webhook = make(engine, "twilio:conversations:Webhook")
    named = engine.create(SYNC, {"friendlyName": "theirs"})
    with after("twilio:conversations:Webhook") as later:
        assert later.create("twilio:conversations:Webhook", webhook.inputs).identity == webhook.identity
    with after("twilio:conversations:Webhook") as later:
        other = {**webhook.inputs, "configurationUrl": "https://example.com/ours"}
        assert later.create("twilio:conversations:Webhook", other).identity != webhook.identity
    with after() as later:
        assert later.create(SYNC, {}).identity != named.identity
    assert twilio.items["sync", f"/v1/{named.identity}"]["friendly_name"] == "theirs"


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [("another", -1, 1), ("it", 5, 6), ("it", -9, -8)],
    ids=["of another resource", "before the run", "after the run"],
)
def test_what_is_not_of_that_run_is_left_alone(
    engine: Engine, after: After, name: str, since: float, until: float
) -> None:
    """A name alone adopts nothing: it has to be this resource, and made within the times of its intent."""
    theirs = engine.create(SYNC, INPUTS)
    with after(name=name, since=since, until=until) as later:
        ours = later.create(SYNC, INPUTS)
    assert ours.identity != theirs.identity


def test_what_the_state_knows_is_never_taken(engine: Engine, after: After) -> None:
    """A replacement has an intent too: the thing that it replaces is not what it lost."""
    kept = engine.create(SYNC, INPUTS)
    with after() as later:
        later.diff(kept, INPUTS)
        made = later.create(SYNC, INPUTS)
    assert made.identity != kept.identity


def test_several_are_named_and_nothing_is_made(engine: Engine, twilio: FakeTwilio, after: After) -> None:
    """Which of them is ours cannot be known: it says which there are, and asks for a decision."""
    two = [engine.create(SYNC, INPUTS), engine.create(SYNC, INPUTS)]
    with after() as later, pytest.raises(Failed) as told:
        later.create(SYNC, INPUTS)
    assert all(one.sid in told.value.message for one in two)
    assert "Delete all but one of them" in told.value.message
    assert len(twilio.items) == 2


def test_what_cannot_be_brought_up_to_date_is_recorded_all_the_same(
    engine: Engine, twilio: FakeTwilio, after: After
) -> None:
    """It is ours: the next up goes on with it, whatever Twilio says of the update."""
    lost = engine.create(SYNC, INPUTS)
    twilio.faults.append(Fault("POST", "/v1/Services/", 400, body={"code": 20001, "message": "No"}))
    with after() as later, pytest.raises(Failed) as told:
        later.create(SYNC, {**INPUTS, "aclEnabled": True})
    assert told.value.half.id == lost.identity


@pytest.mark.parametrize("token", ["twilio:iam:ApiKey", "twilio:webhooks:SharedKey"])
def test_a_key_whose_secret_was_lost_is_made_anew(engine: Engine, after: After, token: str) -> None:
    """Its secret was in the answer that nobody has: taken over, it would be a key that opens nothing."""
    lost = make(engine, token)
    with after(token) as later:
        made = later.create(token, lost.inputs)
    assert made.identity != lost.identity
    assert made.outputs["secret"]


def test_two_resources_do_not_take_over_the_same_thing(engine: Engine, twilio: FakeTwilio, after: After) -> None:
    """Once it is taken over it is spoken for."""
    lost = engine.create(SYNC, INPUTS)
    with after() as later:
        assert later.create(SYNC, INPUTS).identity == lost.identity
        assert later.create(SYNC, INPUTS).identity != lost.identity
    assert len(twilio.items) == 2


def test_a_list_too_long_to_look_through_makes_nothing(
    engine: Engine, twilio: FakeTwilio, after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it is not among the first does not say that it was not made."""
    for number in range(2):
        engine.create(SYNC, {"friendlyName": f"another {number}"}, name=str(number))
    monkeypatch.setattr("twilio_provider.listings.PAGES", 1)
    twilio.page_size = 1
    with after() as later, pytest.raises(Failed) as told:
        later.create(SYNC, INPUTS)
    assert "too many of its kind" in told.value.message
    assert len(twilio.items) == 2


def test_a_file_that_cannot_be_understood_is_refused(twilio: FakeTwilio, tmp_path: Path) -> None:
    """Before anything is asked of Twilio; going on without it could make twins."""
    path = tmp_path / "intents.json"
    path.write_text("{")
    environment = {**twilio.environment, "TWILIO_OPEN_INTENTS": str(path)}
    with served(environment) as address, Engine(address) as engine, pytest.raises(Failed) as told:
        engine.configure(accountSid=twilio.account)
    assert "TWILIO_OPEN_INTENTS" in told.value.message
    assert twilio.seen() == []
