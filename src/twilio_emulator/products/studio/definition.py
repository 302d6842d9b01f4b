"""What a flow's definition must be, and what of a right one is not served.

Source: https://www.twilio.com/docs/studio/rest-api/v2/schemas. Twilio refuses a definition that does not fit its
schema, with every mistake at once.
"""

from collections.abc import Iterator
from typing import Any

from twilio_emulator.core.errors import ApiError
from twilio_emulator.products.studio import conditions, liquid

EVENTS = {
    "trigger": (
        "incomingMessage",
        "incomingCall",
        "incomingConversationMessage",
        "incomingRequest",
        "incomingParent",
    ),
    "run-function": ("success", "fail"),
    "split-based-on": ("match", "noMatch"),
    "set-variables": ("next",),
    "send-message": ("sent", "failed"),
}
"""The widgets that are served, with their events."""
_REQUIRED = {"run-function": "url", "split-based-on": "input", "set-variables": "variables", "send-message": "body"}
Problem = tuple[str, str]


def check(definition: Any) -> None:
    """400 with every mistake under `details.errors`; 501 for the first thing that is not served."""
    problems = list(_problems(definition))
    if problems:
        errors = [{"message": message, "property_path": path} for path, message in problems]
        raise ApiError(400, 20001, "Flow definition is invalid", details={"errors": errors})
    for at, state in enumerate(definition["states"]):
        missing = _unserved(state)
        if missing:
            name = f"state {state['name']}, #/states/{at}"
            raise ApiError(501, 20501, f"The emulator does not imitate {missing} of Studio ({name})")


def state_of(definition: dict[str, Any], name: str) -> dict[str, Any]:
    """A state by its name."""
    found: dict[str, Any] = next(state for state in definition["states"] if state["name"] == name)
    return found


def _problems(definition: Any) -> Iterator[Problem]:
    if not isinstance(definition, dict):
        yield "#", "an object is expected"
        return
    states = definition.get("states")
    if not isinstance(states, list) or not states:
        yield "#/states", "at least one state is required"
        return
    named = {state["name"]: state for state in states if isinstance(state, dict) and isinstance(state.get("name"), str)}
    first = definition.get("initial_state")
    if not isinstance(first, str) or first not in named:
        yield "#/initial_state", "the name of a state is required"
    elif named[first].get("type") != "trigger":
        yield "#/initial_state", "a state of type trigger is required"
    for at, state in enumerate(states):
        yield from _state_problems(f"#/states/{at}", state, set(named))
    if len(named) < len(states):
        yield "#/states", "names of states must be unique"


def _state_problems(path: str, state: Any, names: set[str]) -> Iterator[Problem]:
    if not isinstance(state, dict):
        yield path, "an object is expected"
        return
    for name in ("name", "type"):
        if not isinstance(state.get(name), str) or not state[name]:
            yield f"{path}/{name}", "a text is required"
    if not isinstance(state.get("properties", {}), dict):
        yield f"{path}/properties", "an object is expected"
    elif (needed := _REQUIRED.get(str(state.get("type")))) and not state.get("properties", {}).get(needed):
        yield f"{path}/properties/{needed}", "a value is required"
    else:
        yield from _entry_problems(path, state.get("properties", {}))
    transitions = state.get("transitions")
    if not isinstance(transitions, list):
        yield f"{path}/transitions", "a list is required"
        return
    events = EVENTS.get(str(state.get("type")))
    for at, transition in enumerate(transitions):
        where = f"{path}/transitions/{at}"
        if not isinstance(transition, dict) or not isinstance(transition.get("event"), str):
            yield f"{where}/event", "a text is required"
            continue
        if events is not None and transition["event"] not in events:
            yield f"{where}/event", f"{', '.join(events)} are allowed"
        if transition.get("next") is not None and transition["next"] not in names:
            yield f"{where}/next", "the name of a state is expected"
        if transition["event"] == "match" and not transition.get("conditions"):
            yield f"{where}/conditions", "at least one condition is required"


def _entry_problems(path: str, properties: dict[str, Any]) -> Iterator[Problem]:
    for name in ("parameters", "variables"):
        entries = properties.get(name, [])
        if not isinstance(entries, list):
            yield f"{path}/properties/{name}", "a list is expected"
            continue
        for at, entry in enumerate(entries):
            if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
                yield f"{path}/properties/{name}/{at}/key", "a text is required"


def _unserved(state: dict[str, Any]) -> str | None:
    if state["type"] not in EVENTS:
        return f"the widget {state['type']}"
    for transition in state["transitions"]:
        for condition in transition.get("conditions") or []:
            if condition.get("type") not in conditions.TYPES:
                return f"the condition {condition.get('type')}"
    if state["type"] == "set-variables":
        for variable in state["properties"]["variables"]:
            if variable.get("type", "string") != "string":
                return f"variables of type {variable['type']}"
    for text in _texts([state.get("properties"), state["transitions"]]):
        if (found := liquid.unserved(text)) is not None:
            return f"the template {found}"
    return None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
