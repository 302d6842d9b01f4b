"""What spans several settings: one small rule each, over the merged settings as they were written.

A rule sees values before their shapes are checked, so that every problem is found in one go; it skips what has a wrong
shape, which the model reports.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from flexpark.environment.merge import Merged
from flexpark.environment.model import KnownWorker, Park, service_name
from flexpark.environment.source import Place
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import Problem
from taskrouter import ExpressionError, UnquotableError, check_workflow, parse, quote

# Twilio's limits: a Serverless UniqueName and DomainSuffix (twilio.com/docs/serverless/api/resource/service and
# .../environment), and a label of a domain name (RFC 1035). A domain is <UniqueName>-<4 digits>-<DomainSuffix>.twil.io.
LONGEST_SERVICE_NAME = 50
LONGEST_SUFFIX = 16
LONGEST_LABEL = 63

Rule: TypeAlias = Callable[[Merged], Iterator[Problem]]


def rule_problems(merged: Merged) -> Iterator[Problem]:
    """Everything that breaks a rule."""
    for rule in RULES:
        yield from rule(merged)


def every_key_has_a_value(merged: Merged) -> Iterator[Problem]:
    """A key without a value is a slip: `create:` for `create: {}` would mean that nothing is created."""
    waiting: list[tuple[Place, Any]] = [((key,), value) for key, value in merged.settings.items()]
    while waiting:
        place, value = waiting.pop(0)
        if value is None:
            yield merged.problem(place, "has no value", "give one, or leave the key out")
        elif isinstance(value, Mapping):
            waiting += [((*place, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*place, index), inner) for index, inner in enumerate(value)]


def derived_names_fit(merged: Merged) -> Iterator[Problem]:
    customer, environment = (_text(merged.settings.get(key)) for key in ("customer", "environment"))
    if customer is None or environment is None:
        return
    name = service_name(customer, environment)
    if len(name) > LONGEST_SERVICE_NAME:
        what = f"makes the service name {shown(name)}, {len(name)} characters"
        yield merged.problem(("customer",), what, f"allowed: at most {LONGEST_SERVICE_NAME}")
    if len(environment) > LONGEST_SUFFIX:
        what = f"has {len(environment)} characters, and is the domain's suffix"
        yield merged.problem(("environment",), what, f"allowed: at most {LONGEST_SUFFIX}")
    label = len(name) + len("-1234-") + len(environment)
    if label > LONGEST_LABEL and len(name) <= LONGEST_SERVICE_NAME and len(environment) <= LONGEST_SUFFIX:
        what = f"makes a domain label of {label} characters together with the customer"
        yield merged.problem(("environment",), what, f"allowed: at most {LONGEST_LABEL}")


def queue_names_differ(merged: Merged) -> Iterator[Problem]:
    yield from _differ(merged, ((place, queue.get("name")) for place, queue in _items(merged, "queues")), ("name",))


def queues_differ_in_taskrouter(merged: Merged) -> Iterator[Problem]:
    queues = list(_items(merged, "queues"))
    created = {_text(queue.get("name")) for _, queue in queues if "create" in queue}
    existing = [((*place, "existing"), _mapping(queue.get("existing")) or {}) for place, queue in queues]
    yield from _differ(merged, ((place, look_up.get("name")) for place, look_up in existing), ("name",))
    yield from _differ(merged, ((place, look_up.get("sid")) for place, look_up in existing), ("sid",))
    for place, look_up in existing:
        if (name := _text(look_up.get("name"))) is not None and name in created:
            yield merged.problem((*place, "name"), f"{shown(name)} is a queue that this stack creates")


def renamed_queues_are_gone(merged: Merged) -> Iterator[Problem]:
    """A queue has one name at a time, and one successor."""
    names, seen = _queue_names(merged), set[str]()
    for place, queue in _items(merged, "queues"):
        before = _text((_mapping(queue.get("create")) or {}).get("renamed_from"))
        if before is not None and (before in names or before in seen):
            what = "is a queue of this file still" if before in names else "is what another queue is renamed from"
            yield merged.problem(
                (*place, "create", "renamed_from"), f"{shown(before)} {what}", "allowed: a former name"
            )
        seen |= {before} if before is not None else set()


def queue_is_created_or_existing(merged: Merged) -> Iterator[Problem]:
    for place, queue in _items(merged, "queues"):
        given = [key for key in ("create", "existing") if key in queue]
        if len(given) != 1:
            what = "has neither `create` nor `existing`" if not given else "has both `create` and `existing`"
            yield merged.problem(place, what, "allowed: exactly one of the two")
        existing = _mapping(queue.get("existing"))
        if existing is not None and len([key for key in ("name", "sid") if key in existing]) != 1:
            what = "needs one way to find the queue"
            yield merged.problem((*place, "existing"), what, "allowed: exactly one of `name` and `sid`")


def target_workers_parse(merged: Merged) -> Iterator[Problem]:
    for place, queue in _items(merged, "queues"):
        create = _mapping(queue.get("create")) or {}
        yield from _expression(merged, (*place, "create", "target_workers"), create.get("target_workers"))


def routes_hold_for_a_task(merged: Merged) -> Iterator[Problem]:
    """Routes become filters, so the rules of a filter's expression hold: it sees the task alone, no worker."""
    for place, route in _items(merged, "routes"):
        when = _text(route.get("when"))
        if when:
            filters = [{"expression": when, "targets": [{"queue": "WQ" + "0" * 32}]}]
            for problem in check_workflow({"task_routing": {"filters": filters}}):
                yield merged.problem((*place, "when"), problem.what, f"allowed: {problem.allowed}")


