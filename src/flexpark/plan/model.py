"""A plan: one step for each resource that the engine would touch.

Source of the words: `OpType` of the engine's events (pulumi/pulumi, sdk/go/common/apitype/events.go).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["replace", "delete", "update", "create", "import", "read", "same"]

# Dangerous ones first: the order in which people are told.
ORDER: tuple[Kind, ...] = ("replace", "delete", "update", "import", "create")

# The engine tells a replacement three times (create-replacement, replace, delete-replaced): once is enough.
_KINDS: Mapping[str, Kind] = {
    "same": "same",
    "create": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "read": "read",
    "read-replacement": "read",
    "refresh": "same",
    "import": "import",
    "import-replacement": "replace",
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as the program declares it, or as the state holds it. `properties` are its inputs; secrets among them
    are the engine's placeholder, never the value."""

    urn: str
    type: str
    properties: Mapping[str, Any] = field(default_factory=dict, repr=False)
    protect: bool = False

    @property
    def name(self) -> str:
        """The logical name: the last part of the URN."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one resource: `old` is missing for a create, `new` for a delete.

    `changed` are the paths of the properties that differ (`configuration.task_routing`), without their values.
    """

    kind: Kind
    old: Resource | None
    new: Resource | None
    changed: tuple[str, ...] = ()

    @property
    def resource(self) -> Resource:
        """The resource, as it will be where it stays."""
        found = self.new or self.old
        if found is None:
            raise ValueError("a step has an old resource, a new one, or both")
        return found


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps for one stack, in the engine's order, less those of resources that stay as they are."""

    stack: str
    steps: tuple[Step, ...]
    same: int = 0

    @classmethod
    def of(cls, stack: str, steps: Iterable[Step], *, same: int = 0) -> "Plan":
        """A plan of all steps; those that change nothing are counted only, beside `same` others."""
        given = list(steps)
        changing = tuple(step for step in given if step.kind in ORDER)
        return cls(stack, changing, same + sum(step.kind == "same" for step in given))

    @property
    def counts(self) -> dict[Kind, int]:
        """How many steps of each kind there are, the dangerous ones first; kinds without a step are left out."""
        counted = {kind: sum(step.kind == kind for step in self.steps) for kind in ORDER}
        return {kind: number for kind, number in counted.items() if number}

    def of_kind(self, kind: Kind) -> list[Step]:
        """The steps of one kind, in the engine's order."""
        return [step for step in self.steps if step.kind == kind]


def step_of(
    op: str,
    urn: str,
    type_: str,
    *,
    changed: Iterable[str] = (),
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    protect: bool = False,
) -> Step | None:
    """A step from what the engine says of it: its word for the operation, and the inputs before and after.

    None for the parts of a replacement that another event tells, for providers, and for the stack's own node.
    """
    kind = _KINDS.get(op)
    if kind is None or type_.startswith("pulumi:"):
        return None
    before = None if kind == "create" else Resource(urn, type_, dict(old or {}), protect)
    after = None if kind == "delete" else Resource(urn, type_, dict(new or {}), protect)
    return Step(kind, before, after, tuple(sorted(changed)))
