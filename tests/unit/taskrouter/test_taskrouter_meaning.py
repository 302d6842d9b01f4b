"""What expressions mean, for tasks, workers and counts."""

from typing import Any

import pytest

from taskrouter import Missing, parse

DOCUMENT = {
    "string_const": "foo",
    "object": {"array": ["a", "b", "c"], "attr": "bar"},
    "number": 10,
    "fraction": 5.1,
    "yes": True,
    "digits": "10",
    "nothing": None,
    "numbers": [1, 2.0],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("string_const == 'foo'", True),
        ("string_const == 'FOO'", False),
        ("object.array[2] == 'c'", True),
        ("object.array[3] == 'c'", False),
        ("object.attr == 'bar'", True),
        ("object.attr.more == 'bar'", False),
        ("number >= 10 AND number <= 10.0 AND number > 9.9 AND number < 11", True),
        ("fraction >= 5.1", True),
        ("yes == true AND yes != false", True),
        ("string_const CONTAINS 'oo'", True),
        ("string_const CONTAINS 'x'", False),
        ("object.array HAS 'a'", True),
        ("object.array HAS 'z'", False),
        ("string_const IN ['foo', 'bar']", True),
        ("string_const NOT IN ['foo']", False),
        ("string_const NOT IN ['bar']", True),
        ("numbers HAS 2", True),
        ("NOT (number == 10)", False),
        ("string_const == 'x' OR number == 10 AND yes == true", True),
        ("'a' < 'b'", True),
    ],
)
def test_operators_mean_what_is_documented(text: str, expected: bool) -> None:
    """Scalar, array and logical operators on Twilio's example document."""
    assert parse(text).matches(DOCUMENT) is expected


@pytest.mark.parametrize(
    "text",
    [
        "object.array == 'a'",
        "object.array != 'a'",
        "object.array CONTAINS 'a'",
        "object.array < 1",
        "string_const HAS 'foo'",
        "string_const IN 'foo'",
        "string_const NOT IN 'foo'",
        "object.array IN object.array",
        "object == 'x'",
    ],
)
def test_the_wrong_kind_of_operator_is_false(text: str) -> None:
    """A scalar operator on an array is false, even `!=`; so is an array operator on two scalars (documented)."""
    assert not parse(text).matches(DOCUMENT)


@pytest.mark.parametrize("text", ["digits == 10", "yes == 1", "digits > 9", "yes > false", "numbers HAS true"])
def test_different_types_are_never_equal_nor_ordered(text: str) -> None:
    """Twilio says to avoid them; nothing is converted here."""
    assert not parse(text).matches(DOCUMENT)
    assert parse("digits != 10").matches(DOCUMENT)


@pytest.mark.parametrize(
    ("text", "by_default", "as_value"),
    [
        ("absent == 'x'", False, False),
        ("absent != 'x'", False, True),
        ("absent > 1", False, False),
        ("absent == nothing", False, True),
        ("absent != nothing", False, False),
        ("absent IN ['x']", False, False),
        ("absent NOT IN ['x']", False, True),
        ("string_const IN absent", False, False),
        ("string_const NOT IN absent", False, False),
        ("absent HAS 'x'", False, False),
        ("absent CONTAINS 'x'", False, False),
        ("absent == null", True, True),
        ("nothing == null", True, True),
        ("number == null", False, False),
        ("number != null", True, True),
        ("absent != null", False, False),
    ],
)
def test_a_missing_attribute_is_a_switch(text: str, by_default: bool, as_value: bool) -> None:
    """By default every comparison with NULL is false; `Missing.NULL` makes it a value; a written null always asks."""
    assert parse(text).matches(DOCUMENT) is by_default
    assert parse(text).matches(DOCUMENT, missing=Missing.NULL) is as_value


def test_names_say_whose_they_are() -> None:
    """A filter's bare names are the task's, a queue's are the worker's, a target's carry a prefix."""
    task: dict[str, Any] = {"language": "en", "agent": "WK1"}
    worker: dict[str, Any] = {"languages": ["en"], "sid": "WK1"}
    assert parse("language == 'en' AND task.language == 'en'").matches(task)
    assert parse("task.language IN worker.languages AND task.agent == worker.sid").matches(task, worker)
    assert parse("languages HAS 'en' AND worker.sid == 'WK1'").matches_worker(worker)
    assert parse("worker.name == 'x'").matches({"worker": {"name": "x"}})


def test_a_skip_counts_workers_by_activity() -> None:
    """Counts are of the queue; an activity nobody is in counts 0; `1==1` always skips."""
    assert parse("workers.available == 0").skips({"available": 0})
    assert not parse("workers.available == 0").skips({"available": 1})
    assert parse("workers.WA1 < 1 OR workers.unavailable > 5").skips({"available": 1})
    assert parse("1==1").skips({})
