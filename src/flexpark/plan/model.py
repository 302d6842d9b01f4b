"""A plan: one step for each resource that the engine would touch.

Source: `ResourcePreEvent` and `StepEventMetadata` of the engine's event log
(pulumi/pulumi, sdk/go/common/apitype/events.go).
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
    id: str = ""

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
    def of(cls, stack: str, steps: Iterable[Step]) -> "Plan":
        """A plan of all steps; those that change nothing are counted only."""
        given = list(steps)
        changing = tuple(step for step in given if step.kind in ORDER)
        return cls(stack, changing, sum(step.kind == "same" for step in given))

    @property
    def counts(self) -> dict[Kind, int]:
        """How many steps of each kind there are, the dangerous ones first; kinds without a step are left out."""
        counted = {kind: sum(step.kind == kind for step in self.steps) for kind in ORDER}
        return {kind: number for kind, number in counted.items() if number}

    def of_kind(self, kind: Kind) -> list[Step]:
        """The steps of one kind, in the engine's order."""
        return [step for step in self.steps if step.kind == kind]


def step_of(metadata: Mapping[str, Any]) -> Step | None:
    """A step from the metadata of a `resourcePreEvent`, in the engine's JSON spelling.

    None for a part of a replacement that another event tells, for providers, and for the stack's own node.
    """
    kind = _KINDS.get(str(metadata.get("op", "")))
    kind_of_resource = str(metadata.get("type", ""))
    if kind is None or kind_of_resource.startswith("pulumi:"):
        return None
    urn = str(metadata.get("urn", ""))
    detailed = metadata.get("detailedDiff") or {}
    changed = list(detailed) or list(metadata.get("diffs") or ()) or list(metadata.get("keys") or ())
    return Step(
        kind,
        _resource(urn, metadata.get("old")),
        _resource(urn, metadata.get("new")) or (None if kind == "delete" else Resource(urn, kind_of_resource)),
        tuple(sorted(changed)),
    )


def _resource(urn: str, state: Any) -> Resource | None:
    if not isinstance(state, Mapping):
        return None
    return Resource(
        urn,
        str(state.get("type", "")),
        dict(state.get("inputs") or {}),
        bool(state.get("protect")),
        str(state.get("id") or ""),
    )
