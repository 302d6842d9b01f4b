"""Expressions as text: literals that cannot break out of their quotes, conditions in canonical form."""

from decimal import Decimal

from taskrouter.errors import UnquotableError
from taskrouter.nodes import And, Array, Comparison, Condition, Constant, Not, Operand, Scalar


def quote(value: str) -> str:
    """A string literal that means exactly `value`.

    Twilio documents single and double quotes and no escapes, so a value with both kinds of quotes, a backslash or a
    control character has no literal: UnquotableError says which of them it is.
    """
    if "\\" in value:
        raise UnquotableError("a string with a backslash cannot be written in a TaskRouter expression")
    if any(character < " " for character in value):
        raise UnquotableError("a string with a control character cannot be written in a TaskRouter expression")
    if '"' not in value:
        return f'"{value}"'
    if "'" not in value:
        return f"'{value}'"
    raise UnquotableError("a string with both kinds of quotes cannot be written in a TaskRouter expression")


def literal(value: Scalar) -> str:
    """A constant as text: `true`, `null`, `5.1`, `"text"`; numbers without exponent, as documented."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else f"{text}.0"


def write(condition: Condition) -> str:
    """The canonical text: upper-case words, single blanks, only the parentheses that are needed."""
    if isinstance(condition, Comparison):
        return f"{_operand(condition.left)} {condition.operator} {_operand(condition.right)}"
    if isinstance(condition, Not):
        inner = condition.condition
        return f"NOT {write(inner)}" if isinstance(inner, Not) else f"NOT ({write(inner)})"
    if isinstance(condition, And):
        return " AND ".join(_inside_and(part) for part in condition.conditions)
    return " OR ".join(write(part) for part in condition.conditions)


def _inside_and(condition: Condition) -> str:
    text = write(condition)
    return text if isinstance(condition, Comparison | Not) else f"({text})"


def _operand(operand: Operand) -> str:
    if isinstance(operand, Constant):
        return literal(operand.value)
    if isinstance(operand, Array):
        return "[" + ", ".join(literal(item.value) for item in operand.items) + "]"
    return str(operand)
