"""Settings whose write was killed, or ended nobody knows how: our own are never taken for what was there before."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from twilio_provider.catalogue.load import load
from twilio_provider.values import decode

from tests.unit.provider.engine_kit import Engine, Failed, Resource, urn
from tests.unit.provider.fake_twilio import ACCOUNT, FakeTwilio, Fault
from tests.unit.provider.inventory import EXAMPLES, make
from tests.unit.provider.serving import served

FLEX = "twilio:flex:Configuration"
CONVERSATIONS = "twilio:conversations:Configuration"
PERMISSION = "twilio:sync:MapPermission"
THEIRS = {"theirs": {"colour": "red", "size": 3}}
OURS = {"ours": {"x": 1}}
Told = Callable[[str], AbstractContextManager[Engine]]


@pytest.fixture
def told(twilio: FakeTwilio, tmp_path: Path) -> Told:
    """An engine whose provider is told that a create of this type was under way when an earlier run was killed."""

    @contextmanager
    def engine_of(token: str) -> Iterator[Engine]:
        now = datetime.now(UTC)
        times = {"since": now - timedelta(minutes=1), "until": now + timedelta(minutes=1)}
        intent = {"urn": urn(token, "it"), **{name: time.isoformat() for name, time in times.items()}}
        path = tmp_path / "intents.json"
        path.write_text(json.dumps({"version": 1, "intents": [intent]}))
        with served({**twilio.environment, "TWILIO_OPEN_INTENTS": str(path)}) as address, Engine(address) as engine:
            engine.configure(accountSid=twilio.account, stackId="5tack")
            yield engine

    return engine_of


def flex(twilio: FakeTwilio) -> Any:
    return twilio.items["flex-api", "/v1/Configuration"]["ui_attributes"]


@pytest.mark.parametrize("token", [r.token for r in load().resources if r.singleton])
def test_a_create_of_any_settings_goes_on_after_a_kill(engine: Engine, told: Told, token: str) -> None:
    """There is one of them, so nothing is looked for; the same settings are there in the end."""
    made = make(engine, token)
    with told(token) as later:
        again = later.create(token, made.inputs)
    assert again.identity == made.identity
    assert again.inputs == made.inputs


def test_our_keys_that_a_killed_run_wrote_were_not_there_before(engine: Engine, twilio: FakeTwilio, told: Told) -> None:
    """A destroy takes them away, and leaves what is others'."""
    engine.create(FLEX, {"uiAttributes": OURS})
    with told(FLEX) as later:
        made = later.create(FLEX, {"uiAttributes": OURS})
        assert made.outputs["before"] == {"uiAttributes": {}}
        later.delete(made)
    assert flex(twilio) == THEIRS


def test_what_a_killed_run_did_not_write_was_there_before(twilio: FakeTwilio, told: Told) -> None:
    """One write sets all: where one of ours is missing, none was written, and a key that is like ours is another's."""
    with told(FLEX) as later:
        made = later.create(FLEX, {"uiAttributes": {**OURS, "theirs": {"colour": "red"}}})
        assert made.outputs["before"] == {"uiAttributes": {"theirs": {"colour": "red"}}}
        later.delete(made)
    assert flex(twilio) == THEIRS


def test_a_plain_value_that_a_killed_run_wrote_is_not_known_and_stays(
    engine: Engine, twilio: FakeTwilio, told: Told
) -> None:
    """It is not recorded as what was there before, so a destroy does not pretend to put anything back."""
    engine.create(CONVERSATIONS, {"defaultClosedTimer": "PT10M"})
    with told(CONVERSATIONS) as later:
        made = later.create(CONVERSATIONS, {"defaultClosedTimer": "PT10M"})
        assert made.outputs["before"] == {}
        before = len(twilio.requests)
        later.delete(made)
    assert len(twilio.requests) == before


def test_a_permission_that_a_killed_run_wrote_is_gone_on_with(engine: Engine, told: Told) -> None:
    """With the same values; with others it is somebody else's, as without an open intent."""
    made = make(engine, PERMISSION)
    other = {**made.inputs, **EXAMPLES[PERMISSION].update}
    with told(PERMISSION) as later:
        with pytest.raises(Failed) as caught:
            later.create(PERMISSION, other)
        assert caught.value.code == "ALREADY_EXISTS"
        assert later.create(PERMISSION, made.inputs).identity == made.identity


@pytest.mark.parametrize("drop", [False, True], ids=["500", "connection lost"])
def test_a_write_whose_end_is_not_known_is_recorded_with_what_was_before(
    engine: Engine, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch, drop: bool
) -> None:
    """Half made: a refresh sees what is so, the next update sets the rest, and a destroy puts back what was."""
    monkeypatch.setattr("twilio_api.retry.ATTEMPTS", 2)
    twilio.items["conversations", "/v1/Configuration"] = {"account_sid": ACCOUNT, "default_closed_timer": "P1D"}
    wanted = {"defaultClosedTimer": "PT10M"}
    twilio.faults.append(Fault("POST", "Configuration$", 500, times=2, after=True, drop=drop))
    with pytest.raises(Failed) as caught:
        engine.create(CONVERSATIONS, wanted)
    half = caught.value.half
    assert half.id == "Configuration"
    assert half.refresh_before_update
    recorded = Resource(CONVERSATIONS, "it", half.id, decode(half.inputs), decode(half.properties))
    assert recorded.outputs["before"] == wanted | {"defaultClosedTimer": "P1D"}
    refreshed = engine.refresh(recorded)
    assert refreshed is not None
    engine.delete(engine.update(refreshed, wanted))
    assert twilio.items["conversations", "/v1/Configuration"]["default_closed_timer"] == "P1D"


def test_so_is_an_update(engine: Engine, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch) -> None:
    """A further key, written by a request that failed: it was not there before."""
    monkeypatch.setattr("twilio_api.retry.ATTEMPTS", 2)
    made = engine.create(FLEX, {"uiAttributes": OURS})
    more = {"uiAttributes": {**OURS, "more": 1}}
    twilio.faults.append(Fault("POST", "Configuration$", 500, times=2, after=True))
    with pytest.raises(Failed) as caught:
        engine.update(made, more)
    half = caught.value.half
    recorded = Resource(FLEX, "it", half.id, decode(half.inputs), decode(half.properties))
    refreshed = engine.refresh(recorded)
    assert refreshed is not None
    engine.delete(engine.update(refreshed, more))
    assert flex(twilio) == THEIRS


def test_a_write_that_twilio_refuses_records_nothing(engine: Engine, twilio: FakeTwilio) -> None:
    """Nothing has happened."""
    twilio.faults.append(Fault("POST", "Configuration$", 400, body={"code": 20001, "message": "No"}))
    with pytest.raises(Failed) as caught:
        engine.create(CONVERSATIONS, {"defaultClosedTimer": "PT10M"})
    assert caught.value.half is None
