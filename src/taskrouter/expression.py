"""One parsed expression: what `parse` gives and everything else asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from taskrouter.evaluation import Missing, Scope, holds
from taskrouter.nodes import Condition, Key, comparisons
from taskrouter.parsing import read_condition
from taskrouter.writing import write


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition on a task, a worker or both. Equal when they mean the same text; `str` gives that text."""

    condition: Condition

    def __str__(self) -> str:
        return write(self.condition)

    def matches(
        self,
        task: Mapping[str, Any],
        worker: Mapping[str, Any] | None = None,
        *,
        missing: Missing = Missing.FALSE,
    ) -> bool:
        """Whether a filter (no worker) or a target (with one) holds: bare names and `task.` are task attributes.

        `worker` holds its attributes and, besides, what Twilio adds (`sid`, `friendly_name`, `activity_sid`,
        `activity_name`): see `Worker.document`. Without a worker, `worker.x` is the task's own attribute of that name.
        """
        prefixed = {"task": task} if worker is None else {"task": task, "worker": worker}
        return holds(self.condition, Scope(task, prefixed, missing))

    def matches_worker(self, worker: Mapping[str, Any], *, missing: Missing = Missing.FALSE) -> bool:
        """Whether a queue's TargetWorkers holds: bare names and `worker.` are worker attributes."""
        return holds(self.condition, Scope(worker, {"worker": worker}, missing))

    def skips(self, workers: Mapping[str, int], *, missing: Missing = Missing.FALSE) -> bool:
        """Whether a `skip_if` holds, given the counts of the queue's workers: `available`, `unavailable`, `WA...`.

        An activity that nobody is in counts 0. Ask only where no reservation could be made at once.
        https://www.twilio.com/docs/taskrouter/worker-presence
        """
        counts = {str(key.parts[1]): 0 for key in self.keys() if key.root == "workers" and len(key.parts) == 2}
        return holds(self.condition, Scope({}, {"workers": {**counts, **workers}}, missing))

    def keys(self) -> Iterator[Key]:
        """Every name the expression reads, from left to right."""
        for comparison in comparisons(self.condition):
            for operand in (comparison.left, comparison.right):
                if isinstance(operand, Key):
                    yield operand


@lru_cache(maxsize=1024)
def parse(text: str) -> Expression:
    """The expression in a text, or ExpressionError with line, column and what was expected there."""
    return Expression(read_condition(text))
