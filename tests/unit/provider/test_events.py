"""Event Streams: what a change of types sends, and what is no change."""

from typing import Any

import pytest
from twilio_provider.values import Secret, plain

from tests.unit.provider.engine_kit import CheckFailed, Engine, Resource
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.inventory import make

SINK = "twilio:events:Sink"
SUBSCRIPTION = "twilio:events:Subscription"
CREATED, CANCELED, DELETED = (f"com.twilio.taskrouter.task.{what}" for what in ("created", "canceled", "deleted"))


def types(*names: str, version: int | None = 1) -> list[dict[str, Any]]:
    return [{"type": name} | ({"schemaVersion": version} if version else {}) for name in names]


def changed(engine: Engine, made: Resource, wanted: list[dict[str, Any]]) -> Resource:
    return engine.update(made, {**made.inputs, "types": wanted})


def test_types_change_in_place_new_ones_first(engine: Engine, twilio: FakeTwilio) -> None:
    """Only what differs is sent; nothing is replaced, and at no moment is too little subscribed to."""
    made = make(engine, SUBSCRIPTION, types=types(CREATED, CANCELED))
    wanted = types(CREATED, version=2) + types(DELETED)
    assert not engine.diff(made, {**made.inputs, "types": wanted}).replaces
    before = len(twilio.seen())
    updated = changed(engine, made, wanted)
    below = f"/v1/{made.identity}/SubscribedEvents"
    assert twilio.seen()[before:] == [f"POST {below}/{CREATED}", f"POST {below}", f"DELETE {below}/{CANCELED}"]
    assert plain(updated.outputs["types"]) == wanted
    read = engine.refresh(updated)
    assert read is not None
    assert read.inputs == updated.inputs


def test_a_type_subscribed_to_already_and_one_gone_already_are_content(engine: Engine, twilio: FakeTwilio) -> None:
    """As after an update that was cut off in the middle."""
    made = make(engine, SUBSCRIPTION, types=types(CREATED, CANCELED))
    changed(engine, made, types(DELETED, version=2))
    changed(engine, made, types(DELETED, version=2))
    kept = [body for (_, path), body in twilio.items.items() if "SubscribedEvents" in path]
    assert [(body["type"], body["schema_version"]) for body in kept] == [(DELETED, 2)]


def test_a_version_left_to_twilio_and_the_order_are_no_difference(engine: Engine) -> None:
    """Nor what someone else subscribed to beside ours."""
    made = make(engine, SUBSCRIPTION, types=types(CREATED, CANCELED, version=None))
    engine.create(
        "twilio:events:SubscribedEvent", {"subscriptionSid": made.sid, "type": DELETED}, name="managed by itself"
    )
    read = engine.refresh(made)
    assert read is not None
    assert read.inputs == made.inputs
    assert engine.diff(read, {**made.inputs, "types": types(CANCELED, CREATED, version=None)}).changes == 1


def test_a_type_unsubscribed_behind_our_back_is_subscribed_to_again(engine: Engine, twilio: FakeTwilio) -> None:
    """A refresh sees it, the next update brings it back."""
    made = make(engine, SUBSCRIPTION, types=types(CREATED, CANCELED))
    del twilio.items["events", f"/v1/{made.identity}/SubscribedEvents/{CANCELED}"]
    read = engine.refresh(made)
    assert read is not None
    assert plain(read.inputs["types"]) == types(CREATED)
    assert list(engine.diff(read, made.inputs).diffs) == ["types"]


@pytest.mark.parametrize(("wrong", "said"), [([], "at least one type"), (types(CREATED, CREATED), "a type twice")])
def test_types_that_cannot_be_are_refused(engine: Engine, wrong: list[dict[str, Any]], said: str) -> None:
    """Before anything is asked of Twilio."""
    with pytest.raises(CheckFailed) as caught:
        engine.check(SUBSCRIPTION, {"description": "x", "sinkSid": "DG" + "1" * 32, "types": wrong})
    assert said in caught.value.failures["types"]


def test_a_sinks_configuration_is_a_secret_and_twilios_defaults_in_it_are_no_change(
    engine: Engine, twilio: FakeTwilio
) -> None:
    """It may hold a key; and a difference would replace the Sink."""
    made = make(engine, SINK)
    twilio.items["events", f"/v1/{made.identity}"]["sink_configuration"]["batch_events"] = True
    read = engine.refresh(made)
    imported = engine.import_(SINK, made.identity)
    assert read is not None
    assert imported is not None
    assert isinstance(read.outputs["sinkConfiguration"], Secret)
    assert read.inputs == made.inputs
    assert engine.diff(imported, made.inputs).changes == 1
    other = {**made.inputs, "sinkConfiguration": {"destination": "https://example.com/elsewhere"}}
    assert list(engine.diff(imported, other).replaces) == ["sinkConfiguration"]
