"""Inputs that a create does not take and an update does, such as ``default_activity_sid`` of a Workspace."""

from typing import Any

import pytest
from twilio_provider.catalogue.load import load
from twilio_provider.values import decode

from tests.unit.provider.engine_kit import Engine, Failed, Resource
from tests.unit.provider.fake_twilio import FakeTwilio, Fault
from tests.unit.provider.inventory import EXAMPLES, inputs_for

LATE = {
    r.token: {i.name: i.update for i in r.inputs if i.create is None and i.update and not i.parent}
    for r in load().resources
    if not r.singleton
}
LATE = {token: names for token, names in LATE.items() if names}
each = pytest.mark.parametrize("token", LATE)
WANTED, THEIRS = "WA" + "1" * 32, "WA" + "0" * 32


def given(engine: Engine, token: str) -> dict[str, Any]:
    """The example's inputs, and all late ones."""
    return {**inputs_for(engine, EXAMPLES[token]), **dict.fromkeys(LATE[token], WANTED)}


def test_the_types_that_have_them_are_known() -> None:
    """A new one is looked at: whether Twilio makes it in a state that the update may change at once."""
    assert LATE == {
        "twilio:taskrouter:Workspace": {
            "defaultActivitySid": "DefaultActivitySid",
            "timeoutActivitySid": "TimeoutActivitySid",
        },
        "twilio:trusthub:CustomerProfile": {"status": "Status"},
        "twilio:trusthub:TrustProduct": {"status": "Status"},
        "twilio:numbers:Bundle": {"status": "Status"},
    }


@each
def test_they_are_set_by_an_update_right_after_the_create(engine: Engine, twilio: FakeTwilio, token: str) -> None:
    """Two requests, the answer of the second the outputs; then nothing is left to do."""
    inputs = given(engine, token)
    before = len(twilio.requests)
    made = engine.create(token, inputs)
    create, update = [request for request in twilio.requests[before:] if request.method != "GET"]  # the credentials'
    assert not set(create.form) & set(LATE[token].values())
    assert (update.method, update.path.endswith(made.sid)) == ("POST", True)
    assert set(LATE[token].values()) <= set(update.form)
    assert {name: made.outputs[name] for name in LATE[token]} == dict.fromkeys(LATE[token], WANTED)
    assert engine.diff(made, inputs).changes == 1


@each
def test_one_that_fails_leaves_a_thing_that_is_known_and_finished_by_the_next_up(
    engine: Engine, twilio: FakeTwilio, token: str
) -> None:
    """It is recorded with its id; the refresh that comes before the next update finds what is missing."""
    inputs = given(engine, token)
    refusal = {"code": 20001, "message": "no such Activity"}
    twilio.faults.append(Fault("POST", r"/[A-Z]{2}[0-9a-f]{32}$", 400, body=refusal))
    with pytest.raises(Failed) as caught:
        engine.create(token, inputs)
    half = caught.value.half
    assert half is not None
    assert half.refresh_before_update
    assert "no such Activity" in half.reasons[0]
    recorded = Resource(token, "it", half.id, decode(half.inputs), decode(half.properties))
    (key,) = [key for key in twilio.items if key[1].endswith("/" + half.id)]
    shown = {o.wire for o in next(r for r in load().resources if r.token == token).outputs if o.name in LATE[token]}
    twilio.items[key] |= dict.fromkeys(shown, THEIRS)  # Twilio has chosen in the meantime
    refreshed = engine.refresh(recorded)
    assert refreshed is not None
    assert set(engine.diff(refreshed, inputs).diffs) == set(LATE[token])
    updated = engine.update(refreshed, inputs)
    assert {twilio.items[key][name] for name in shown} == {WANTED}
    assert engine.diff(updated, inputs).changes == 1
    assert len([path for path in twilio.items if path[1].rsplit("/", 1)[0] == key[1].rsplit("/", 1)[0]]) == 1
