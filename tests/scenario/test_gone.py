"""Who parked it is gone, or what it was parked in has another name: the work still comes to somebody."""

import pytest

from flexpark.cli.demo.actors import wait_for_offer
from tests.scenario.floor import Floor


@pytest.mark.parametrize("gone", ["offline", "out of the queue", "deleted"])
def test_work_of_an_agent_who_is_gone_comes_to_a_colleague(floor: Floor, gone: str) -> None:
    """Who parked it is preferred, never required: when their time is over, at the latest, a colleague is offered it."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    workers = f"taskrouter.twilio.com/v1/Workspaces/{floor.rehearsal.account['workspaceSid']}/Workers"
    if gone == "deleted":
        floor.rehearsal.api("DELETE", f"{workers}/{floor.ada.sid}")
        floor.ada = floor.hired("ada", "support")
    elif gone == "out of the queue":
        floor.rehearsal.api("POST", f"{workers}/{floor.ada.sid}", Attributes='{"skills": ["sales"]}')
        floor.ada.goes(available=True)
    floor.ben.goes(available=True)
    customer.writes(opened, "Hello?")
    floor.rehearsal.control("POST", "clock", {"advance": 121})
    wait_for_offer(floor.ben)
    assert floor.task_of(floor.ben.accepts())["task_queue_friendly_name"] == "Support"


def test_a_queue_that_was_renamed_still_gets_its_work(floor: Floor) -> None:
    """It is known by its SID."""
    customer, opened, work = floor.parked(floor.ada)
    queue = str(floor.task_of(work)["task_queue_sid"])
    address = f"taskrouter.twilio.com/v1/Workspaces/{floor.rehearsal.account['workspaceSid']}/TaskQueues/{queue}"
    floor.rehearsal.api("POST", address, FriendlyName="Support (renamed)")
    try:
        customer.writes(opened, "Hello?")
        wait_for_offer(floor.ada)
        task = floor.task_of(floor.ada.accepts())
    finally:
        floor.rehearsal.api("POST", address, FriendlyName="Support")
    assert (task["task_queue_sid"], task["task_queue_friendly_name"]) == (queue, "Support (renamed)")
