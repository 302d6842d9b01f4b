"""Where a customer's message takes a parked conversation: a Studio flow, a queue, an agent and then a queue."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flexpark.cli.demo.actors import wait_for_offer
from flexpark.cli.rehearsal import Rehearsal, open_rehearsal
from tests.scenario.floor import Floor


def with_park(rehearsal: Rehearsal, park: Mapping[str, Any]) -> None:
    """Stand up with these settings of the park feature."""
    text = rehearsal.stack_file.read_text(encoding="utf-8")
    settings = f"config:\n  flexpark:park: {json.dumps(park)}\n"
    rehearsal.stack_file.write_text(text.replace("config:\n", settings), encoding="utf-8")
    rehearsal.pulumi("up", "--yes", "--skip-preview")


def definition(function: str) -> str:
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


@contextmanager
def through_studio(folder: Path) -> Iterator[tuple[Floor, str]]:
    """An environment whose parked conversations are resumed through a flow; the flow's SID."""
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        flows = "studio.twilio.com/v2/Flows"
        form = {"FriendlyName": "resume", "Status": "published"}
        flow = rehearsal.api("POST", flows, Definition=definition("https://not-yet.twil.io/"), **form)["sid"]
        with_park(rehearsal, {"resume": {"destination": "studio", "flow": flow, "flow_timeout": 60}})
        url = rehearsal.outputs_now()["functionUrls"]["unpark-from-studio"]
        rehearsal.api("POST", f"{flows}/{flow}", Definition=definition(url), **form)
        yield Floor(rehearsal), flow


def test_a_message_goes_through_the_flow_and_comes_to_the_agent(tmp_path: Path) -> None:
    """The flow answers the customer, its end makes the one task, and no webhook is left."""
    with through_studio(tmp_path) as (floor, flow):
        customer, opened, _ = floor.parked(floor.ada)
        answered = customer.writes(opened, "Hello?")
        assert json.loads(answered[0]["body"])["status"] == "in_studio", answered
        floor.until(lambda: len(floor.live_tasks(opened)) == 1)
        wait_for_offer(floor.ada)
        assert floor.task_of(floor.ada.accepts())["assignment_status"] == "assigned"
        floor.until(lambda: floor.webhooks(opened) == [])
        address = f"conversations.twilio.com/v1/Conversations/{opened.conversation}/Messages"
        said = [message["body"] for message in floor.rehearsal.api("GET", address)["messages"]]
        assert said == ["Good morning", "Hello?", "We will be with you"]

        # A flow that is gone cannot end: the reconciler takes the conversation on.
        customer, opened, _ = floor.parked(floor.ben)
        floor.rehearsal.api("DELETE", f"studio.twilio.com/v2/Flows/{flow}")
        customer.writes(opened, "Anybody?")
        assert floor.live_tasks(opened) == []
        floor.rehearsal.control("POST", "clock", {"advance": 90})
        assert floor.repaired(opened) == ["take over"]
        assert len(floor.live_tasks(opened)) == 1
        assert floor.webhooks(opened) == []


@pytest.mark.parametrize("destination", ["queue", "worker"])
def test_a_message_goes_to_the_queue_that_is_named(tmp_path: Path, destination: str) -> None:
    """`queue` goes straight there; `worker` waits for the agent who parked it first."""
    with open_rehearsal(tmp_path / "rehearsal") as rehearsal:
        with_park(rehearsal, {"resume": {"destination": destination, "queue": "Everyone"}, "mirror_attributes": True})
        floor = Floor(rehearsal)
        customer, opened, _ = floor.parked(floor.ada)
        mirrored = rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}")
        assert json.loads(mirrored["attributes"])["flexpark"]["state"] == "parked"
        floor.ada.goes(available=False)
        floor.cleo.goes(available=True)
        customer.writes(opened, "Hello?")
        if destination == "worker":
            assert floor.cleo.offers() == []
            rehearsal.control("POST", "clock", {"advance": 121})
        wait_for_offer(floor.cleo)
        task = floor.task_of(floor.cleo.accepts())
        assert task["task_queue_friendly_name"] == "Everyone"
        mirrored = rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}")
        assert "flexpark" not in json.loads(mirrored["attributes"])
