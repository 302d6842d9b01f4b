"""What an expression means for given documents.

Documented: a name that is not in the document is NULL; a scalar operator on an array is false; an array operator
without an array is false; comparing different types "should be avoided".
https://www.twilio.com/docs/taskrouter/expression-syntax

Not documented, hence decided here, and the places to look when Twilio proves otherwise:

- Types: values of different types are unequal, and neither less nor greater: `"10"` is not `10`, `true` is not `1`.
  Whole numbers and fractions are one type. Strings compare by code point, with case. An object equals nothing.
- NULL: `Missing.FALSE` (the default) makes every comparison with NULL false, also `!=` and `NOT IN`, as SQL does;
  `Missing.NULL` makes NULL a value: equal to itself, unequal to all else, neither less nor greater.
- A `null` that is written asks whether there is a value, in both ways: `agent == null`, `agent != null`.
- `CONTAINS` is for strings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from taskrouter.nodes import And, Array, Comparison, Condition, Constant, Key, Not, Operand, Operator


class Missing(Enum):
    """What a comparison with an attribute that is not there (or is null) gives."""

    FALSE = "false"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names are looked up: `bare` for unprefixed ones, `prefixed` by first name (`task`, `worker`, `workers`)."""

    bare: Mapping[str, Any]
    prefixed: Mapping[str, Mapping[str, Any]]
    missing: Missing = Missing.FALSE

    def value(self, key: Key) -> Any:
        """What the name holds; None where the document does not contain it."""
        document = self.prefixed.get(key.root)
        return look_up(self.bare, key.parts) if document is None else look_up(document, key.parts[1:])


def look_up(document: Any, parts: Sequence[str | int]) -> Any:
    """Follow names and indices into a JSON document; None where the path leaves it."""
    value = document
    for part in parts:
        if isinstance(part, str) and isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(part, int) and isinstance(value, list | tuple) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def holds(condition: Condition, scope: Scope) -> bool:
    """Whether the condition is true; recursion is bounded by the parser's MAX_DEPTH."""
    if isinstance(condition, Comparison):
        return _compare(condition, scope)
    if isinstance(condition, Not):
        return not holds(condition.condition, scope)
    if isinstance(condition, And):
        return all(holds(part, scope) for part in condition.conditions)
    return any(holds(part, scope) for part in condition.conditions)


def _compare(comparison: Comparison, scope: Scope) -> bool:
    left, right, operator = _value(comparison.left, scope), _value(comparison.right, scope), comparison.operator
    asked = scope.missing is Missing.NULL or Constant(None) in (comparison.left, comparison.right)
    if operator in ("HAS", "IN", "NOT IN"):
        return _compare_array(operator, left, right, asked)
    if _is_array(left) or _is_array(right):
        return False
    if left is None or right is None:
        both = left is None and right is None
        return asked and ((operator == "==" and both) or (operator == "!=" and not both))
    return _compare_scalars(operator, left, right)


def _compare_scalars(operator: Operator, left: Any, right: Any) -> bool:
    if operator == "==":
        return same(left, right)
    if operator == "!=":
        return not same(left, right)
    if operator == "CONTAINS":
        return isinstance(left, str) and isinstance(right, str) and right in left
    kind = _kind(left)
    if kind != _kind(right) or kind not in ("string", "number"):
        return False
    less: bool = left < right
    if operator in ("<", ">="):
        return less if operator == "<" else not less
    more: bool = left > right
    return more if operator == ">" else not more


def _compare_array(operator: Operator, left: Any, right: Any, asked: bool) -> bool:
    array, value = (left, right) if operator == "HAS" else (right, left)
    if not _is_array(array) or _is_array(value) or (value is None and not asked):
        return False
    found = any(same(item, value) for item in array)
    return not found if operator == "NOT IN" else found


def same(left: Any, right: Any) -> bool:
    """Equality of two JSON scalars of one type; objects and arrays equal nothing."""
    kind = _kind(left)
    return kind == _kind(right) and kind != "other" and bool(left == right)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "other"


def _is_array(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _value(operand: Operand, scope: Scope) -> Any:
    if isinstance(operand, Key):
        return scope.value(operand)
    if isinstance(operand, Array):
        return [item.value for item in operand.items]
    return operand.value
