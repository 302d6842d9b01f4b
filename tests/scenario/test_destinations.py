"""Where a customer's message takes a parked conversation: a Studio flow, a queue, an agent and then a queue."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flexpark.cli.demo.actors import wait_for_offer
from flexpark.cli.rehearsal import open_rehearsal
from tests.scenario.floor import Floor
from tests.through_studio import make_flow, park_through_studio, point_flow, with_park


@contextmanager
def through_studio(folder: Path) -> Iterator[tuple[Floor, str]]:
    """An environment whose parked conversations are resumed through a flow; the flow's SID."""
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        flow = make_flow(rehearsal)
        with_park(rehearsal, park_through_studio(flow))
        point_flow(rehearsal, flow)
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
