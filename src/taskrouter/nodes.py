"""The parts an expression is made of: frozen values without behaviour.

Conditions (`Comparison`, `Not`, `And`, `Or`) are true or false; operands (`Constant`, `Array`, `Key`) have a value.
`all_of` and `any_of` build `And` and `Or`: chains are flat, so that their length never becomes depth.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "CONTAINS", "HAS", "IN", "NOT IN"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A string, a number, a boolean or null, as written."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Array:
    """A list of constants: `["en", "es"]`."""

    items: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A name in a JSON document: `object.array[2]` is `("object", "array", 2)`."""

    parts: tuple[str | int, ...]

    @property
    def root(self) -> str:
        """The first name, which tells scopes (`task`, `worker`, `workers`) from attributes."""
        return str(self.parts[0])

    def __str__(self) -> str:
        text = self.root
        for part in self.parts[1:]:
            text += f"[{part}]" if isinstance(part, int) else f".{part}"
        return text


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands and the operator between them."""

    operator: Operator
    left: "Operand"
    right: "Operand"


@dataclass(frozen=True, slots=True)
class Not:
    """True where its condition is false."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """True where all conditions are; never an `And` directly inside an `And`."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where one condition is; never an `Or` directly inside an `Or`."""

    conditions: tuple["Condition", ...]


Operand: TypeAlias = Constant | Array | Key
Condition: TypeAlias = Comparison | Not | And | Or


def all_of(conditions: Iterable[Condition]) -> Condition:
    """The conjunction, flattened; one condition alone stays itself."""
    flat: list[Condition] = []
    for condition in conditions:
        flat.extend(condition.conditions if isinstance(condition, And) else (condition,))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(conditions: Iterable[Condition]) -> Condition:
    """The disjunction, flattened; one condition alone stays itself."""
    flat: list[Condition] = []
    for condition in conditions:
        flat.extend(condition.conditions if isinstance(condition, Or) else (condition,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison inside, from left to right."""
    pending: list[Condition] = [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, Comparison):
            yield node
        elif isinstance(node, Not):
            pending.append(node.condition)
        else:
            pending.extend(reversed(node.conditions))


def depth(condition: Condition) -> int:
    """How deep conditions nest; a comparison alone is 1. Without recursion: it guards those that recurse."""
    deepest = 0
    pending: list[tuple[Condition, int]] = [(condition, 1)]
    while pending:
        node, level = pending.pop()
        deepest = max(deepest, level)
        if isinstance(node, Not):
            pending.append((node.condition, level + 1))
        elif isinstance(node, And | Or):
            pending.extend((inner, level + 1) for inner in node.conditions)
    return deepest
