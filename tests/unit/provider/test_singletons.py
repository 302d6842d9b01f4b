"""What is there without a create: set, put back, and never more of it touched than was named."""

from typing import Any

import pytest
from twilio_provider.singletons import unwoven, woven

from tests.unit.provider.engine_kit import Engine, Failed
from tests.unit.provider.fake_twilio import ACCOUNT, FakeTwilio, Fault
from tests.unit.provider.inventory import make

FLEX = "twilio:flex:Configuration"
CONVERSATIONS = "twilio:conversations:Configuration"
THEIRS = {"theirs": {"colour": "red", "size": 3}}


def shown(twilio: FakeTwilio, product: str, path: str) -> dict[str, Any]:
    return twilio.items[product, path]


def test_a_delete_puts_back_what_was_there_before(engine: Engine, twilio: FakeTwilio) -> None:
    """By input, and only what this stack has set."""
    path = "/v1/Configuration"
    twilio.items["conversations", path] = {"account_sid": ACCOUNT, "default_closed_timer": "P1D", "url": "u"}
    made = engine.create(CONVERSATIONS, {"defaultClosedTimer": "PT10M", "defaultInactiveTimer": "PT5M"})
    assert made.identity == "Configuration"
    assert made.outputs["before"] == {"defaultClosedTimer": "P1D", "defaultInactiveTimer": None}
    engine.delete(made)
    body = shown(twilio, "conversations", path)
    assert (body["default_closed_timer"], body["default_inactive_timer"]) == ("P1D", "")


def test_what_somebody_else_has_set_since_is_left_to_them(engine: Engine, twilio: FakeTwilio) -> None:
    """A delete asks first."""
    made = engine.create(CONVERSATIONS, {"defaultClosedTimer": "PT10M"})
    shown(twilio, "conversations", "/v1/Configuration")["default_closed_timer"] = "P9D"
    engine.delete(made)
    assert shown(twilio, "conversations", "/v1/Configuration")["default_closed_timer"] == "P9D"
    assert twilio.requests[-1].method == "GET"


def test_an_input_that_is_given_no_more_is_put_back(engine: Engine, twilio: FakeTwilio) -> None:
    """An update, which is planned; then there is no difference."""
    path = "/v1/Configuration"
    twilio.items["conversations", path] = {"account_sid": ACCOUNT, "default_closed_timer": "P1D"}
    made = engine.create(CONVERSATIONS, {"defaultClosedTimer": "PT10M", "defaultInactiveTimer": "PT5M"})
    less = {"defaultInactiveTimer": "PT5M"}
    assert list(engine.diff(made, less).diffs) == ["defaultClosedTimer"]
    updated = engine.update(made, less)
    assert shown(twilio, "conversations", path)["default_closed_timer"] == "P1D"
    assert updated.outputs["before"] == {"defaultInactiveTimer": None}
    assert engine.diff(updated, less).changes == 1


def test_a_singleton_that_was_imported_is_left_as_it_is_by_a_delete(engine: Engine, twilio: FakeTwilio) -> None:
    """Nobody knows what was there before."""
    twilio.items["conversations", "/v1/Configuration"] = {"account_sid": ACCOUNT, "default_closed_timer": "P1D"}
    imported = engine.import_(CONVERSATIONS, "Configuration")
    assert imported is not None
    assert imported.inputs == {"defaultClosedTimer": "P1D"}
    before = len(twilio.requests)
    engine.delete(imported)
    assert len(twilio.requests) == before


def test_of_the_flex_configuration_only_our_keys_are_touched(engine: Engine, twilio: FakeTwilio) -> None:
    """At any depth: others' keys are sent back as they were, and after a delete everything is as before."""
    made = engine.create(FLEX, {"uiAttributes": {"ours": {"x": 1}, "theirs": {"colour": "blue"}}})
    sent = twilio.requests[-1].json
    assert sent == {
        "account_sid": ACCOUNT,
        "ui_attributes": {"theirs": {"colour": "blue", "size": 3}, "ours": {"x": 1}},
    }
    changed = engine.update(made, {"uiAttributes": {"ours": {"y": 2}}})
    now = shown(twilio, "flex-api", "/v1/Configuration")["ui_attributes"]
    assert now == {**THEIRS, "ours": {"y": 2}}
    read = engine.refresh(changed)
    assert read is not None
    assert read.inputs["uiAttributes"] == {"ours": {"y": 2}}
    engine.delete(changed)
    assert shown(twilio, "flex-api", "/v1/Configuration")["ui_attributes"] == THEIRS


def test_keys_of_others_that_an_import_has_recorded_stay(engine: Engine, twilio: FakeTwilio) -> None:
    """The program that names less of it changes nothing, and a later change of it takes nothing away."""
    engine.create(FLEX, {"uiAttributes": {"ours": 1}}, name="first")
    imported = engine.import_(FLEX, "Configuration")
    assert imported is not None
    wanted = {**imported.inputs, "uiAttributes": {"ours": 1}}
    assert engine.diff(imported, wanted).changes == 1
    engine.update(imported, {**imported.inputs, "uiAttributes": {"ours": 2}})
    assert shown(twilio, "flex-api", "/v1/Configuration")["ui_attributes"] == {**THEIRS, "ours": 2}


def test_what_only_a_write_makes_is_not_taken_over(engine: Engine, twilio: FakeTwilio) -> None:
    """A permission that is there already is refused with the import command, and nothing is written."""
    made = make(engine, "twilio:sync:MapPermission")
    before = len(twilio.requests)
    with pytest.raises(Failed) as caught:
        engine.create("twilio:sync:MapPermission", made.inputs, name="another")
    assert caught.value.code == "ALREADY_EXISTS"
    assert f"twilio:sync:MapPermission another {made.identity}" in caught.value.message
    assert [r.method for r in twilio.requests[before:]] == ["GET"]
    engine.delete(made)
    assert engine.refresh(made) is None


def test_an_archived_plugin_counts_as_deleted(engine: Engine, twilio: FakeTwilio) -> None:
    """Twilio shows it still; a refresh, an import and a listing do not."""
    made = make(engine, "twilio:flex:Plugin")
    engine.delete(made)
    assert twilio.requests[-1].path == f"/v1/{made.identity}/Archive"
    assert engine.refresh(made) is None
    assert engine.import_("twilio:flex:Plugin", made.identity) is None
    assert engine.invoke("twilio:flex:listPlugins")["ids"] == []


def test_what_twilio_makes_later_and_fails_to_make_is_told(engine: Engine, twilio: FakeTwilio) -> None:
    """The operation's own words."""
    failed = {"status": "FAILED", "error": "no room"}
    twilio.faults.append(Fault("GET", "/Operations/", 200, body=failed))
    with pytest.raises(Failed, match="ended the operation as failed: no room"):
        make(engine, "twilio:memory:Store")


@pytest.mark.parametrize(
    ("there", "ours", "then"),
    [
        ({}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"c": 2}}, {"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}),
        ({"a": 1}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_weaving_adds_at_any_depth_and_is_undone(there: Any, ours: Any, then: Any) -> None:
    """With what was there before, everything is as it was."""
    made = woven(there, ours)
    assert made == then
    before = {key: value for key, value in there.items() if key in ours}
    assert unwoven(made, ours, before) == there
