"""The language of expressions: what is one, what is not, and how that is said."""

import pytest

from taskrouter import ExpressionError, UnquotableError, parse, quote
from taskrouter.parsing import MAX_DEPTH, MAX_LENGTH, read_order_by, read_reference

# Every expression of Twilio's pages on expressions, workflows, known agents and skipping.
DOCUMENTED = [
    "1 == 1",
    "0 != 1",
    '"apple" != "orange"',
    "key > 1",
    'object.param != "apple"',
    'language IN ["en", "es"]',
    "(condition_a == true) OR (condition_b == true)",
    '(language == "en" OR language == "fr") AND skill_rating >= 5.1',
    "(skills HAS 'support') AND (languages HAS 'english')",
    "customer_value == 'Gold' AND type == 'ticket'",
    "type == 'ticket' AND customer_value IN ['Silver', 'Bronze']",
    "object.array[2] == 'c'",
    "task.requested_agent==worker.agent_id",
    "task.required_language IN worker.spoken_languages",
    "worker.activity_name in ['Generally Available', 'High Value Tasks']",
    "worker.id IN task.preferred_agents",
    "worker.channel.voice.available_capacity_percentage == 100",
    "workers.available == 0",
    "workers.WA00000000000000000000000000000001 < 2 OR workers.WA00000000000000000000000000000002 < 2",
    "worker.sid NOT IN task.rejectedWorkers",
]


@pytest.mark.parametrize("text", DOCUMENTED)
def test_every_documented_expression_is_one(text: str) -> None:
    """Twilio's own examples parse, and mean the same after they are written again."""
    assert parse(str(parse(text))) == parse(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a==1", "a == 1"),
        ("a == 'x'", 'a == "x"'),
        ("""a == 'say "x"'""", """a == 'say "x"'"""),
        ("a == 1.50", "a == 1.5"),
        ("((a == 1))", "a == 1"),
        ("a == 1 AND (b == 2 AND c == 3)", "a == 1 AND b == 2 AND c == 3"),
        ("a == 1 OR (b == 2 OR c == 3)", "a == 1 OR b == 2 OR c == 3"),
        ("a == 1 AND b == 2 OR c == 3", "a == 1 AND b == 2 OR c == 3"),
        ("a == 1 AND (b == 2 OR c == 3)", "a == 1 AND (b == 2 OR c == 3)"),
        ("not a has 'x' or not (b == 1 and c == 2)", 'NOT (a HAS "x") OR NOT (b == 1 AND c == 2)'),
        ("a not in []", "a NOT IN []"),
        ("order == 1 OR android == 2 OR inner IN [1]", "order == 1 OR android == 2 OR inner IN [1]"),
        ("task.in == 1 AND task.true.or[3].has == null", "task.in == 1 AND task.true.or[3].has == null"),
        ("_a1.b_2 == 1", "_a1.b_2 == 1"),
        ("1 == a", "1 == a"),
    ],
)
def test_an_expression_is_written_in_one_way(text: str, canonical: str) -> None:
    """AND binds closer than OR, NOT closest; names may begin with or be like words of the language after a dot."""
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "ends too early"),
        ("a", 2, "expected == != < > <= >=, CONTAINS, HAS, IN, NOT"),
        ("a ==", 5, "a quoted string, a number"),
        ("case-id == 1", 5, "hyphens are not supported"),
        ("a == -1", 6, "hyphens are not supported"),
        ("a = 1", 3, "write '=='"),
        ("a == 'x", 6, "does not end"),
        (r"a == 'x\'y'", 6, "backslash"),
        ("a == 1 b", 8, "'b' is not expected here; expected AND, OR, the end"),
        ("a == 1)", 7, "')' is not expected"),
        ("(a == 1", 8, "ends too early; expected ')'"),
        ("a IN (1, 2)", 6, "'(' is not expected"),
        ("a == True", 6, "write true in lower case"),
        ("a && b", 3, "'&' is not expected here"),
        ("a[1.5] == 1", 3, "whole number"),
        ("a == " + "9" * 500, 6, "at most 400 digits"),
        ("größe == 1", 3, "'ö'"),
    ],
)
def test_what_is_no_expression_is_refused_with_the_place(text: str, column: int, says: str) -> None:
    """The error names line, column, what stands there, and what may."""
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert (refused.value.line, refused.value.column) == (1, column)
    assert says in refused.value.message
    assert "ASC" not in refused.value.message


def test_the_place_counts_lines() -> None:
    """Lines and columns count from 1, in the text as it was given."""
    with pytest.raises(ExpressionError) as refused:
        parse("a == 1 AND\n  b == ?")
    assert (refused.value.line, refused.value.column) == (2, 8)
    with pytest.raises(ExpressionError) as refused:
        parse("a == 1 AND\n  b ==\n")
    assert (refused.value.line, refused.value.column) == (2, 7)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 60_000,
        "NOT " * 10_000 + "1==1",
        "NOT (" * (MAX_DEPTH + 1) + "1==1" + ")" * (MAX_DEPTH + 1),
        "(a==1 AND (b==1 OR " * 200 + "1==1" + "))" * 200,
        "[" * 1000,
        "a" * (MAX_LENGTH + 1),
    ],
)
def test_no_nesting_exhausts_the_stack(text: str) -> None:
    """Hostile depth and length are expression errors, never a RecursionError."""
    with pytest.raises(ExpressionError):
        parse(text)


def test_long_chains_and_idle_parentheses_are_no_depth() -> None:
    """A thousand alternatives are fine, and so are parentheses around parentheses."""
    assert parse(" OR ".join(f"a == {n}" for n in range(1000))).matches({"a": 999})
    assert parse("(" * 5000 + "a == 1" + ")" * 5000) == parse("a == 1")


@pytest.mark.parametrize("value", ["", "plain", 'a "b"', "O'Neil", "a-b.c 1 == 1", "größe ☎"])
def test_a_quoted_value_is_that_value(value: str) -> None:
    """A quoted value cannot end its literal, whatever it holds."""
    assert parse(f"name == {quote(value)}").matches({"name": value})


@pytest.mark.parametrize("value", ["both \" and '", "back\\slash", "two\nlines", "nul\0"])
def test_a_value_without_a_literal_is_refused(value: str) -> None:
    """Twilio documents no escapes, so guessing one could change the meaning in production."""
    with pytest.raises(UnquotableError):
        quote(value)


def test_orders_and_references_have_their_own_grammar() -> None:
    """`order_by` is a list of names with directions, a known worker is one name."""
    assert [(str(key), way) for key, way in read_order_by("worker.a ASC, worker.b.c desc")] == [
        ("worker.a", "ASC"),
        ("worker.b.c", "DESC"),
    ]
    assert str(read_reference("task.originalRouting.workerSid")) == "task.originalRouting.workerSid"
    for text in ("worker.a", "worker.a UP", "worker.a ASC,", "1==1", "worker.a ASC; worker.b ASC"):
        with pytest.raises(ExpressionError, match=r"ASC|name|','"):
            read_order_by(text)
    for text in ("task.a == 1", "task.", "'WK'", "task-x"):
        with pytest.raises(ExpressionError):
            read_reference(text)
