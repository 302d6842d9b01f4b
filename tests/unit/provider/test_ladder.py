"""The ladder that every managed type climbs, over gRPC. One promise per test, one run per type."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import twilio_provider
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import ResourceType
from twilio_provider.codecs import CODECS
from twilio_provider.diff import stable_outputs
from twilio_provider.values import UNKNOWN, Secret, plain

from tests.unit.provider.engine_kit import CheckFailed, Engine
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.inventory import EXAMPLES, Example, inputs_for, make


def of_those(which: Callable[[Example], bool]) -> pytest.MarkDecorator:
    """A run for each type of which it is true."""
    examples = [example for example in EXAMPLES.values() if which(example)]
    return pytest.mark.parametrize("example", examples, ids=lambda e: e.token.removeprefix("twilio:"))


_CATALOGUE = load()


def _type(example: Example) -> ResourceType:
    resource = _CATALOGUE.resource(example.token)
    assert resource is not None
    return resource


def always_there(example: Example) -> bool:
    """Whether it is there without a create, and stays after a delete."""
    return _type(example).delete == "restore"


every_type = of_those(lambda _: True)
NONE = 1
# Twilio takes the name in the place of the id.
NAME_IN_PATH = {"twilio:voice:RecordingConfiguration", "twilio:voice:TranscriptionConfiguration"}


def test_every_type_of_the_catalogue_has_an_example() -> None:
    """A new type cannot be added without climbing."""
    assert set(EXAMPLES) == {resource.token for resource in load().resources}


@every_type
def test_a_create_is_one_post_and_its_answer_the_outputs(engine: Engine, twilio: FakeTwilio, example: Example) -> None:
    """No read after it, but where Twilio makes it later, or where a look at what was there comes first."""
    inputs = inputs_for(engine, example)
    before = len(twilio.seen())
    made = engine.create(example.token, inputs)
    sent = twilio.seen()[before:]
    assert len([request for request in sent if request.startswith("POST")]) == 1, sent
    assert len(sent) == example.requests_to_create, sent
    if _type(example).own:
        own = str(plain(made.outputs[_type(example).own]))
        assert made.identity.endswith("/" + quote(own, safe=""))
    for name, value in made.inputs.items():
        if name != "content":
            assert plain(made.outputs[name]) == plain(value), name


@every_type
def test_a_preview_of_a_create_asks_nothing_and_keeps_what_is_known(
    engine: Engine, twilio: FakeTwilio, example: Example
) -> None:
    """Known inputs come back, computed outputs stay unknown."""
    inputs = inputs_for(engine, example)
    before = len(twilio.requests)
    made = engine.create(example.token, inputs, preview=True)
    assert len(twilio.requests) == before
    assert made.identity == ""
    own = _type(example).own
    assert not own or own in inputs or made.outputs[own] is UNKNOWN
    assert all(plain(made.outputs[n]) == plain(v) for n, v in made.inputs.items() if n != "content")


@every_type
def test_unknown_inputs_stay_unknown_in_a_preview(engine: Engine, example: Example) -> None:
    """A parent that is not made yet is no obstacle, and no string of hexadecimal digits."""
    inputs = {**example.inputs, **{i.name: UNKNOWN for i in _type(example).inputs if i.required}}
    made = engine.create(example.token, inputs, preview=True)
    assert all(
        plain(made.outputs[name]) is UNKNOWN for name in inputs if plain(inputs[name]) is UNKNOWN and name != "content"
    )


@every_type
def test_nothing_changed_is_no_difference_and_no_request(engine: Engine, twilio: FakeTwilio, example: Example) -> None:
    """The second up does nothing."""
    made = make(engine, example.token)
    before = len(twilio.requests)
    assert engine.diff(made, _again(made.inputs, example)).changes == NONE
    assert len(twilio.requests) == before


@every_type
def test_an_update_right_after_a_create_is_a_no_op(engine: Engine, twilio: FakeTwilio, example: Example) -> None:
    """The engine asks for one after a half-made create, or for a change of options alone: nothing is sent."""
    made = make(engine, example.token)
    if _type(example).wait:
        return  # what is waited for is looked at again
    before = len(twilio.requests)
    updated = engine.update(made, _again(made.inputs, example))
    assert len(twilio.requests) == before
    assert (updated.inputs, updated.outputs) == (made.inputs, made.outputs)


@every_type
def test_ignored_changes_are_none(engine: Engine, twilio: FakeTwilio, example: Example) -> None:
    """With ``ignoreChanges`` the engine gives what is recorded again, whoever wrote it: a create (of a file its hash
    alone), a refresh after somebody else's change, an import. That passes the check, and changes nothing.
    """
    made = make(engine, example.token)
    engine.update(made, {**_again(made.inputs, example), **example.update})
    refreshed = engine.refresh(made)
    assert refreshed is not None
    shown = {o.name for o in _type(example).outputs}
    theirs = {n: v for n, v in example.update.items() if n in made.inputs and n in shown}
    assert {n: plain(refreshed.inputs[n]) for n in theirs} == {n: plain(v) for n, v in theirs.items()}
    imported = engine.import_(example.token, made.identity)
    assert imported is not None
    never_shown = {i.name for i in _type(example).inputs if i.required} - imported.inputs.keys()
    before = len(twilio.requests)
    for recorded in (made, refreshed, *([] if never_shown else [imported])):
        assert engine.diff(recorded, recorded.inputs).changes == NONE
    assert len(twilio.requests) == before


@every_type
def test_a_refresh_after_a_create_finds_the_same(engine: Engine, example: Example) -> None:
    """Read gives back what create recorded: outputs and inputs."""
    made = make(engine, example.token)
    read = engine.refresh(made)
    assert read is not None
    assert read.inputs == made.inputs
    assert read.outputs == made.outputs


@of_those(lambda example: bool(example.update))
def test_an_update_sends_only_what_changed(engine: Engine, twilio: FakeTwilio, example: Example) -> None:
    """One write with the changed fields, all of them where it replaces; then there is no difference."""
    made = make(engine, example.token)
    inputs = {**_again(made.inputs, example), **example.update}
    found = engine.diff(made, inputs)
    assert not found.replaces
    assert set(found.diffs) == set(example.update)
    before = len(twilio.requests)
    updated = engine.update(made, inputs)
    sent = twilio.requests[before:]
    resource = _type(example)
    assert [r.method for r in sent if r.method != "GET"] == [resource.changing]
    assert len(sent) == example.requests_to_update
    always = {i.name for i in resource.inputs if i.always or (resource.changing == "PUT" and i.name in inputs)}
    assert len(sent[-1].sent) == len(always | set(example.update))
    assert engine.diff(updated, inputs).changes == NONE
    assert {n: plain(updated.outputs[n]) for n in example.update} == {n: plain(v) for n, v in example.update.items()}


def _objects(example: Example) -> list[str]:
    """Inputs that are objects to which Twilio adds its own defaults, but for those that are a path or shown nowhere."""
    resource = _type(example)
    shown = {o.name for o in resource.outputs}
    named = [name for name, codec in resource.codecs if codec == "part" and resource.input(name) and name in shown]
    return [name for name in named if not any(name in group[1:] for group in resource.one_of)]


@of_those(lambda example: bool(_objects(example)))
def test_a_key_that_is_given_no_more_is_a_difference(engine: Engine, example: Example) -> None:
    """The ``deny`` of a policy that a program drops has to go. After an import, which records Twilio's defaults as
    well, to give less says nothing new; once a program has said it, it does.
    """
    fewer = {name: {"a key": "a value", "inner": {"one": 1}} for name in _objects(example)}
    more = {name: {**value, "deny": ["/x"], "inner": {"one": 1, "two": 2}} for name, value in fewer.items()}
    inputs = {**inputs_for(engine, example), **more}
    made = engine.create(example.token, inputs)
    assert set(engine.diff(made, {**inputs, **fewer}).diffs) == set(fewer)
    refreshed = engine.refresh(made)
    assert refreshed is not None
    assert set(engine.diff(refreshed, {**inputs, **fewer}).diffs) == set(fewer)
    imported = engine.import_(example.token, made.identity)
    assert imported is not None
    assert not set(engine.diff(imported, {**made.inputs, **fewer}).diffs) & set(fewer)
    seen_again = engine.refresh(imported)
    assert seen_again is not None
    assert not set(engine.diff(seen_again, {**made.inputs, **fewer}).diffs) & set(fewer)


@every_type
def test_what_was_cleared_behind_our_back_is_noticed(engine: Engine, twilio: FakeTwilio, example: Example) -> None:
    """Twilio shows null then: a refresh sees it gone, and what an update can set is set again. What is not shown at
    all, or never, stays as it was given.
    """
    resource = _type(example)
    made = make(engine, example.token)
    wires = {o.name: o.wire.split(".") for o in resource.outputs if o.name not in resource.secrets}
    (stored,) = [body for path, body in twilio.items.items() if path[1].endswith("/" + made.identity)]
    may_go = {i.name for i in resource.inputs if i.update and not i.replace and i.name in made.inputs}
    own = {o.name for o in resource.outputs if o.wire == resource.own_wire}
    cleared = {n for n in may_go - own if n in wires and plain(made.inputs[n]) and _cleared(stored, wires[n])}
    read = engine.refresh(made)
    assert read is not None
    assert set(read.inputs) == set(made.inputs) - cleared
    assert not cleared & set(read.outputs)
    found = engine.diff(read, _again(made.inputs, example))
    assert (set(found.diffs), list(found.replaces)) == (cleared, [])


def _cleared(body: dict[str, Any], wire: list[str]) -> bool:
    """Sets to null what stands there; whether there was something."""
    *above, last = wire
    for part in above:
        body = body.get(part, {})
    there = last in body
    if there:
        body[last] = None
    return there


@of_those(lambda example: bool(example.update))
def test_a_preview_of_an_update_keeps_what_names_it(engine: Engine, twilio: FakeTwilio, example: Example) -> None:
    """What is below it is not replaced: SID, or other name of its own, and parents are known, and so is what is given
    anew. What Twilio computes is not; nothing is asked.
    """
    made = make(engine, example.token)
    inputs = {**_again(made.inputs, example), **example.update}
    before = len(twilio.requests)
    planned = engine.update(made, inputs, preview=True)
    assert len(twilio.requests) == before
    resource = _type(example)
    known = {*resource.parents, *filter(None, [resource.own])}
    assert {n: planned.outputs[n] for n in known} == {n: made.outputs[n] for n in known}
    assert {n: plain(planned.outputs[n]) for n in planned.inputs} == {n: plain(v) for n, v in planned.inputs.items()}
    computed = {o.name for o in resource.outputs if not o.volatile} - {*planned.inputs, *stable_outputs(resource)}
    assert all(planned.outputs[name] is UNKNOWN for name in computed)


@of_those(lambda example: bool(example.replace))
def test_what_no_update_can_do_asks_for_a_replacement(engine: Engine, example: Example) -> None:
    """And deletes first where natural key and parent stay the same."""
    made = make(engine, example.token)
    found = engine.diff(made, {**_again(made.inputs, example), **example.replace})
    assert list(found.replaces) == list(example.replace)
    assert found.deleteBeforeReplace is example.delete_first


@every_type
def test_an_import_by_id_is_followed_by_an_empty_preview(engine: Engine, example: Example) -> None:
    """The program that made it has nothing to do but to say again what Twilio never shows."""
    made = make(engine, example.token)
    imported = engine.import_(example.token, made.identity)
    assert imported is not None
    assert imported.identity == made.identity
    shown = {output.name for output in _type(example).outputs}
    never_shown = {i.name for i in _type(example).inputs if i.name in made.inputs and i.update and i.name not in shown}
    found = engine.diff(imported, _again(made.inputs, example))
    assert set(found.diffs) == never_shown
    assert not found.replaces


@every_type
def test_a_look_up_gives_what_a_create_made(engine: Engine, example: Example) -> None:
    """By its id, by its SID or other name of its own, and by its natural key where that is another one."""
    resource = _type(example)
    made = make(engine, example.token)
    parents = {name: plain(made.inputs[name]) for name in resource.parents if name in made.inputs}
    named = [{resource.own: plain(made.outputs[resource.own])}] if resource.own else [{}]
    named += [{resource.own: made.identity}] if resource.sid else []
    named += [{resource.lookup: plain(made.outputs[resource.lookup])}] if resource.lookup in made.outputs else []
    others = {name for group in resource.one_of for name in group}
    assert resource.lookup is None or resource.lookup in {*made.outputs, *others}
    for by in named:
        found = engine.invoke(resource.get_token, **parents, **by)
        assert found["id"] == made.identity, by
        for name in set(made.outputs) & set(found) - {resource.marker}:
            shown = CODECS[resource.codec(name)].shows(plain(made.outputs[name]), plain(found[name]))
            assert shown, (by, name, made.outputs[name], found[name])
        missing = set(made.inputs) - set(found) - {"content", "accountSid"}
        assert missing <= {i.name for i in resource.inputs} - {o.name for o in resource.outputs}, missing


def test_every_type_has_a_look_up_by_id_and_by_natural_key() -> None:
    """In the schema: what names an item within its parents. Of a key that is the item's SID or name, by that."""
    functions = json.loads((Path(twilio_provider.__file__).parents[1] / "schema.json").read_text())["functions"]
    for resource in load().resources:
        taken = set(functions[resource.get_token]["inputs"]["properties"])
        own = {resource.own} if resource.own else set()
        by_name = {resource.lookup, *resource.key} if resource.lookup in resource.key else {resource.lookup}
        assert taken == {*resource.parents, *own, *filter(None, by_name)}, resource.token
        shown = {o.name for o in resource.outputs if o.wire in {"sid", resource.own_wire}}
        if resource.key and not set(resource.key) <= shown:
            assert resource.lookup in resource.key or resource.token in NAME_IN_PATH, resource.token


