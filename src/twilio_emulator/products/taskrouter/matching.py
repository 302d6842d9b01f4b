"""Where this product meets the pure package `taskrouter`: texts checked, a task's way looked up, workers described.

A task remembers the configuration it came under (by digest), its place on the way, and when it must move on. Timeouts
add up from the task's creation, skipped targets included.
Source: https://www.twilio.com/docs/taskrouter/task-evaluation.
"""

import contextlib
import hashlib
import json
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

import taskrouter
from twilio_emulator.core.errors import invalid_parameter
from twilio_emulator.core.store import Conflict
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter.records import Doc

CONFIGURATION = "taskrouter.configuration"


def checked_expression(parameter: str, text: str) -> None:
    """400 where a text is no expression; an empty one (nobody) is allowed."""
    if not text:
        return
    try:
        taskrouter.parse(text)
    except taskrouter.ExpressionError as error:
        raise invalid_parameter(parameter, f"{text!r} is not an expression: {error}") from None


def checked_configuration(text: str, queues: Collection[str]) -> None:
    """400 with every problem where a workflow's configuration breaks a rule or names a queue that is not there."""
    try:
        decoded = json.loads(text)
    except ValueError:
        raise invalid_parameter("Configuration", "JSON is expected") from None
    problems = taskrouter.check_workflow(decoded, queues=queues)
    if problems:
        listed = "; ".join(f"{problem.path}: {problem.what}; allowed: {problem.allowed}" for problem in problems)
        raise invalid_parameter("Configuration", listed)


def missing(world: World) -> taskrouter.Missing:
    """What comparing an attribute that is not there means, by the switch `missing_attribute_false`."""
    return taskrouter.Missing.FALSE if world.switches["missing_attribute_false"] else taskrouter.Missing.NULL


def begin(world: World, *, configuration: str | None = None, queue: str | None = None) -> Doc:
    """The start of a task's way: through a workflow's configuration, or into one queue."""
    digest = None
    if configuration is not None:
        digest = hashlib.sha256(configuration.encode()).hexdigest()
        with contextlib.suppress(Conflict):
            world.store.put(CONFIGURATION, digest, {"text": configuration})
    return {
        "configuration": digest,
        "queue": queue,
        "index": 0,
        "expired": False,
        "budget": 0,
        "deadline": None,
        "refused": [],
    }


def way(world: World, task: Doc) -> taskrouter.Match:
    """Every target that the task may come through."""
    routing = task["routing"]
    if routing["configuration"] is None:
        return taskrouter.Match((), taskrouter.Step(None, None, taskrouter.Target(routing["queue"])))
    text = (world.store.get(CONFIGURATION, routing["configuration"]) or {})["text"]
    return taskrouter.targets_for(_workflow(text), json.loads(task["attributes"]), missing=missing(world))


def place(routing: Doc) -> taskrouter.Position:
    """Where on its way a task is."""
    return taskrouter.Position(routing["index"], routing["expired"])


def worker_view(worker: Doc, activity: Doc, channels: Iterable[Doc], task_channel_sid: str) -> taskrouter.Worker:
    """A worker as routing sees it for a task on one channel."""
    by_name = {doc["task_channel_unique_name"]: doc for doc in channels}
    own = next((doc for doc in by_name.values() if doc["task_channel_sid"] == task_channel_sid), None)
    return taskrouter.Worker(
        sid=worker["sid"],
        friendly_name=worker["friendly_name"],
        attributes=json.loads(worker["attributes"]),
        activity_sid=activity["sid"],
        activity_name=activity["friendly_name"],
        available=activity["available"],
        has_capacity=bool(own and own["available"] and own["free"] > 0),
        idle_since=worker["idle_since"],
        channels={name: _channel(doc) for name, doc in by_name.items()},
    )


def _channel(doc: Doc) -> dict[str, Any]:
    names = ("assigned_tasks", "available_capacity_percentage")
    return {
        **{name: doc[name] for name in names},
        "configured_capacity": doc["capacity"],
        "available": doc["available"],
    }


@lru_cache(maxsize=128)
def _workflow(text: str) -> taskrouter.Workflow:
    return taskrouter.parse_workflow(json.loads(text))


def is_member(world: World, worker: Doc, target_workers: str) -> bool:
    """Whether a worker is in a queue with this TargetWorkers, whatever the worker is doing."""
    view = taskrouter.Worker(worker["sid"], worker["friendly_name"], json.loads(worker["attributes"]))
    return bool(taskrouter.members([view], target_workers, missing=missing(world)))
