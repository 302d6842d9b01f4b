"""A workflow configuration as frozen values.

https://www.twilio.com/docs/taskrouter/workflow-configuration; durations are in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from taskrouter.errors import WorkflowError
from taskrouter.expression import Expression, parse
from taskrouter.nodes import Key
from taskrouter.parsing import OrderClause, read_order_by, read_reference
from taskrouter.rules import check_workflow


@dataclass(frozen=True, slots=True)
class KnownWorker:
    """The worker a target names: by `sid` or `friendly_name`, through a reference such as `task.agent_sid`.

    `value` is what the task holds there, once `targets_for` has looked: None when it is missing or no string, and
    then nobody matches and the task still waits in the target.
    https://www.twilio.com/docs/taskrouter/workflow-configuration/known-agent-routing
    """

    by: Literal["sid", "friendly_name"]
    reference: Key
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One routing step. `queue` is a TaskQueue SID, inherited from the step before where the text leaves it out.

    `priority` None keeps the task's; `timeout` None waits for good; `order_by` empty means the longest idle first.
    """

    queue: str
    expression: Expression | None = None
    priority: int | None = None
    timeout: int | None = None
    skip_if: Expression | None = None
    order_by: tuple[OrderClause, ...] = ()
    known_worker: KnownWorker | None = None

    @property
    def known_worker_sid(self) -> str | None:
        """The SID to offer the task to; None when the target names none, or the task holds none."""
        return self.known_worker.value if self.known_worker and self.known_worker.by == "sid" else None

    @property
    def known_worker_friendly_name(self) -> str | None:
        """The friendly name of the worker to offer the task to; None as for `known_worker_sid`."""
        return self.known_worker.value if self.known_worker and self.known_worker.by == "friendly_name" else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Tasks for which `expression` holds go through `targets`, in order."""

    expression: Expression
    targets: tuple[Target, ...]
    friendly_name: str | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """Filters in order, and where tasks go that match none of them."""

    filters: tuple[Filter, ...] = field(default=())
    default_filter: Target | None = None


def parse_workflow(configuration: Mapping[str, Any]) -> Workflow:
    """The model of a configuration (the decoded JSON), or WorkflowError with every problem."""
    problems = check_workflow(configuration)
    if problems:
        raise WorkflowError(problems)
    routing = configuration["task_routing"]
    default = routing.get("default_filter")
    return Workflow(
        tuple(_filter(item) for item in routing.get("filters") or ()),
        None if default is None else _target(default, None),
    )


def _filter(item: Mapping[str, Any]) -> Filter:
    targets: list[Target] = []
    for target in item["targets"]:
        targets.append(_target(target, targets[-1].queue if targets else None))
    return Filter(parse(item["expression"]), tuple(targets), item.get("filter_friendly_name"))


def _target(item: Mapping[str, Any], inherited_queue: str | None) -> Target:
    expression, skip_if, order_by = item.get("expression"), item.get("skip_if"), item.get("order_by")
    return Target(
        queue=item.get("queue") or inherited_queue or "",
        expression=None if expression is None else parse(expression),
        priority=_whole_number(item.get("priority")),
        timeout=_whole_number(item.get("timeout")),
        skip_if=None if skip_if is None else parse(skip_if),
        order_by=() if order_by is None else read_order_by(order_by),
        known_worker=_known_worker(item),
    )


def _known_worker(item: Mapping[str, Any]) -> KnownWorker | None:
    if (sid := item.get("known_worker_sid")) is not None:
        return KnownWorker("sid", read_reference(sid))
    if (name := item.get("known_worker_friendly_name")) is not None:
        return KnownWorker("friendly_name", read_reference(name))
    return None


def _whole_number(value: int | str | None) -> int | None:
    """Twilio's own examples write `"priority": "10"` as well as `10`."""
    return None if value is None else int(value)
