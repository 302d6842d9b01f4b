"""What holds for every expression, every string and every configuration."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from taskrouter import (
    Expression,
    ExpressionError,
    Missing,
    Position,
    UnquotableError,
    advise_workflow,
    check_workflow,
    parse,
    parse_workflow,
    quote,
    targets_for,
)
from taskrouter.nodes import Array, Comparison, Condition, Constant, Key, Not, all_of, any_of
from taskrouter.parsing import _TERMINALS, _parser

patient = settings(deadline=None)  # a busy machine is no fault of the package

FIRST_NAMES = ["a", "b", "task", "worker", "object", "index", "nothing", "android"]
WORDS = ["a", "1", "(", ")", "==", "AND", "OR", "NOT", "IN", ",", "[", "]", ".", "'x'"]
LATER_NAMES = [*FIRST_NAMES, "in", "HAS", "true", "not"]

strings = st.text(st.characters(exclude_characters="\\", exclude_categories=["Cc", "Cs"])).filter(
    lambda text: '"' not in text or "'" not in text
)
numbers = st.integers(min_value=0) | st.floats(min_value=0, allow_nan=False, allow_infinity=False)
constants = st.builds(Constant, strings | numbers | st.booleans() | st.none())
arrays = st.builds(lambda items: Array(tuple(items)), st.lists(constants, max_size=4))
keys = st.builds(
    lambda first, later: Key((first, *later)),
    st.sampled_from(FIRST_NAMES),
    st.lists(st.sampled_from(LATER_NAMES) | st.integers(0, 9), max_size=3),
)
operands = constants | arrays | keys
operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "CONTAINS", "HAS", "IN", "NOT IN"])
comparisons = st.builds(Comparison, operators, operands, operands)
conditions: st.SearchStrategy[Condition] = st.recursive(
    comparisons,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(all_of, st.lists(inner, min_size=1, max_size=4))
        | st.builds(any_of, st.lists(inner, min_size=1, max_size=4))
    ),
    max_leaves=12,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.sampled_from(["a", "b", "1", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(LATER_NAMES), inner, max_size=3),
    max_leaves=8,
)
documents = st.dictionaries(st.sampled_from(LATER_NAMES), json_values, max_size=5)
switches = st.sampled_from(list(Missing))

QUEUE = "WQ" + "0" * 32
expressions = st.sampled_from(["1==1", "1==2", "a == 1", "a ==", "worker.a == 1", "", 3, None])
targets: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "queue": st.sampled_from([QUEUE, "Everyone", None, 1]),
        "timeout": st.sampled_from([1, "10", 0, True, None, 1.5, "x"]),
        "priority": st.sampled_from([0, "10", -1, None, []]),
        "skip_if": expressions,
        "expression": expressions,
        "order_by": st.sampled_from(["worker.a ASC", "a", None, 1]),
        "known_worker_sid": st.sampled_from(["task.a", "WK", None]),
        "other": st.none(),
    },
)
filters: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {}, optional={"expression": expressions, "targets": st.lists(targets, max_size=3) | json_values, "x": st.none()}
)
configurations: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "task_routing": st.fixed_dictionaries(
            {}, optional={"filters": st.lists(filters | json_values, max_size=3), "default_filter": targets}
        )
        | json_values
    },
)
sound_targets = st.fixed_dictionaries(
    {"queue": st.just(QUEUE)}, optional={"timeout": st.just(5), "skip_if": st.just("1==1")}
)
sound_workflows = st.builds(
    lambda filters, default: {"task_routing": {"filters": filters, **({"default_filter": default} if default else {})}},
    st.lists(
        st.fixed_dictionaries(
            {
                "expression": st.sampled_from(["1==1", "1==2", "a == 1"]),
                "targets": st.lists(sound_targets, min_size=1, max_size=3),
            }
        ),
        min_size=1,
        max_size=4,
    ),
    st.none() | st.just({"queue": QUEUE}),
)


@patient
@given(conditions)
def test_an_expression_that_is_written_reads_the_same(condition: Condition) -> None:
    """parse(print(e)) == e, for every expression there can be; printing it again changes no letter."""
    expression = Expression(condition)
    assert parse(str(expression)) == expression
    assert str(parse(str(expression))) == str(expression)


@patient
@given(st.text())
def test_a_quoted_string_is_itself_or_is_refused(value: str) -> None:
    """No string can be quoted into anything but itself."""
    try:
        text = quote(value)
    except UnquotableError:
        assert "\\" in value or any(c < " " for c in value) or ('"' in value and "'" in value)
    else:
        assert parse(f"name == {text}") == Expression(Comparison("==", Key(("name",)), Constant(value)))


@patient
@given(st.text() | st.text("ab1.'\"()[], =!<>-\\") | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_a_text_is_an_expression_or_an_error_with_a_place(text: str) -> None:
    """Nothing but ExpressionError leaves the parser, and its place is in the text or at its end."""
    try:
        parse(text)
    except ExpressionError as error:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1


@patient
@given(conditions, conditions, documents, documents, switches)
def test_logic_is_boolean(
    left: Condition, right: Condition, task: dict[str, Any], worker: dict[str, Any], missing: Missing
) -> None:
    """NOT, AND and OR obey their laws whatever the documents hold, NULL included."""

    def holds(condition: Condition) -> bool:
        return Expression(condition).matches(task, worker, missing=missing)

    assert holds(Not(left)) is not holds(left)
    assert holds(all_of([left, right])) is (holds(left) and holds(right))
    assert holds(any_of([left, right])) is (holds(left) or holds(right))
    assert holds(Not(all_of([left, right]))) is holds(any_of([Not(left), Not(right)]))


@patient
@given(operands, operands, documents, switches)
def test_operators_agree_with_each_other(left: Any, right: Any, task: dict[str, Any], missing: Missing) -> None:
    """IN is HAS turned round, `<` is `>` turned round, opposites never hold together."""

    def holds(operator: Any, one: Any, other: Any) -> bool:
        return Expression(Comparison(operator, one, other)).matches(task, missing=missing)

    assert holds("IN", left, right) is holds("HAS", right, left)
    assert holds("<", left, right) is holds(">", right, left)
    assert holds("==", left, right) is holds("==", right, left)
    for operator, opposite in (("==", "!="), ("<", ">="), (">", "<="), ("IN", "NOT IN")):
        assert not (holds(operator, left, right) and holds(opposite, left, right))


@patient
@given(configurations | json_values)
def test_a_configuration_is_checked_without_surprises(configuration: Any) -> None:
    """Any JSON is checked; what has no problems has a model, and the model routes."""
    json.dumps(configuration)
    problems = check_workflow(configuration)
    assert all(problem.path and problem.what and problem.allowed for problem in problems)
    if not problems:
        workflow = parse_workflow(configuration)
        advise_workflow(workflow)
        assert all(target.queue for target in targets_for(workflow, {"a": 1}).targets)


@patient
@given(sound_workflows, documents, st.lists(st.booleans(), min_size=20, max_size=20))
def test_every_way_through_a_workflow_ends(configuration: Any, task: dict[str, Any], skipped: list[bool]) -> None:
    """A task moves forward only, and reaches the default filter only if no filter was left by a timeout."""
    match = targets_for(parse_workflow(configuration), task)
    position: Position | None = Position()
    if match.first is None:
        position = None
    for index, skip in enumerate(skipped):
        if position is None:
            break
        assert position.index == index
        step = match.at(position)
        assert step is not None
        assert step.filter_index is not None or not position.expired
        position = match.after(position, skipped=skip)
    assert position is None


def test_messages_can_name_every_terminal() -> None:
    """A terminal that is new in the grammar gets a name for readers."""
    terminals = {terminal.name for terminal in _parser().terminals} - set(_parser().ignore_tokens)
    assert terminals <= set(_TERMINALS)
