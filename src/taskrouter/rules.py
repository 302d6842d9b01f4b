"""The documented rules of a workflow configuration, all checked at once.

Sources: https://www.twilio.com/docs/taskrouter/workflow-configuration (structure, timeouts, inherited queues),
/docs/taskrouter/expression-syntax (which names an expression may use where),
/docs/taskrouter/worker-presence (skip_if), /docs/taskrouter/order-workers,
/docs/taskrouter/workflow-configuration/known-agent-routing.

A key whose value is null counts as left out. What is allowed but hardly ever meant is for `advise_workflow`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from taskrouter import names
from taskrouter.errors import ExpressionError, Problem
from taskrouter.expression import parse
from taskrouter.parsing import read_order_by, read_reference

MAX_PRIORITY = 2**31 - 1

_ROUTING_KEYS = ("filters", "default_filter")
_FILTER_KEYS = ("filter_friendly_name", "expression", "targets")
_KNOWN_WORKER_KEYS = ("known_worker_sid", "known_worker_friendly_name")
_TARGET_KEYS = ("queue", "expression", "priority", "timeout", "skip_if", "order_by", *_KNOWN_WORKER_KEYS)
_DEFAULT_KEYS = tuple(key for key in _TARGET_KEYS if key != "timeout")


def check_workflow(configuration: Mapping[str, Any], *, queues: Collection[str] | None = None) -> list[Problem]:
    """Every broken rule of a configuration (the decoded JSON); an empty list when Twilio's documents allow it.

    `queues`: the queues there are; None accepts every well-formed TaskQueue SID.
    """
    return list(_configuration(configuration, queues))


def _configuration(value: Any, queues: Collection[str] | None) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem("$", f"{_shown(value)} is no object", '{"task_routing": {...}}')
        return
    yield from _unknown_keys(value, "", ("task_routing",))
    path, routing = "task_routing", value.get("task_routing")
    if not isinstance(routing, Mapping):
        yield Problem(path, _absent_or(routing, "no object"), f"an object with {_either(_ROUTING_KEYS)}")
        return
    yield from _unknown_keys(routing, path, _ROUTING_KEYS)
    filters, default = routing.get("filters"), routing.get("default_filter")
    if not filters and default is None:
        yield Problem(path, "routes nothing", "at least one filter, or a default_filter")
    if filters is not None and not _is_list(filters):
        yield Problem(f"{path}.filters", f"{_shown(filters)} is no list", "a list of filters")
    elif filters is not None:
        for index, item in enumerate(filters):
            yield from _filter(item, f"{path}.filters[{index}]", queues)
    if default is not None:
        yield from _target(default, f"{path}.default_filter", _DEFAULT_KEYS, queues, queue_required=True)


def _filter(value: Any, path: str, queues: Collection[str] | None) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(path, f"{_shown(value)} is no object", f"an object with {_either(_FILTER_KEYS)}")
        return
    yield from _unknown_keys(value, path, _FILTER_KEYS)
    name = value.get("filter_friendly_name")
    if name is not None and not isinstance(name, str):
        yield Problem(f"{path}.filter_friendly_name", f"{_shown(name)} is no string", "a string")
    if value.get("expression") is None:
        yield Problem(f"{path}.expression", "is missing", "an expression on the task's attributes, such as 1==1")
    else:
        yield from _expression(value["expression"], f"{path}.expression", names.in_filter)
    targets = value.get("targets")
    if not _is_list(targets) or not targets:
        yield Problem(f"{path}.targets", _absent_or(targets, "no list of targets"), "a list of one target or more")
        return
    for index, item in enumerate(targets):
        yield from _target(item, f"{path}.targets[{index}]", _TARGET_KEYS, queues, queue_required=index == 0)


def _target(
    value: Any, path: str, keys: Sequence[str], queues: Collection[str] | None, *, queue_required: bool
) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(path, f"{_shown(value)} is no object", f"an object with {_either(keys)}")
        return
    yield from _unknown_keys(value, path, keys)
    yield from _queue(value.get("queue"), f"{path}.queue", queues, required=queue_required)
    yield from _number(value.get("priority"), f"{path}.priority", 0)
    if "timeout" in keys:
        yield from _number(value.get("timeout"), f"{path}.timeout", 1)
    for key, rule in (("expression", names.in_target), ("skip_if", names.in_skip_if)):
        if value.get(key) is not None:
            yield from _expression(value[key], f"{path}.{key}", rule)
    if value.get("order_by") is not None:
        yield from _order_by(value["order_by"], f"{path}.order_by")
    yield from _known_worker(value, path)


def _queue(value: Any, path: str, queues: Collection[str] | None, *, required: bool) -> Iterator[Problem]:
    allowed = "a TaskQueue SID, WQ and 32 hexadecimal digits" if queues is None else _one_of(queues)
    if value is None:
        if required:
            yield Problem(path, "is missing; only later targets of a filter inherit it", allowed)
    elif not isinstance(value, str) or (queues is None and not names.is_sid(value, "WQ")):
        yield Problem(path, f"{_shown(value)} is no TaskQueue SID", allowed)
    elif queues is not None and value not in queues:
        yield Problem(path, f"there is no queue {_shown(value)}", allowed)


def _number(value: Any, path: str, least: int) -> Iterator[Problem]:
    if value is None:
        return
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= MAX_PRIORITY):
        yield Problem(path, f"{_shown(value)} is out of range or no whole number", f"{least} to {MAX_PRIORITY}")


def _expression(value: Any, path: str, rule: Callable[[names.Key], names.Verdict]) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(path, f"{_shown(value)} is no string", "an expression")
        return
    try:
        expression = parse(value)
    except ExpressionError as error:
        yield Problem(path, f"{_shown(value)} is no expression: {error}", "an expression as TaskRouter documents it")
        return
    for key in dict.fromkeys(expression.keys()):
        verdict = rule(key)
        if verdict is not None:
            yield Problem(path, f"{key}: {verdict.what}", verdict.allowed)


def _order_by(value: Any, path: str) -> Iterator[Problem]:
    allowed = "worker.<attribute> ASC or DESC, several separated by commas"
    if not isinstance(value, str):
        yield Problem(path, f"{_shown(value)} is no string", allowed)
        return
    try:
        clauses = read_order_by(value)
    except ExpressionError as error:
        yield Problem(path, f"{_shown(value)} is no order: {error}", allowed)
        return
    for key, _direction in clauses:
        if key.root != "worker" or len(key.parts) == 1:
            yield Problem(path, f"{key} is no attribute of the worker", allowed)


def _known_worker(value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    given = [key for key in _KNOWN_WORKER_KEYS if value.get(key) is not None]
    if len(given) == 2:
        yield Problem(path, "names a known worker in two ways", _either(_KNOWN_WORKER_KEYS))
    for key in given:
        if not _is_task_reference(value[key]):
            yield Problem(
                f"{path}.{key}",
                f"{_shown(value[key])} does not refer to an attribute of the task",
                "task.<attribute>, such as task.originalRouting.workerSid",
            )


def _is_task_reference(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        key = read_reference(value)
    except ExpressionError:
        return False
    return key.root == "task" and len(key.parts) > 1


def _unknown_keys(value: Mapping[Any, Any], path: str, known: Sequence[str]) -> Iterator[Problem]:
    for key in value:
        if key not in known:
            yield Problem(f"{path}.{key}" if path else str(key), "is not a key here", _either(known))


def _absent_or(value: Any, otherwise: str) -> str:
    if value is None:
        return "is missing"
    return "is empty" if _is_list(value) and not value else f"{_shown(value)} is {otherwise}"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _either(keys: Sequence[str]) -> str:
    return keys[0] if len(keys) == 1 else ", ".join(keys[:-1]) + " or " + keys[-1]


def _one_of(queues: Collection[str]) -> str:
    return _shown(", ".join(sorted(queues))) if queues else "nothing: there are no queues"
