"""The way of one task: the filters in order, then the targets, each with who could take it and what comes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flexpark.environment.model import Environment
from flexpark.errors import ConfigurationError
from flexpark.rendering.workflow import known_sids, render_workflow
from flexpark.routing.floor import Floor
from flexpark.routing.walk import Outcome, Stop, Walk, described
from taskrouter import Finding, Match, Workflow, findings, parse_workflow, targets_for

DEFAULT_FILTER = "default"


@dataclass(frozen=True, slots=True)
class Looked:
    """A filter: its expression, whether it holds for the task and by which comparisons; `taken`: the task enters it."""

    name: str
    expression: str
    holds: bool
    findings: tuple[Finding, ...]
    targets: tuple[str, ...]
    queues: tuple[str, ...]
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Where a task goes. `outcome` `queued`: nobody is known to be there, so it is told as far as its first queue.

    `after` are the seconds until then; `worker` is None unless it is `assigned`.
    """

    attributes: Mapping[str, Any]
    filters: tuple[Looked, ...]
    stops: tuple[Stop, ...]
    outcome: Outcome
    filter: str | None
    queue: str | None
    worker: str | None
    after: int


def resumed(environment: Environment, queue: str | None, worker: str | None, floor: Floor) -> dict[str, Any]:
    """The attributes that a conversation gets which its customer has woken, parked in a queue by a worker.

    Raises ConfigurationError for a queue or a worker that is not there.
    """
    original: dict[str, Any] = {}
    if queue is not None:
        sids = known_sids(environment)
        if queue not in sids:
            raise ConfigurationError(f"there is no queue {queue!r}", remedy=f"allowed: {', '.join(sids)}")
        original = {"queueName": environment.queue(queue).friendly_name, "queueSid": sids[queue]}
    if worker is not None:
        there = {one.friendly_name: one.sid for one in floor.there()}
        if worker not in there:
            raise ConfigurationError(f"there is no worker {worker!r}", remedy=f"allowed: {', '.join(there) or 'none'}")
        original["workerSid"] = there[worker]
    if not original:
        return {}
    return {"originalRouting": original, "flexpark": {"to": environment.park.resume.destination}}


def way_of(
    environment: Environment,
    root: Path,
    attributes: Mapping[str, Any],
    floor: Floor | None = None,
    away: Iterable[str] = (),
) -> Way:
    """The way of a task with these attributes; without a floor, as far as its queue. Raises RenderError."""
    sids = known_sids(environment)
    names = {sid: name for name, sid in sids.items()}
    workflow = parse_workflow(render_workflow(environment, root).configuration(sids))
    match = targets_for(workflow, attributes)
    looked = _looked(workflow, names, attributes, match)
    people = floor or Floor()
    walk = Walk(environment, names, people, people.there(away), attributes)
    outcome = walk.looks_ahead(match) if floor is None else walk.goes(match)
    last = walk.stops[0 if outcome == "queued" else -1] if walk.stops else None
    if last is None or outcome == "cancelled":
        return Way(attributes, looked, tuple(walk.stops), outcome, match.filter, None, None, walk.clock)
    name = DEFAULT_FILTER if last.filter is None else looked[last.filter].name
    worker = next(iter(last.workers)) if outcome == "assigned" else None
    return Way(attributes, looked, tuple(walk.stops), outcome, name, last.queue, worker, last.after)


def _looked(workflow: Workflow, names: Mapping[str, str], task: Mapping[str, Any], match: Match) -> tuple[Looked, ...]:
    found = [
        Looked(
            one.friendly_name or f"filter {index + 1}",
            str(one.expression),
            one.expression.matches(task),
            findings(one.expression, task),
            tuple(described(target) for target in one.targets),
            tuple(names.get(target.queue, target.queue) for target in one.targets),
            index == match.filter_index,
        )
        for index, one in enumerate(workflow.filters)
    ]
    if (last := workflow.default_filter) is not None:
        queue = names.get(last.queue, last.queue)
        found.append(
            Looked(
                DEFAULT_FILTER,
                "",
                holds=True,
                findings=(),
                targets=(described(last),),
                queues=(queue,),
                taken=match.is_default,
            )
        )
    return tuple(found)
