"""Lists that become empty: a form has no word for one but a member that is empty."""

import pytest
from twilio_provider.catalogue.load import load

from tests.unit.provider.engine_kit import Engine
from tests.unit.provider.fake_collections import MANY
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.inventory import EXAMPLES, make

LISTS = {
    r.token: i
    for r in load().resources
    for i in r.inputs
    if r.updatable and r.encoding == "form" and i.update and not i.replace and i.schema.get("type") == "array"
    if not i.required and i.name in EXAMPLES[r.token].inputs
}


@pytest.mark.parametrize("token", LISTS)
def test_a_list_that_is_emptied_is_empty_at_twilio_too(engine: Engine, twilio: FakeTwilio, token: str) -> None:
    """And then nothing is left to do; not to send it would leave it full for ever, unseen."""
    entry = LISTS[token]
    made = make(engine, token)
    emptied = {**made.inputs, entry.name: []}
    updated = engine.update(made, emptied)
    assert twilio.requests[-1].form[str(entry.update)] == [""]
    refreshed = engine.refresh(updated)
    assert refreshed is not None
    assert not refreshed.inputs.get(entry.name)
    assert engine.diff(refreshed, emptied).changes == 1


def test_the_lists_are_known_to_the_stand_in() -> None:
    """Which could else not tell a list of one member from a text."""
    assert LISTS
    outputs = {r.token: {o.name: o.wire for o in r.outputs} for r in load().resources}
    wires = {outputs[token][i.name].split(".")[-1] for token, i in LISTS.items() if i.name in outputs[token]}
    assert wires <= MANY
