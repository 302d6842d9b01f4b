"""Where a task goes: the filter it matches, the targets in order, and what follows a timeout or a skip.

    task -> first filter that holds -> target 1 -> (timeout or skip) -> target 2 -> ... -> next filter that holds
         -> no filter holds, or each was left by a skip -> default filter
         -> nothing left after a timeout -> out of the workflow: the task is cancelled

https://www.twilio.com/docs/taskrouter/workflow-configuration, "Evaluation"; /docs/taskrouter/worker-presence
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from taskrouter.evaluation import Missing, look_up
from taskrouter.workflow import Target, Workflow


@dataclass(frozen=True, slots=True)
class Step:
    """A target on a task's way; `filter_index` None is the default filter, `filter` the friendly name."""

    filter_index: int | None
    filter: str | None
    target: Target


@dataclass(frozen=True, slots=True)
class Position:
    """Where on its way a task is: the step's index, and whether it has left a filter by a timeout."""

    index: int = 0
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A task's way through a workflow.

    `steps` are those of every filter that holds, in order; `default` follows them only where Twilio lets it.
    """

    steps: tuple[Step, ...]
    default: Step | None

    @property
    def first(self) -> Step | None:
        """Where the task enters; None when it matches nothing and there is no default filter: it is cancelled."""
        return self.steps[0] if self.steps else self.default

    @property
    def filter_index(self) -> int | None:
        """The index of the filter that the task matched; None for the default filter, or for nothing at all."""
        return self.first.filter_index if self.first else None

    @property
    def filter(self) -> str | None:
        """The friendly name of the filter that the task matched."""
        return self.first.filter if self.first else None

    @property
    def is_default(self) -> bool:
        """Whether the task matches no filter and there is a default filter."""
        return not self.steps and self.default is not None

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets, in order, of the filter the task enters."""
        first = self.first
        if first is None or not self.steps:
            return (first.target,) if first else ()
        return tuple(step.target for step in self.steps if step.filter_index == first.filter_index)

    def at(self, position: Position) -> Step | None:
        """The step at a position; the one after the last filter's is the default filter."""
        return self.steps[position.index] if position.index < len(self.steps) else self.default

    def after(self, position: Position, *, skipped: bool) -> Position | None:
        """Where a task goes that times out in a step (or skips it); None: it falls out of the workflow."""
        if position.index >= len(self.steps):
            return None
        index = position.index + 1
        at_end = index == len(self.steps)
        leaves_filter = at_end or self.steps[index].filter_index != self.steps[position.index].filter_index
        expired = position.expired or (leaves_filter and not skipped)
        if at_end and (expired or self.default is None):
            return None
        return Position(index, expired)


def targets_for(workflow: Workflow, task_attributes: Mapping[str, Any], *, missing: Missing = Missing.FALSE) -> Match:
    """The way of a task with these attributes, its known workers looked up in them."""
    steps = tuple(
        Step(index, filter_.friendly_name, _resolved(target, task_attributes))
        for index, filter_ in enumerate(workflow.filters)
        if filter_.expression.matches(task_attributes, missing=missing)
        for target in filter_.targets
    )
    default = workflow.default_filter
    return Match(steps, None if default is None else Step(None, None, _resolved(default, task_attributes)))


def _resolved(target: Target, task: Mapping[str, Any]) -> Target:
    known = target.known_worker
    if known is None:
        return target
    value = look_up(task, known.reference.parts[1:])
    return replace(target, known_worker=replace(known, value=value if isinstance(value, str) else None))
