"""What holds of check, diff, previews and names for every type and any inputs."""

import re
from collections.abc import Callable
from typing import Any

from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st
from twilio_provider.catalogue.derive import camel
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import ResourceType
from twilio_provider.check import check
from twilio_provider.diff import diff, stable_outputs
from twilio_provider.outputs import outputs, preview
from twilio_provider.values import UNKNOWN, Secret, decode, encode, has_unknown, plain

from tests.unit.provider.anything import cases, inputs_of, value_of

Case = tuple[ResourceType, dict[str, Any]]
Test = Callable[..., None]


# To give less of these than was recorded changes nothing, so what is the same depends on which of the two was recorded.
GIVING_LESS_CHANGES_NOTHING = {"merge", "eventTypes"}


def always(*strategies: st.SearchStrategy[Any]) -> Callable[[Test], Test]:
    """The same examples in every run."""

    def decorate(test: Test) -> Test:
        return seed(20260729)(settings(max_examples=150, deadline=None, database=None)(given(*strategies)(test)))

    return decorate


def checked(case: Case) -> dict[str, Any]:
    resource, inputs = case
    made = check(resource, inputs, {}, lambda asset: asset)
    assert made.failures == []
    return made.inputs


@always(cases())
def test_what_was_checked_is_right_and_stays_as_it_is(case: Case) -> None:
    """A check is a normal form: to check it again changes nothing, and it survives the wire."""
    resource, _ = case
    once = checked(case)
    assert check(resource, once, once, lambda asset: asset).inputs == once
    assert decode(encode(once)) == once


@always(cases())
def test_the_same_is_no_difference(case: Case) -> None:
    """Whatever was recorded of it: inputs, or outputs that show them."""
    resource, _ = case
    inputs = checked(case)
    assert diff(resource, inputs, inputs, {}).changes == ()
    hidden = {name: Secret(value) for name, value in inputs.items()}
    assert diff(resource, inputs, hidden, {}).changes == ()
    assert diff(resource, hidden, inputs, {}).changes == ()


@always(cases(), st.data())
def test_a_difference_names_what_differs_and_nothing_else(case: Case, data: st.DataObject) -> None:
    """And says replace exactly where no update can bring it about."""
    resource, _ = case
    olds = checked(case)
    assume(olds)
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


@always(cases(), st.data())
def test_what_is_not_known_may_differ(case: Case, data: st.DataObject) -> None:
    """So it is a difference at preview, and its output stays unknown with all that is computed."""
    resource, _ = case
    olds = checked(case)
    assume(olds)
    name = data.draw(st.sampled_from(sorted(olds)))
    news = {**olds, name: UNKNOWN}
    assert [change.name for change in diff(resource, olds, news, {}).changes] == [name]
    made = preview(resource, news, {}, ())
    assert has_unknown(made[name if name != resource.asset else name + "Hash"])
    assert all(plain(made[o]) == plain(value) for o, value in olds.items() if o not in {name, resource.asset})


@always(cases(), st.data())
def test_a_removed_input_is_sent_as_its_default_or_stays(case: Case, data: st.DataObject) -> None:
    """Never anything that was not asked for: what else the program gives is left alone."""
    resource, _ = case
    olds = checked(case)
    removable = [i.name for i in resource.inputs if i.name in olds and not i.required and not i.parent]
    assume(removable)
    name = data.draw(st.sampled_from(removable))
    found = diff(resource, olds, {key: value for key, value in olds.items() if key != name}, {})
    assert {(change.name, change.kind) for change in found.changes} <= {(name, "delete")}
    entry = resource.input(name)
    assert entry is not None
    if name not in dict(resource.defaults) and not entry.replace and resource.updatable:
        assert found.changes == ()


@always(cases())
def test_a_secret_stays_one_wherever_it_goes(case: Case) -> None:
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


@always(cases(), st.data())
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


@always(st.sampled_from(load().resources).flatmap(lambda r: st.tuples(st.just(r), inputs_of(r), inputs_of(r))))
def test_a_difference_between_any_two_leads_from_one_to_the_other(three: tuple[Any, Any, Any]) -> None:
    """All that is named was given differently, and what is given differently and can be changed is named."""
    resource, olds, news = three
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


@always(st.from_regex(r"[a-z]{1,6}(_[a-z][a-z0-9]{1,5}){0,3}", fullmatch=True))
def test_a_wire_name_comes_back_from_camel_case(wire: str) -> None:
    """For any that Twilio may choose."""
    assert _snake(camel(wire)) == wire
