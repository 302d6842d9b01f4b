"""What holds of check, diff, previews and names for every type and any inputs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from twilio_provider.catalogue.derive import camel
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import BEFORE, IMPORTED, Input, ResourceType
from twilio_provider.check import check
from twilio_provider.codecs import CODECS, COMPLETED
from twilio_provider.diff import diff, stable_outputs
from twilio_provider.outputs import outputs, preview
from twilio_provider.values import UNKNOWN, Secret, decode, encode, has_unknown, plain

from tests.unit.provider.anything import inputs_of, value_of

Case = tuple[ResourceType, dict[str, Any]]
Test = Callable[[Case, st.DataObject], None]

# To give less of these than was recorded changes nothing, so what is the same depends on which of the two was recorded.
GIVING_LESS_CHANGES_NOTHING = {"merge", "eventTypes"}
TYPES = load().resources
FEW = settings(
    max_examples=3, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
)
AT_ONCE = 4
SOME = [TYPES[start : start + AT_ONCE] for start in range(0, len(TYPES), AT_ONCE)]


def of_every_type(test: Test) -> Callable[[tuple[ResourceType, ...]], None]:
    """A few examples of each type of the catalogue, the same ones in every run; some types in one, to save time."""

    @pytest.mark.parametrize("some", SOME, ids=[some[0].name for some in SOME])
    def runs(some: tuple[ResourceType, ...]) -> None:
        def run(data: st.DataObject) -> None:
            for resource in some:
                test((resource, data.draw(inputs_of(resource))), data)

        seed(20260729)(FEW(given(st.data())(run)))()

    runs.__doc__ = test.__doc__
    return runs


def checked(case: Case) -> dict[str, Any]:
    resource, inputs = case
    made = check(resource, inputs, {}, lambda asset: asset)
    assert made.failures == []
    return made.inputs


@of_every_type
def test_what_was_checked_is_right_and_stays_as_it_is(case: Case, _data: st.DataObject) -> None:
    """A check is a normal form: to check it again changes nothing, and it survives the wire."""
    resource, _ = case
    once = checked(case)
    assert check(resource, once, once, lambda asset: asset).inputs == once
    assert decode(encode(once)) == once


@of_every_type
def test_the_same_is_no_difference(case: Case, _data: st.DataObject) -> None:
    """Whatever was recorded of it: inputs, or outputs that show them."""
    resource, _ = case
    inputs = checked(case)
    assert diff(resource, inputs, inputs, {}).changes == ()
    hidden = {name: Secret(value) for name, value in inputs.items()}
    assert diff(resource, inputs, hidden, {}).changes == ()
    assert diff(resource, hidden, inputs, {}).changes == ()


@of_every_type
def test_a_difference_names_what_differs_and_nothing_else(case: Case, data: st.DataObject) -> None:
    """And says replace exactly where no update can bring it about."""
    resource, _ = case
    olds = checked(case)
    if not olds:
        return
    name = data.draw(st.sampled_from(sorted(olds)))
    entry = resource.input(name)
    assert entry is not None
    other = data.draw(value_of(resource, entry))
    found = diff(resource, olds, {**olds, name: other}, {})
    assert {change.name for change in found.changes} <= {name}
    for change in found.changes:
        assert change.kind == "update"
        assert change.replace is (entry.replace or not resource.updatable)
    assert found.replace or not found.delete_first
    if not found.changes and resource.codec(name) not in GIVING_LESS_CHANGES_NOTHING:
        assert diff(resource, {**olds, name: other}, olds, {}).changes == ()


@of_every_type
def test_what_is_not_known_may_differ(case: Case, data: st.DataObject) -> None:
    """So it is a difference at preview, and its output stays unknown with all that is computed."""
    resource, _ = case
    olds = checked(case)
    if not olds:
        return
    name = data.draw(st.sampled_from(sorted(olds)))
    news = {**olds, name: UNKNOWN}
    assert [change.name for change in diff(resource, olds, news, {}).changes] == [name]
    made = preview(resource, news, {}, ())
    assert has_unknown(made[name if name != resource.asset else name + "Hash"])
    assert all(plain(made[o]) == plain(value) for o, value in olds.items() if o not in {name, resource.asset})


@of_every_type
def test_a_removed_input_is_sent_as_its_default_or_stays(case: Case, data: st.DataObject) -> None:
    """Never anything that was not asked for: what else the program gives is left alone."""
    resource, _ = case
    olds = checked(case)
    removable = [i.name for i in resource.inputs if i.name in olds and not i.required and not i.parent]
    if not removable:
        return
    name = data.draw(st.sampled_from(removable))
    found = diff(resource, olds, {key: value for key, value in olds.items() if key != name}, {})
    assert {(change.name, change.kind) for change in found.changes} <= {(name, "delete")}
    entry = resource.input(name)
    assert entry is not None
    if name not in dict(resource.defaults) and not entry.replace and resource.updatable:
        assert found.changes == ()


def one_of(resource: ResourceType, data: st.DataObject, which: Callable[[Input], bool]) -> tuple[Input, Any] | None:
    """One of its inputs, and a value of it; None where none is such."""
    entries = [i for i in resource.inputs if i.name != resource.asset and which(i)]
    entry = data.draw(st.sampled_from(entries)) if entries else None
    return (entry, data.draw(value_of(resource, entry))) if entry else None


@of_every_type
def test_to_say_what_is_so_already_changes_nothing(case: Case, data: st.DataObject) -> None:
    """As recorded among the outputs, as Twilio has it by default, or where nobody could see the difference."""
    resource, inputs = case
    olds = checked(case)
    drawn = one_of(resource, data, lambda i: i.name not in inputs)
    if drawn is None:
        return
    entry, value = drawn
    news = {**olds, entry.name: value}
    assert diff(resource, olds, news, {entry.name: value}).changes == ()
    other = data.draw(value_of(resource, entry))
    found = diff(resource, olds, news, {entry.name: other}).changes
    unseen = entry.blind and (entry.replace or not resource.updatable)
    if unseen or CODECS[resource.codec(entry.name)].same(other, value):
        assert found == ()
    else:
        assert [(c.name, c.kind, c.replace) for c in found] == [
            (entry.name, "add", entry.replace or not resource.updatable)
        ]
    for name, default in resource.defaults:
        if name not in olds:
            assert diff(resource, olds, {**olds, name: default}, {}).changes == ()


@of_every_type
def test_what_was_there_before_is_what_a_removed_input_goes_back_to(case: Case, data: st.DataObject) -> None:
    """So that is a change, in place, of what this stack has set, and of nothing else."""
    resource, _ = case
    olds = checked(case)
    removable = [i.name for i in resource.inputs if i.name in olds and not i.required and not i.parent]
    if not removable or not resource.singleton or resource.delete != "restore":
        return
    name = data.draw(st.sampled_from(removable))
    news = {key: value for key, value in olds.items() if key != name}
    found = diff(resource, olds, news, {BEFORE: {name: None}}).changes
    assert [(change.name, change.kind, change.replace) for change in found] == [(name, "delete", False)]
    assert diff(resource, olds, news, {BEFORE: {}}).changes == ()


@of_every_type
def test_less_of_an_object_is_a_change_but_after_an_import(case: Case, data: st.DataObject) -> None:
    """Which has recorded what Twilio adds to it as well."""
    resource, _ = case
    olds = checked(case)
    drawn = one_of(resource, data, lambda i: resource.codec(i.name) in COMPLETED)
    if drawn is None:
        return
    entry, value = drawn
    more = (
        {**value, "more": 1} if isinstance(value, dict) else [*({**v, "more": 1} for v in value if isinstance(v, dict))]
    )
    less = value if isinstance(value, dict) else [{k: v for k, v in item.items() if k != "more"} for item in more]
    if not more or more == less:
        return
    was, news = {**olds, entry.name: more}, {**olds, entry.name: less}
    assert [change.name for change in diff(resource, was, news, {}).changes] == [entry.name]
    assert diff(resource, {**was, IMPORTED: [entry.name]}, news, {}).changes == ()
    assert diff(resource, {**was, IMPORTED: ["another"]}, news, {}).changes != ()


@of_every_type
def test_what_ended_badly_is_made_anew(case: Case, data: st.DataObject) -> None:
    """Though nothing of it was changed."""
    resource, _ = case
    if resource.wait is None:
        return
    name, ready, failed = resource.wait
    olds = checked(case)
    assert diff(resource, olds, olds, {name: data.draw(st.sampled_from(failed))}).replace
    assert diff(resource, olds, olds, {name: data.draw(st.sampled_from(ready))}).changes == ()


@of_every_type
def test_a_secret_stays_one_wherever_it_goes(case: Case, _data: st.DataObject) -> None:
    """What the program marks, and what is secret by nature: in checked inputs, in previews and in outputs."""
    resource, given_inputs = case
    inputs = checked((resource, {name: Secret(value) for name, value in given_inputs.items()}))
    assert all(isinstance(value, Secret) for value in inputs.values())
    for made in (preview(resource, inputs, {}, stable_outputs(resource)), outputs(resource, {}, inputs)):
        for name, value in made.items():
            if name in inputs or (name in resource.secrets and not has_unknown(value)):
                assert isinstance(value, Secret), name
    by_nature = checked(case)
    assert all(isinstance(by_nature[name], Secret) for name in resource.secrets if name in by_nature)


@of_every_type
def test_a_wrong_value_is_refused_at_its_name_beside_all_others(case: Case, data: st.DataObject) -> None:
    """Everything wrong at once, and only that."""
    resource, inputs = case
    plain_kinds = {"string": 5, "integer": "x", "number": "x", "boolean": "x", "array": "x", "object": "x"}
    wrong = {
        i.name: plain_kinds[str(i.schema["type"])]
        for i in resource.inputs
        if i.name in inputs and i.schema.get("type") in plain_kinds and not i.parent
    }
    chosen = data.draw(st.sets(st.sampled_from(sorted(wrong)))) if wrong else set()
    given_inputs = {**inputs, **{name: wrong[name] for name in chosen}, "noSuchThing": 1}
    failures = check(resource, given_inputs, {}, lambda asset: asset).failures
    assert {name for name, _ in failures} == {*chosen, "noSuchThing"}


@of_every_type
def test_a_difference_between_any_two_leads_from_one_to_the_other(case: Case, data: st.DataObject) -> None:
    """All that is named was given differently, and what is given differently and can be changed is named."""
    resource, olds = case
    news = data.draw(inputs_of(resource))
    found = {change.name for change in diff(resource, olds, news, {}).changes}
    assert found <= {*olds, *news}
    assert all(plain(olds.get(name)) != plain(news.get(name)) for name in found)


def test_every_name_is_a_wire_name_in_camel_case_and_leads_back_to_it() -> None:
    """Nothing is lost or doubled between Twilio's names, ours and the SDK's in Python."""
    for resource in load().resources:
        for operation in ("create", "update"):
            wires = [getattr(i, operation) for i in resource.inputs if getattr(i, operation)]
            assert len(set(wires)) == len(wires), (resource.token, operation)
        names = {i.name for i in resource.inputs} | {o.name for o in resource.outputs}
        for name in names:
            assert re.fullmatch(r"[a-z][A-Za-z0-9]*", name), (resource.token, name)
            assert camel(_snake(name)) == name, (resource.token, name)
        assert len({_snake(name) for name in names}) == len(names), resource.token
        assert not names & {"id", "urn"}, resource.token


def _snake(name: str) -> str:
    """As Pulumi's generator names it in Python."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@seed(20260729)
@settings(database=None)
@given(st.from_regex(r"[a-z]{1,6}(_[a-z][a-z0-9]{1,5}){0,3}", fullmatch=True))
def test_a_wire_name_comes_back_from_camel_case(wire: str) -> None:
    """For any that Twilio may choose."""
    assert _snake(camel(wire)) == wire
