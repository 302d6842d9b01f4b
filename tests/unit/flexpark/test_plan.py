"""What a plan's summary says, in which order, and what it never says."""

from typing import Any

import pytest

from flexpark.plan import Plan, Step, as_json, as_markdown, as_text, step_of

SECRET = "hunter2-is-not-shown"


def step(op: str, name: str, changed: tuple[str, ...] = (), **inputs: Any) -> Step | None:
    """What the engine says of one resource."""
    kind = "twilio:taskrouter:TaskQueue"
    return step_of(op, f"urn:pulumi:s::flexpark::{kind}::{name}", kind, changed=changed, old=inputs, new=inputs)


def a_plan(*steps: Step | None) -> Plan:
    return Plan.of("acme-dev", [given for given in steps if given is not None])


@pytest.fixture
def plan() -> Plan:
    """One step of each kind."""
    return a_plan(
        step("create", "made"),
        step("same", "untouched"),
        step("update", "altered", ("targetWorkers", "taskOrder"), targetWorkers=SECRET),
        step("delete", "gone"),
        step("create-replacement", "again"),
        step("replace", "again", ("workspaceSid",)),
        step("delete-replaced", "again"),
    )


def test_replaces_and_deletes_are_told_first_and_a_replacement_once(plan: Plan) -> None:
    """The three events of a replacement are one step; what stays as it is is counted only."""
    assert as_text(plan).splitlines() == [
        "acme-dev: 1 to replace, 1 to delete, 1 to change, 1 to create",
        "  +- twilio:taskrouter:TaskQueue again: workspaceSid",
        "  -  twilio:taskrouter:TaskQueue gone",
        "  ~  twilio:taskrouter:TaskQueue altered: targetWorkers, taskOrder",
        "  +  twilio:taskrouter:TaskQueue made",
    ]
    assert plan.same == 1


def test_no_form_of_the_summary_holds_a_value(plan: Plan) -> None:
    """A comment can be read by everyone who reads the repository."""
    assert "targetWorkers" in as_markdown(plan)
    for text in (as_text(plan), as_markdown(plan), str(as_json(plan))):
        assert SECRET not in text


def test_a_long_plan_is_cut_where_it_matters_least() -> None:
    """Deletes stay, creations are counted; the comment is never refused for its size."""
    plan = a_plan(*(step("create", f"queue-{number}") for number in range(5000)), step("delete", "gone"))
    text = as_markdown(plan, limit=2000)
    assert len(text) < 2200
    assert "`gone`" in text
    left = int(text.partition("... and ")[2].split()[0])
    assert left + text.count("`queue-") == 5000


def test_a_name_cannot_break_out_of_the_comment() -> None:
    """Neither a code span's end nor a mention."""
    text = as_markdown(a_plan(step("delete", "x` @everyone **b**")))
    assert "x` " not in text and "@everyone" not in text


def test_a_plan_without_changes_says_so() -> None:
    """In words; there is nothing else to say."""
    assert as_text(a_plan()) == "acme-dev: no changes"
