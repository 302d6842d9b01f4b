"""An environment whose parked conversations are resumed through a Studio flow: what makes one."""

import json
from collections.abc import Mapping
from typing import Any

from flexpark.cli.rehearsal import Rehearsal

_FLOWS = "studio.twilio.com/v2/Flows"
_FORM = {"FriendlyName": "resume", "Status": "published"}


def with_park(rehearsal: Rehearsal, park: Mapping[str, Any]) -> None:
    """Stand up with these settings of the park feature."""
    text = rehearsal.stack_file.read_text(encoding="utf-8")
    settings = f"config:\n  flexpark:park: {json.dumps(park)}\n"
    rehearsal.stack_file.write_text(text.replace("config:\n", settings), encoding="utf-8")
    rehearsal.pulumi("up", "--yes", "--skip-preview")


def park_through_studio(flow: str) -> dict[str, Any]:
    """The settings for `with_park`; the flow has a minute."""
    return {"resume": {"destination": "studio", "flow": flow, "flow_timeout": 60}}


def make_flow(rehearsal: Rehearsal) -> str:
    """A flow that does not know yet where the functions are. Its SID."""
    definition = _definition("https://not-yet.twil.io/")
    return str(rehearsal.api("POST", _FLOWS, Definition=definition, **_FORM)["sid"])


def point_flow(rehearsal: Rehearsal, flow: str) -> None:
    """It ends in the function that is deployed now."""
    url = rehearsal.outputs_now()["functionUrls"]["unpark-from-studio"]
    rehearsal.api("POST", f"{_FLOWS}/{flow}", Definition=_definition(url), **_FORM)


def _definition(function: str) -> str:
    """A flow that tells the customer something, then ends in a function."""

    def state(name: str, kind: str, properties: Mapping[str, Any], **then: str) -> dict[str, Any]:
        transitions = [{"event": event, "next": following} for event, following in then.items()]
        return {"name": name, "type": kind, "properties": properties, "transitions": transitions}

    conversation = {"key": "conversationSid", "value": "{{trigger.conversation.ConversationSid}}"}
    states = [
        state("Trigger", "trigger", {}, incomingConversationMessage="greet"),
        state("greet", "send-message", {"body": "We will be with you"}, sent="resume"),
        state("resume", "run-function", {"url": function, "parameters": [conversation]}),
    ]
    return json.dumps({"description": "resume", "initial_state": "Trigger", "states": states})
