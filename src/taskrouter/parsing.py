"""From text to nodes: lark's LALR(1) over `grammar.lark`, and errors that say where and what was expected.

LALR keeps its own stack and the nodes are built while it reduces, so no input can exhaust Python's; what is built
may nest `MAX_DEPTH` deep and be `MAX_LENGTH` characters long (ours: Twilio documents no limits).
"""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Literal, NoReturn, TypeAlias

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from taskrouter.errors import ExpressionError
from taskrouter.nodes import Array, Comparison, Condition, Constant, Key, Not, Operand, all_of, any_of, depth

MAX_LENGTH = 65_536
MAX_DEPTH = 100
MAX_DIGITS = 400

OrderClause: TypeAlias = tuple[Key, Literal["ASC", "DESC"]]
Start: TypeAlias = Literal["expression", "order_by", "reference"]

# What a reader calls the grammar's terminals, in the order in which messages list them.
_TERMINALS = {
    "NAME": "a name",
    "STRING": "a quoted string",
    "NUMBER": "a number",
    "TRUE": "true",
    "FALSE": "false",
    "NULL": "null",
    "LSQB": "'['",
    "SCALAR_OPERATOR": "== != < > <= >=",
    "CONTAINS": "CONTAINS",
    "HAS": "HAS",
    "IN": "IN",
    "NOT": "NOT",
    "AND": "AND",
    "OR": "OR",
    "DOT": "'.'",
    "COMMA": "','",
    "LPAR": "'('",
    "RPAR": "')'",
    "RSQB": "']'",
    "ASC": "ASC",
    "DESC": "DESC",
    "$END": "the end",
}

# The lexer's tables join the starts where their names look alike; what another start alone takes is not offered.
_OPERATORS = frozenset(_TERMINALS) - {"NAME", "NUMBER", "DOT", "LSQB", "RSQB", "COMMA", "ASC", "DESC", "$END"}
_ELSEWHERE: dict[Start, frozenset[str]] = {
    "expression": frozenset({"ASC", "DESC"}),
    "order_by": _OPERATORS,
    "reference": _OPERATORS | {"ASC", "DESC", "COMMA"},
}


class _MisuseError(Exception):
    """A token the grammar takes and the language does not; becomes an ExpressionError that has the text."""

    def __init__(self, token: Token, message: str) -> None:
        super().__init__(message)
        self.token = token
        self.message = message


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """Nodes from the grammar's rules, called as each rule is complete."""

    def string(self, token: Token) -> Constant:
        return Constant(str(token)[1:-1])

    def number(self, token: Token) -> Constant:
        if len(token) > MAX_DIGITS:
            raise _MisuseError(token, f"a number has at most {MAX_DIGITS} digits")
        value: int | float = float(token) if "." in token else int(token)
        if math.isinf(value):
            raise _MisuseError(token, "the number is too large")
        return Constant(value)

    def true(self) -> Constant:
        return Constant(True)

    def false(self) -> Constant:
        return Constant(False)

    def null(self) -> Constant:
        return Constant(None)

    def array(self, *items: Constant | None) -> Array:
        return Array(tuple(item for item in items if item is not None))

    def key(self, *tokens: Token) -> Key:
        word = str(tokens[0]).lower()
        if len(tokens) == 1 and word in {"true", "false", "null"}:
            raise _MisuseError(tokens[0], f"write {word} in lower case")
        return Key(tuple(_index(token) if token.type == "NUMBER" else str(token) for token in tokens))

    def comparison(self, left: Operand, operator: Token, right: Operand) -> Comparison:
        return Comparison(str(operator).upper(), left, right)  # type: ignore[arg-type]  # the grammar's words

    def exclusion(self, left: Operand, _in: Token, right: Operand) -> Comparison:
        return Comparison("NOT IN", left, right)

    def negation(self, condition: Condition) -> Not:
        return Not(condition)

    def all_of(self, *conditions: Condition) -> Condition:
        return all_of(conditions)

    def any_of(self, *conditions: Condition) -> Condition:
        return any_of(conditions)

    def order_clause(self, key: Key, direction: Token) -> OrderClause:
        return key, "DESC" if str(direction).upper() == "DESC" else "ASC"

    def order_by(self, *clauses: OrderClause) -> tuple[OrderClause, ...]:
        return clauses

    def reference(self, key: Key) -> Key:
        return key


def _index(token: Token) -> int:
    if "." in token or len(token) > 9:
        raise _MisuseError(token, "an index is a whole number of at most 9 digits")
    return int(token)


@cache
def _parser() -> Lark:
    """The tables, made once per process at the first parse, so that importing the package costs nothing."""
    return Lark.open(
        "grammar.lark",
        rel_to=__file__,
        parser="lalr",
        start=["expression", "order_by", "reference"],
        transformer=_Build(),
    )


def read(text: str, start: Start) -> Any:
    """The value that `start` of the grammar builds from the text, or ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(text, 1, MAX_LENGTH + 1, f"longer than {MAX_LENGTH} characters")
    try:
        return _parser().parse(text, start=start)
    except UnexpectedInput as error:
        _explain(text, start, error)
    except _MisuseError as misuse:
        token = misuse.token
        raise ExpressionError(text, token.line or 1, token.column or 1, misuse.message) from None


def read_condition(text: str) -> Condition:
    """The condition that an expression's text means."""
    condition: Condition = read(text, "expression")
    if depth(condition) > MAX_DEPTH:
        raise ExpressionError(text, 1, 1, f"conditions nest more than {MAX_DEPTH} deep")
    return condition


def read_order_by(text: str) -> tuple[OrderClause, ...]:
    """The clauses of `worker.level DESC, worker.age ASC`."""
    clauses: tuple[OrderClause, ...] = read(text, "order_by")
    return clauses


def read_reference(text: str) -> Key:
    """The name in `task.originalRouting.workerSid`."""
    key: Key = read(text, "reference")
    return key


def _explain(text: str, start: Start, error: UnexpectedInput) -> NoReturn:
    if isinstance(error, UnexpectedCharacters):
        message = _character(error.char, set(error.allowed or ()) - _ELSEWHERE[start])
        raise ExpressionError(text, error.line, error.column, message) from None
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        message = f"{str(error.token)!r} is not expected here; {_expected(error.accepts or error.expected)}"
        raise ExpressionError(text, error.line, error.column, message) from None
    lines = text.rstrip().split("\n")
    expected = _expected(error.accepts or error.expected) if isinstance(error, UnexpectedToken) else "incomplete"
    raise ExpressionError(text, len(lines), len(lines[-1]) + 1, f"the text ends too early; {expected}") from None


def _character(character: str, allowed: Iterable[str]) -> str:
    if character == "-":
        return "hyphens are not supported in TaskRouter expressions, except inside quotes"
    if character in {'"', "'"}:
        return "the string does not end, or holds a backslash or a control character, which have no documented meaning"
    if character == "=":
        return "a single '=' is not an operator, write '=='"
    return f"{character!r} is not expected here; {_expected(allowed)}"


def _expected(terminals: Iterable[str]) -> str:
    found: Sequence[str] = sorted(set(terminals), key=[*_TERMINALS].index)
    return "expected " + ", ".join(_TERMINALS[name] for name in found)
