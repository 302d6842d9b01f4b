"""The state against Twilio, and against the program: what the engine sees in a refresh and in a preview."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi import automation as auto

from flexpark.cli.automation import Runner
from flexpark.cli.drift.model import Difference

HIDDEN = frozenset({"[secret]", "[unknown]"})
STACK_TYPE = "pulumi:pulumi:Stack"


def deployment_of(runner: Runner) -> Mapping[str, Any]:
    """The state of a stack as the engine exports it, secrets encrypted."""
    found: Mapping[str, Any] = json.loads(runner.pulumi("stack", "export")).get("deployment") or {}
    return found


def of_resources(runner: Runner) -> list[Difference]:
    """What a refresh would take into the state: nothing is changed by asking."""
    found: list[Difference] = []

    def see(event: auto.EngineEvent) -> None:
        if event.res_outputs_event is not None:
            found.extend(_difference(event.res_outputs_event.metadata))

    runner.refresh(preview_only=True, on_event=see)
    return found


def of_stack_outputs(runner: Runner, deployment: Mapping[str, Any]) -> list[Difference]:
    """Outputs of the stack that the program would give now and the state does not have, where nothing else changes."""
    now = runner.preview()
    if any(step.changes for step in now.steps):
        return []  # a preview shows it
    resources = deployment.get("resources") or []
    then = next((resource.get("outputs") or {} for resource in resources if resource["type"] == STACK_TYPE), {})
    names = _differing(then, now.outputs)
    return [Difference("outputs", f"{STACK_TYPE} {runner.name}", names)] if names else []


def _difference(metadata: auto.StepEventMetadata) -> Iterator[Difference]:
    if metadata.type.startswith("pulumi:"):
        return
    what = f"{metadata.type} {metadata.urn.rpartition('::')[2]}"
    if metadata.op.value == "delete":
        yield Difference("missing", what)
        return
    old, new = metadata.old, metadata.new
    if old is None or new is None:
        return
    inputs = _differing(old.inputs or {}, new.inputs or {})
    outputs = _differing(old.outputs or {}, new.outputs or {})
    if inputs:
        yield Difference("changed", what, inputs)
    elif metadata.op.value == "update" or outputs:
        yield Difference("outputs", what, outputs or tuple(sorted(metadata.diffs or ())))


def _differing(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The names whose values differ. What is hidden or not known on one side cannot be compared."""
    return tuple(sorted(name for name in then.keys() | now.keys() if _differs(then.get(name), now.get(name))))


def _differs(then: Any, now: Any) -> bool:
    if _is_hidden(then) or _is_hidden(now):
        return False
    return bool(then != now)


def _is_hidden(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_is_hidden(inner) for inner in value.values()) or "ciphertext" in value
    return isinstance(value, str) and value in HIDDEN
