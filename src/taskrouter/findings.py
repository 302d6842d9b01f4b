"""Why an expression holds or not: each comparison in it, with what the names in it hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from taskrouter.evaluation import Missing, Scope, holds
from taskrouter.expression import Expression
from taskrouter.nodes import Key, comparisons
from taskrouter.writing import write


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison as text, whether it holds by itself, and the value of each name in it (None: not there)."""

    text: str
    holds: bool
    values: tuple[tuple[str, Any], ...]


def findings(
    expression: Expression, task: Mapping[str, Any], *, missing: Missing = Missing.FALSE
) -> tuple[Finding, ...]:
    """Every comparison of a filter's expression, from left to right, against a task's attributes."""
    scope = Scope(task, {"task": task}, missing)
    return tuple(
        Finding(
            write(comparison),
            holds(comparison, scope),
            tuple((str(key), scope.value(key)) for key in (comparison.left, comparison.right) if isinstance(key, Key)),
        )
        for comparison in comparisons(expression.condition)
    )
