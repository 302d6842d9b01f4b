"""Which workers a target offers a task to, and in which order.

https://www.twilio.com/docs/taskrouter/order-workers; what is known of a worker comes with the call, nothing is fetched.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from taskrouter.evaluation import Missing, look_up
from taskrouter.expression import Expression, parse
from taskrouter.parsing import OrderClause
from taskrouter.workflow import Target


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as routing sees it.

    `available`: the activity is an available one. `has_capacity`: there is room on the task's channel.
    `idle_since`: Unix time in seconds since when the worker is unoccupied. `channels`: by unique name, for expressions
    such as `worker.channel.voice.available_capacity_percentage`.
    """

    sid: str
    friendly_name: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    activity_sid: str = ""
    activity_name: str = ""
    available: bool = True
    has_capacity: bool = True
    idle_since: float = 0.0
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The attributes, and besides what Twilio adds to them; Twilio's own win."""
        return {
            **self.attributes,
            "sid": self.sid,
            "friendly_name": self.friendly_name,
            "activity_sid": self.activity_sid,
            "activity_name": self.activity_name,
            **({"channel": self.channels} if self.channels else {}),
        }


def members(
    workers: Iterable[Worker], target_workers: str | Expression, *, missing: Missing = Missing.FALSE
) -> list[Worker]:
    """The workers of a queue, whatever they are doing; an empty TargetWorkers has none."""
    if not target_workers:
        return []
    expression = parse(target_workers) if isinstance(target_workers, str) else target_workers
    return [worker for worker in workers if expression.matches_worker(worker.document(), missing=missing)]


def counts(queue: Iterable[Worker]) -> dict[str, int]:
    """What `skip_if` counts among a queue's members: `available`, `unavailable` and each activity's SID."""
    found = Counter({"available": 0, "unavailable": 0})
    for worker in queue:
        found["available" if worker.available else "unavailable"] += 1
        if worker.activity_sid:
            found[worker.activity_sid] += 1
    return dict(found)


def eligible(
    workers: Iterable[Worker],
    queue_target_workers: str | Expression,
    target: Target,
    task: Mapping[str, Any],
    *,
    missing: Missing = Missing.FALSE,
) -> list[Worker]:
    """The workers a task can be reserved for now, the first to be asked first.

    `target` is one of `targets_for`, so that its known worker is looked up. They are in the queue, available, have
    room, are the known worker where the target names one, and satisfy the target's expression.
    """
    return order(
        (
            worker
            for worker in members(workers, queue_target_workers, missing=missing)
            if worker.available
            and worker.has_capacity
            and _is_known_worker(worker, target)
            and (target.expression is None or target.expression.matches(task, worker.document(), missing=missing))
        ),
        target.order_by,
    )


def skips(target: Target, queue: Iterable[Worker], *, missing: Missing = Missing.FALSE) -> bool:
    """Whether a task leaves a target at once, when it could not be reserved for anybody at once."""
    return target.skip_if is not None and target.skip_if.skips(counts(queue), missing=missing)


def order(workers: Iterable[Worker], clauses: tuple[OrderClause, ...] = ()) -> list[Worker]:
    """By the clauses, those without the attribute last in either direction; ties, the longest idle first."""
    ordered = sorted(workers, key=lambda worker: worker.idle_since)
    for key, direction in reversed(clauses):
        ranked = [(_rank(look_up(worker.document(), key.parts[1:])), worker) for worker in ordered]
        having = [(rank, worker) for rank, worker in ranked if rank is not None]
        having.sort(key=lambda pair: pair[0], reverse=direction == "DESC")
        ordered = [worker for _, worker in having] + [worker for rank, worker in ranked if rank is None]
    return ordered


def _rank(value: Any) -> float | None:
    """Only numbers rank: "an integer value in a Worker's JSON Attributes"."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_known_worker(worker: Worker, target: Target) -> bool:
    known = target.known_worker
    if known is None:
        return True
    return known.value is not None and known.value == (worker.sid if known.by == "sid" else worker.friendly_name)