@of_those(lambda example: not always_there(example))
def test_an_id_that_is_not_there_is_refused(engine: Engine, example: Example) -> None:
    """A bare answer, by which the engine says that it does not exist."""
    made = make(engine, example.token)
    absent = made.identity[:-32] + "f" * 32 if _type(example).sid else made.identity + ".not"
    assert engine.import_(example.token, absent) is None


@of_those(lambda example: not always_there(example))
def test_what_was_deleted_behind_our_back_is_noticed(engine: Engine, twilio: FakeTwilio, example: Example) -> None:
    """A refresh finds nothing, and deleting it twice is content."""
    made = make(engine, example.token)
    twilio.items.clear()
    assert engine.refresh(made) is None
    engine.delete(made)


@every_type
def test_a_delete_is_one_request_or_none(engine: Engine, twilio: FakeTwilio, example: Example) -> None:
    """None where Twilio has no delete, or one that must not be made; two where what was there before is put back."""
    made = make(engine, example.token)
    before = len(twilio.requests)
    engine.delete(made)
    assert len(twilio.requests) - before == example.requests_to_delete
    if example.requests_to_delete and not always_there(example):
        assert engine.refresh(made) is None


@of_those(lambda example: bool(_type(example).parents))
def test_a_parent_may_be_given_by_its_id_or_its_sid(engine: Engine, example: Example) -> None:
    """As a program has it at hand: ``workspace.id`` and ``workspace.sid`` are the same. Another type's is refused."""
    resource = _type(example)
    inputs = inputs_for(engine, example)
    by_sid = engine.check(example.token, inputs)
    parents = [name for name in resource.parents if name in inputs]
    by_id = {name: f"Above/One/Those/{quote(str(inputs[name]), safe='')}" for name in parents}
    assert engine.check(example.token, {**inputs, **by_id}) == by_sid
    prefixes = dict(resource.prefixes)
    for name in parents:
        if prefix := prefixes[name]:
            with pytest.raises(CheckFailed) as caught:
                engine.check(example.token, {**inputs, name: "Others/ZZ" + "1" * 32})
            assert prefix in caught.value.failures[name]


