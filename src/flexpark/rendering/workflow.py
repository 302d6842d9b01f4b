"""The TaskRouter workflow of an environment: the routing policy with the environment's queues in it.

Keys are Twilio's (twilio.com/docs/taskrouter/workflow-configuration): `task_routing.{filters, default_filter}`, per
filter `filter_friendly_name, expression, targets`, per target `queue, known_worker_sid, timeout, skip_if`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flexpark.environment.model import Environment, Queue
from flexpark.environment.source import read_source
from flexpark.errors import RenderError
from flexpark.rendering.policy import Scope, evaluate
from taskrouter import check_workflow

POLICY = Path("workflows/park.yaml")
VERSION = 1
_COLLECTIONS = ("queues", "routes", "resume_queue", "resume_worker")
_KEYS = {"version", "friendly_name", "task_reservation_timeout", "filters", "default_filter"}


@dataclass(frozen=True, slots=True)
class RenderedWorkflow:
    """The workflow but for its queues' SIDs, which `configuration` takes."""

    friendly_name: str
    task_reservation_timeout: int
    _policy: Mapping[str, Any] = field(repr=False)
    _environment: Environment = field(repr=False)

    def configuration(self, queue_sids: Mapping[str, str]) -> dict[str, Any]:
        """TaskRouter's configuration. `queue_sids`: the SID of each queue by its name in the environment.

        RenderError for a queue without a SID, or for a configuration that TaskRouter's documented rules forbid.
        """
        missing = [queue.name for queue in self._environment.queues if queue.name not in queue_sids]
        if missing:
            raise RenderError(f"the workflow needs the SIDs of these queues too: {', '.join(missing)}")
        configuration = self._fill(queue_sids)
        problems = check_workflow(configuration, queues=set(queue_sids.values()))
        if problems:
            lines = "\n".join(f"{POLICY}: {problem}" for problem in problems)
            raise RenderError(f"the workflow breaks TaskRouter's rules:\n{lines}")
        return configuration

    def _fill(self, queue_sids: Mapping[str, str]) -> dict[str, Any]:
        scope = _scope(self._environment, queue_sids)
        filters: list[Any] = []
        for index, node in enumerate(self._policy["filters"]):
            path = f"{POLICY}: filters[{index}]"
            body = {key: value for key, value in node.items() if key != "for_each"}
            filters += [evaluate(body, inner, path) for inner in _each(node.get("for_each"), scope, path)]
        default = evaluate(self._policy["default_filter"], scope, f"{POLICY}: default_filter")
        return {"task_routing": {"filters": filters, "default_filter": default}}


def read_policy(root: Path) -> Mapping[str, Any]:
    """The routing policy, the same for all environments. Raises RenderError."""
    source = read_source(root / POLICY, POLICY.as_posix())
    if source.problems:
        raise RenderError("\n".join(str(problem) for problem in source.problems))
    policy = source.data
    if policy.keys() != _KEYS or policy["version"] != VERSION or not isinstance(policy["filters"], list):
        wrong = ", ".join(sorted(policy.keys() ^ _KEYS)) or "version or filters"
        raise RenderError(f"{POLICY}: {wrong}: needed are {', '.join(sorted(_KEYS))}, of version {VERSION}")
    return policy


def render_workflow(environment: Environment, root: Path, policy: Mapping[str, Any] | None = None) -> RenderedWorkflow:
    """The workflow of an environment, checked with placeholders for the queues' SIDs. `policy` saves reading it."""
    policy = read_policy(root) if policy is None else policy
    placeholders = placeholder_sids(environment)
    scope = _scope(environment, placeholders)
    timeout = policy["task_reservation_timeout"]
    if not isinstance(timeout, int) or not 1 <= timeout <= 86_400:
        raise RenderError(f"{POLICY}: task_reservation_timeout: is {timeout!r}; allowed: 1 to 86400 seconds")
    name = evaluate(policy["friendly_name"], scope, f"{POLICY}: friendly_name")
    workflow = RenderedWorkflow(str(name), timeout, policy, environment)
    workflow.configuration(placeholders)
    return workflow


def placeholder_sids(environment: Environment) -> dict[str, str]:
    """A made-up queue SID for each queue, by its name: for looking at a workflow before anything is deployed."""
    return {queue.name: f"WQ{index:032x}" for index, queue in enumerate(environment.queues, start=1)}


def known_sids(environment: Environment) -> dict[str, str]:
    """The same, but with the SIDs that the files give: of queues that exist, or are pinned."""
    known = placeholder_sids(environment)
    for queue in environment.queues:
        if queue.existing is not None and (sid := queue.existing.sid or environment.pinned.queues.get(queue.name)):
            known[queue.name] = str(sid)
    return known


def _scope(environment: Environment, queue_sids: Mapping[str, str]) -> dict[str, Any]:
    return {
        "customer": environment.customer,
        "environment": environment.environment,
        "park": environment.park.model_dump(),
        "default_queue": {"name": environment.default_queue, "sid": queue_sids[environment.default_queue]},
        "queues": [{"queue": _queue(queue, queue_sids)} for queue in environment.queues],
        **_chosen(environment, queue_sids),
        "routes": [
            {"route": {"name": route.name, "when": route.when, "queue_sid": queue_sids[route.queue]}}
            for route in environment.routes
        ],
    }


def _chosen(environment: Environment, queue_sids: Mapping[str, str]) -> dict[str, list[Any]]:
    """The queue that customers' wakes go to, in the collection of the destination; the other one is empty."""
    resume = environment.park.resume
    chosen = [{"resume": {"queue_sid": queue_sids[resume.queue], "queue": resume.queue}}] if resume.queue else []
    return {f"resume_{to}": chosen if resume.destination == to else [] for to in ("queue", "worker")}


def _queue(queue: Queue, queue_sids: Mapping[str, str]) -> dict[str, Any]:
    return {"name": queue.name, "friendly_name": queue.friendly_name, "sid": queue_sids[queue.name]}


def _each(collection: Any, scope: Scope, path: str) -> list[Scope]:
    if collection is None:
        return [scope]
    if collection not in _COLLECTIONS:
        raise RenderError(f"{path}.for_each: is {collection!r}; allowed: {', '.join(_COLLECTIONS)}")
    return [{**scope, **item} for item in scope[collection]]