def route_names_differ(merged: Merged) -> Iterator[Problem]:
    yield from _differ(merged, ((place, route.get("name")) for place, route in _items(merged, "routes")), ("name",))


def queues_are_known(merged: Merged) -> Iterator[Problem]:
    names = _queue_names(merged)
    references: list[tuple[Place, Any]] = [(("default_queue",), merged.settings.get("default_queue"))]
    resume = _mapping((_mapping(merged.settings.get("park")) or {}).get("resume")) or {}
    references += [(("park", "resume", "queue"), resume["queue"])] if "queue" in resume else []
    references += [((*place, "queue"), route.get("queue")) for place, route in _items(merged, "routes")]
    for place, name in references:
        if _text(name) is not None and name not in names:
            yield merged.problem(place, f"there is no queue {shown(name)}", one_of(names, name))


def pins_are_of_looked_up_queues(merged: Merged) -> Iterator[Problem]:
    pinned = _mapping((_mapping(merged.settings.get("pinned")) or {}).get("queues")) or {}
    looked_up = [
        queue["name"]
        for _, queue in _items(merged, "queues")
        if _text(queue.get("name")) is not None and "name" in (_mapping(queue.get("existing")) or {})
    ]
    for name in pinned:
        if name not in looked_up:
            what = "is not a queue that is looked up by name"
            yield merged.problem(("pinned", "queues", name), what, one_of(looked_up, name))


def names_can_be_matched(merged: Merged) -> Iterator[Problem]:
    if (_mapping(merged.settings.get("park")) or {}).get("match_queue_by") != "name":
        return
    for place, queue in _items(merged, "queues"):
        existing = _mapping(queue.get("existing")) or {}
        if "sid" in existing:
            what = "gives no friendly name, which `park.match_queue_by: name` needs"
            yield merged.problem((*place, "existing"), what, "allowed: `existing: {name: ...}`")
        name = _friendly_name(queue)
        try:
            quote(name or "")
        except UnquotableError as error:
            inner = ("existing", "name") if existing else ("name",)
            yield merged.problem((*place, *inner), str(error), "allowed with `park.match_queue_by: sid`")


def destination_has_what_it_needs(merged: Merged) -> Iterator[Problem]:
    resume = _mapping((_mapping(merged.settings.get("park")) or {}).get("resume")) or {}
    destination, place = resume.get("destination", "workflow"), ("park", "resume")
    for key, destinations in (("queue", ("queue", "worker")), ("flow", ("studio",))):
        if destination in destinations and key not in resume:
            yield merged.problem(place, f"`destination: {destination}` needs `{key}`", "give it")
        elif destination not in destinations and key in resume:
            yield merged.problem((*place, key), f"is not used by `destination: {destination}`", "leave it out")
    if destination in {"queue", "worker"} and resume.get("workflow", "park") != "park":
        what = f"is {shown(resume['workflow'])}, and only this stack's workflow knows the queue"
        yield merged.problem((*place, "workflow"), what, f"allowed with `destination: {destination}`: park")


def flow_is_of_this_account(merged: Merged) -> Iterator[Problem]:
    resume = _mapping((_mapping(merged.settings.get("park")) or {}).get("resume")) or {}
    account, flow = _text(merged.settings.get("twilio:accountSid")), _text(resume.get("flow"))
    if account and flow and "/Accounts/AC" in flow and f"/Accounts/{account}/" not in flow:
        yield merged.problem(("park", "resume", "flow"), "is of another account", f"allowed: a flow of {account}")


def known_worker_leaves_time_for_the_queue(merged: Merged) -> Iterator[Problem]:
    park = _mapping(merged.settings.get("park")) or {}
    whole = park.get("task_timeout", Park().task_timeout)
    wait = (_mapping(park.get("known_worker")) or {}).get("timeout", KnownWorker().timeout)
    if isinstance(whole, int) and isinstance(wait, int) and wait >= whole:
        what = f"is {wait}: the task would end before its queue gets it"
        yield merged.problem(("park", "known_worker", "timeout"), what, f"allowed: less than task_timeout ({whole})")


RULES: tuple[Rule, ...] = (
    every_key_has_a_value,
    derived_names_fit,
    queue_names_differ,
    queues_differ_in_taskrouter,
    renamed_queues_are_gone,
    queue_is_created_or_existing,
    target_workers_parse,
    routes_hold_for_a_task,
    route_names_differ,
    queues_are_known,
    pins_are_of_looked_up_queues,
    names_can_be_matched,
    destination_has_what_it_needs,
    flow_is_of_this_account,
    known_worker_leaves_time_for_the_queue,
)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None


def _items(merged: Merged, key: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    items = merged.settings.get(key)
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, Mapping):
            yield (key, index), item


def _queue_names(merged: Merged) -> list[str]:
    return [name for _, queue in _items(merged, "queues") if (name := _text(queue.get("name"))) is not None]


def _friendly_name(queue: Mapping[str, Any]) -> str | None:
    existing = _mapping(queue.get("existing"))
    return _text((existing if existing is not None else queue).get("name"))


def _differ(merged: Merged, values: Iterator[tuple[Place, Any]], inner: Place) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for place, value in values:
        if _text(value) is None:
            continue
        if value in first:
            number = next(part for part in first[value] if isinstance(part, int)) + 1
            what = f"{shown(value)} is taken by number {number} of the list"
            yield merged.problem((*place, *inner), what, "allowed: each once")
        first.setdefault(value, place)


def _expression(merged: Merged, place: Place, text: Any) -> Iterator[Problem]:
    if not _text(text):
        return
    try:
        parse(text)
    except ExpressionError as error:
        yield merged.problem(place, f"is not a TaskRouter expression: {error}", "see docs/environment.md, Expressions")