@every_type
def test_check_names_everything_wrong_at_once(engine: Engine, example: Example) -> None:
    """Each at its property: unknown ones, missing ones, wrong types."""
    with pytest.raises(CheckFailed) as caught:
        engine.check(example.token, {"noSuchThing": 1})
    required = {i.name for i in _type(example).inputs if i.required} | {group[0] for group in _type(example).one_of}
    assert set(caught.value.failures) == {"noSuchThing", *required}


@every_type
def test_a_secret_input_is_a_secret_output(engine: Engine, example: Example) -> None:
    """What the program marks stays marked, what is secret by nature is marked without its doing, and nothing else
    that Twilio shows, at any depth, holds the text of one.
    """
    resource = _type(example)
    inputs = inputs_for(engine, example)
    settings = [i for i in resource.inputs if not i.parent and (i.create or i.update)]
    sids = {o.name for o in resource.outputs if o.wire == "sid"} | {i.name for i in settings if i.name.endswith("Sid")}
    texts = [i for i in settings if i.schema.get("type") == "string" and i.name not in sids and not i.always]
    alternatives = {name for group in resource.one_of for name in group if name not in inputs}
    marked = {i.name: f"hush-{i.name}" for i in texts if i.name not in alternatives}
    objects = {name for name, codec in resource.codecs if codec in {"json", "part"}}
    nature = {s: {"a key": f"hush-{s}"} if s in objects else f"hush-{s}" for s in resource.secrets if resource.input(s)}
    secrets = {name: Secret(value) for name, value in marked.items()} | nature
    made = engine.create(example.token, {**inputs, **secrets})
    again = engine.refresh(made)
    assert again is not None
    for outputs in (made.outputs, again.outputs):
        for name in {*secrets, *resource.secrets}:
            assert isinstance(outputs[name], Secret), name
        assert "hush-" not in str(outputs), [name for name, value in outputs.items() if "hush-" in str(value)]
    assert all(isinstance(made.inputs[name], Secret) for name in secrets)


def _again(inputs: dict[str, Any], example: Example) -> dict[str, Any]:
    """What the program would give again: the file with its content."""
    return {**inputs, **({"content": example.inputs["content"]} if "content" in inputs else {})}
