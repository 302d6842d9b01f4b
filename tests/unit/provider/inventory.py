"""One example of each type: its parents, inputs, a change that updates and one that replaces. Data for the ladder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import Catalogue, Input, ResourceType
from twilio_provider.values import Asset

from tests.unit.provider.engine_kit import Engine, Resource

ROUTING = {"task_routing": {"filters": [], "default_filter": {"queue": "WQ" + "1" * 32}}}
SOURCE = "exports.handler = (context, event, callback) => callback(null, 'parked');"


@dataclass(frozen=True)
class Example:
    """``parents`` are tokens, made first; ``with_parents`` completes the inputs from them."""

    token: str
    inputs: dict[str, Any]
    parents: tuple[str, ...] = ()
    more: Callable[[dict[str, Resource]], dict[str, Any]] = lambda _: {}
    update: dict[str, Any] = field(default_factory=dict)
    replace: dict[str, Any] = field(default_factory=dict)
    delete_first: bool = False
    requests_to_delete: int = 1
    requests_to_create: int = 1
    requests_to_update: int = 1
    made_up: bool = False


def _asset(text: str) -> Asset:
    return Asset("", text=text)


EXAMPLES: dict[str, Example] = {
    example.token: example
    for example in (
        Example(
            "twilio:taskrouter:Workspace",
            {"friendlyName": "Park"},
            update={"friendlyName": "Parked", "eventCallbackUrl": "https://example.com/events"},
            replace={"template": "FIFO"},
        ),
        Example(
            "twilio:taskrouter:Activity",
            {"friendlyName": "Lunch", "available": False},
            ("twilio:taskrouter:Workspace",),
            update={"friendlyName": "Dinner"},
            replace={"available": True},
            delete_first=True,
        ),
        Example(
            "twilio:taskrouter:TaskQueue",
            {"friendlyName": "Sales", "targetWorkers": 'skills HAS "sales"'},
            ("twilio:taskrouter:Workspace",),
            update={"targetWorkers": 'skills HAS "support"', "maxReservedWorkers": 3},
        ),
        Example(
            "twilio:taskrouter:TaskChannel",
            {"friendlyName": "Fax", "uniqueName": "fax"},
            ("twilio:taskrouter:Workspace",),
            update={"friendlyName": "Telefax"},
            replace={"uniqueName": "telefax"},
        ),
        Example(
            "twilio:taskrouter:Worker",
            {"friendlyName": "ann", "attributes": {"skills": ["sales"]}},
            ("twilio:taskrouter:Workspace",),
            update={"attributes": {"skills": ["sales", "support"]}},
        ),
        Example(
            "twilio:taskrouter:Workflow",
            {"friendlyName": "Park", "configuration": ROUTING},
            ("twilio:taskrouter:Workspace",),
            update={"taskReservationTimeout": 60},
        ),
        Example("twilio:sync:Service", {"friendlyName": "flexpark"}, update={"aclEnabled": True}),
        Example(
            "twilio:serverless:Service",
            {"uniqueName": "flexpark-acme-dev", "friendlyName": "flexpark"},
            update={"includeCredentials": True},
            replace={"uniqueName": "flexpark-acme-test"},
        ),
        Example(
            "twilio:serverless:Environment",
            {"uniqueName": "dev", "domainSuffix": "dev"},
            ("twilio:serverless:Service",),
        ),
        Example(
            "twilio:serverless:Function",
            {"friendlyName": "park"},
            ("twilio:serverless:Service",),
            update={"friendlyName": "unpark"},
        ),
        Example(
            "twilio:serverless:FunctionVersion",
            {"path": "/park", "visibility": "public", "content": _asset(SOURCE)},
            ("twilio:serverless:Service", "twilio:serverless:Function"),
            replace={"content": _asset(SOURCE + "// another")},
            requests_to_delete=0,
        ),
        Example(
            "twilio:serverless:Build",
            {"dependencies": {"twilio": "5.0.0"}, "runtime": "node22"},
            ("twilio:serverless:Service", "twilio:serverless:Function", "twilio:serverless:FunctionVersion"),
            more=lambda made: {"functionVersions": [made["twilio:serverless:FunctionVersion"].sid]},
            replace={"runtime": "node24"},
            requests_to_delete=0,
        ),
        Example(
            "twilio:serverless:Deployment",
            {},
            (
                "twilio:serverless:Service",
                "twilio:serverless:Environment",
                "twilio:serverless:Function",
                "twilio:serverless:FunctionVersion",
                "twilio:serverless:Build",
            ),
            more=lambda made: {"buildSid": made["twilio:serverless:Build"].sid},
            replace={"buildSid": "ZB" + "7" * 32},
            requests_to_delete=0,
        ),
        Example(
            "twilio:serverless:Variable",
            {"key": "FLEXPARK_WORKSPACE_SID", "value": "hush-this-value"},
            ("twilio:serverless:Service", "twilio:serverless:Environment"),
            update={"value": "hush-another"},
            replace={"key": "OTHER"},
        ),
        Example(
            "twilio:serverless:AssetVersion",
            {"path": "/park.css", "visibility": "public", "content": _asset("body {}")},
            ("twilio:serverless:Service", "twilio:serverless:Asset"),
            replace={"content": _asset("p {}")},
            requests_to_delete=0,
        ),
        Example(
            "twilio:events:Sink",
            {
                "description": "To us",
                "sinkType": "webhook",
                "sinkConfiguration": {"destination": "https://example.com/events?key=hush", "method": "POST"},
            },
            update={"description": "To them"},
            replace={"sinkType": "segment"},
        ),
        Example(
            "twilio:events:Subscription",
            {"description": "Tasks", "types": [{"type": "com.twilio.taskrouter.task.created", "schemaVersion": 1}]},
            ("twilio:events:Sink",),
            more=lambda made: {"sinkSid": made["twilio:events:Sink"].sid},
            update={"description": "All tasks"},
            replace={"sinkSid": "DG" + "7" * 32},
        ),
        Example(
            "twilio:events:SubscribedEvent",
            {"type": "com.twilio.taskrouter.task.canceled"},
            ("twilio:events:Sink", "twilio:events:Subscription"),
            update={"schemaVersion": 2},
            replace={"type": "com.twilio.taskrouter.task.deleted"},
        ),
    )
}
# Types that Twilio makes in an operation: when that has ended, the item is read once.
LATER = {"twilio:conversations:OrchestratorConfiguration", "twilio:memory:Store", "twilio:webhooks:Rule"}
_PARENT_INPUTS = {
    "twilio:events:Subscription": "subscriptionSid",
    "twilio:taskrouter:Workspace": "workspaceSid",
    "twilio:serverless:Service": "serviceSid",
    "twilio:serverless:Environment": "environmentSid",
    "twilio:serverless:Function": "functionSid",
    "twilio:serverless:Asset": "assetSid",
}


def _made_up(catalogue: Catalogue, resource: ResourceType) -> Example:
    """An example of a type that needs no special one: all inputs that are shown, one that changes, one that cannot."""
    shown = {o.name for o in resource.outputs}
    others = {name for group in resource.one_of for name in group[1:]}
    inputs = {
        i.name: _value(resource, i, 1)
        for i in resource.inputs
        if not i.parent
        and i.name not in others
        and i.name != "accountSid"
        and i.create
        and (i.required or (i.name in shown and i.name not in resource.secrets))
    }
    parents = {
        p: next((o for o in catalogue.resources if o.host == resource.host and _ends(resource, p) == _whole(o)), None)
        for p in resource.parents
    }
    may_change = shown - {*resource.secrets, *others, "type", "accountSid"}
    own = [i for i in resource.inputs if not i.parent and i.name not in {*others, "accountSid"}]
    changes = [
        i for i in own if i.update and i.name != "type"
    ]  # what is shown again first: a change of it is seen from both sides
    change = next((i for i in changes if i.name in may_change), changes[0] if changes else None)
    swaps = [i for i in own if i.replace]
    swap = next((i for i in swaps if not i.blind), swaps[0] if swaps else None)
    if swap and swap.blind:  # given for the first time, it may be what an import could not see
        inputs[swap.name] = _value(resource, swap, 1)
    looks_first = resource.singleton and resource.delete == "restore"
    return Example(
        resource.token,
        inputs,
        _in_order(catalogue, tuple(o for o in parents.values() if o)),
        more=lambda made: {
            p: str(made[o.token].outputs[o.own]) if o else _text(p) for p, o in parents.items() if p != "accountSid"
        },
        update={change.name: _value(resource, change, 2)} if change else {},
        replace={swap.name: _value(resource, swap, 2)} if swap else {},
        delete_first=bool(swap and resource.key and swap.name not in resource.key),
        requests_to_create=2 if resource.singleton or resource.token in LATER else 1,
        requests_to_update=2 if looks_first else 1,
        requests_to_delete=2 if looks_first else 0 if resource.delete == "nothing" else 1,
        made_up=True,
    )


def _in_order(catalogue: Catalogue, parents: tuple[ResourceType, ...]) -> tuple[str, ...]:
    """The parents, and before each what it belongs to itself."""
    above = [token for parent in parents for token in _made_up(catalogue, parent).parents]
    return tuple(dict.fromkeys([*above, *(parent.token for parent in parents)]))


def _text(parent: str) -> str:
    """A part of a path that no type of ours makes."""
    return "CH" + "3" * 32 if parent.endswith("Sid") else f"{parent}One"


def _value(resource: ResourceType, entry: Input, number: int) -> Any:
    shown_as_sid = any(o.name == entry.name and o.wire == "sid" for o in resource.outputs)
    if shown_as_sid or entry.name.endswith("Sid"):
        return (resource.sid if shown_as_sid else "XX") + str(number) * 32
    match entry.schema.get("type"):
        case "integer":
            return number
        case "boolean":
            return number == 1
        case "array":
            text = f"{entry.name} {number}"
            return [{"a key": text} if entry.schema["items"].get("type") == "object" else text]
        case "string":
            return f"{entry.name} {number}"
        case _:
            return {"a key": f"{entry.name} {number}"}


def _ends(resource: ResourceType, parent: str) -> str:
    """The collection's path as far as that parent, in the form of an item's."""
    return resource.collection.split("{" + parent + "}")[0]


def _whole(resource: ResourceType) -> str:
    return resource.item.split("{" + resource.own + "}")[0]


_CATALOGUE = load()
EXAMPLES |= {r.token: _made_up(_CATALOGUE, r) for r in _CATALOGUE.resources if r.token not in EXAMPLES}


def make(engine: Engine, token: str, **changes: Any) -> Resource:
    """Create the example of that type, with its parents."""
    example = EXAMPLES[token]
    return engine.create(token, {**inputs_for(engine, example), **changes})


def inputs_for(engine: Engine, example: Example) -> dict[str, Any]:
    """The example's inputs, its parents made."""
    made: dict[str, Resource] = {}
    for parent in example.parents:
        other = EXAMPLES[parent]
        made[parent] = engine.create(parent, {**other.inputs, **_parents(other, made), **other.more(made)})
    return {**example.inputs, **_parents(example, made), **example.more(made)}


def _parents(example: Example, made: dict[str, Resource]) -> dict[str, Any]:
    if example.made_up:
        return {}
    takes = {
        "twilio:serverless:Build": {"serviceSid"},
        "twilio:serverless:Deployment": {"serviceSid", "environmentSid"},
    }.get(example.token)
    found = {_PARENT_INPUTS[t]: made[t].sid for t in example.parents if t in _PARENT_INPUTS}
    return {name: sid for name, sid in found.items() if takes is None or name in takes}
