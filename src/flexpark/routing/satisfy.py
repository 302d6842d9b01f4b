"""Attributes that satisfy an expression: who a queue would take, which task a route would catch.

A search over the comparisons, not a solver: what it finds is checked against the expression, and where it finds nothing
there may still be something.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any, TypeAlias

from taskrouter import Expression, parse
from taskrouter.evaluation import Missing, Scope, holds
from taskrouter.nodes import And, Array, Comparison, Condition, Constant, Key, Not, Operand, Or

# Names with the values that they need; a list needs at least these items.
_Needs: TypeAlias = tuple[tuple[tuple[str, ...], Any], ...]

_TRIES = 200
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_BESIDE = {"!=": 1, ">": 1, "<": -1}
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "IN": "NOT IN", "NOT IN": "IN"}


def satisfying(text: str, root: str) -> dict[str, Any] | None:
    """Attributes for which an expression over one document holds; None where none are found.

    `root` is the prefix that names may have (`task` for filters, `worker` for TargetWorkers).
    """
    expression = parse(text)
    for needs in islice(_ways(expression.condition, True), _TRIES):
        document = _document(needs, root)
        if document is not None and _holds(expression, document, root):
            return document
    return None


def _holds(expression: Expression, document: Mapping[str, Any], root: str) -> bool:
    return holds(expression.condition, Scope(document, {root: document}, Missing.FALSE))


def _ways(condition: Condition, wanted: bool) -> Iterator[_Needs]:
    """Ways to make a condition true, or false."""
    if isinstance(condition, Not):
        yield from _ways(condition.condition, not wanted)
    elif isinstance(condition, Comparison):
        yield from _compared(condition, wanted)
    elif isinstance(condition, And if wanted else Or):  # all of them
        parts = [list(islice(_ways(part, wanted), 8)) for part in condition.conditions]
        yield from (sum(chosen, ()) for chosen in islice(product(*parts), _TRIES))
    else:
        assert isinstance(condition, And | Or)  # noqa: S101 - the type of the other one
        for part in condition.conditions:
            yield from _ways(part, wanted)


def _compared(comparison: Comparison, wanted: bool) -> Iterator[_Needs]:
    left, right, operator = comparison.left, comparison.right, str(comparison.operator)
    if not isinstance(left, Key) and isinstance(right, Key):
        left, right, operator = right, left, {"HAS": "IN", "IN": "HAS"}.get(operator, _TURNED.get(operator, operator))
    name = _name(left)
    if not isinstance(left, Key) or name is None or isinstance(right, Key):
        yield ()  # nothing to choose: it holds or not
        return
    if not wanted:
        yield ()  # an attribute that is not there compares false
        operator = _NEGATED.get(operator, "")
    yield from (((name, value),) for value in _values(operator, right))


def _values(operator: str, right: Operand) -> list[Any]:
    if isinstance(right, Array):
        items = [item.value for item in right.items]
        return items if operator == "IN" else ["none of them"]
    assert isinstance(right, Constant)  # noqa: S101 - a Key never gets here
    value = right.value
    found: list[Any] = [value] if operator in ("==", "<=", ">=", "CONTAINS") else []
    if operator == "HAS":
        found = [[value]]
    elif isinstance(value, bool):
        found = [not value] if operator == "!=" else found
    elif isinstance(value, int | float):
        found = [value + _BESIDE[operator]] if operator in _BESIDE else found
    elif operator == "!=":
        found = [f"not {value}"]
    return found


def _name(operand: Operand) -> tuple[str, ...] | None:
    if not isinstance(operand, Key) or not all(isinstance(part, str) for part in operand.parts):
        return None
    return tuple(str(part) for part in operand.parts)


def _document(needs: _Needs, root: str) -> dict[str, Any] | None:
    """The needs as one document; None where they contradict one another."""
    document: dict[str, Any] = {}
    for name, value in needs:
        parts = name[1:] if name[0] == root and len(name) > 1 else name
        inside = document
        for part in parts[:-1]:
            inside = inside.setdefault(part, {})
            if not isinstance(inside, dict):
                return None
        there = inside.get(parts[-1])
        if isinstance(there, list) and isinstance(value, list):
            inside[parts[-1]] = [*there, *(item for item in value if item not in there)]
        elif there is None:
            inside[parts[-1]] = value
        elif there != value:
            return None
    return document
