"""Rate limits that a test switches on: what exceeds them is refused as Twilio refuses it, and works a moment later."""

from collections.abc import Iterator
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException

from tests.contract.clients import client_by_address
from tests.contract.flex_kit import refusal
from twilio_emulator.testing import Emulator


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """One whose clock stands still, so that a second lasts until a test advances it."""
    with Emulator() as started:
        started.control("POST", "/clock", {"stopped": True})
        yield started


def test_tasks_are_searched_by_attributes_three_times_a_second(emulator: Emulator) -> None:
    """The fourth search is refused, other lists are not; a second later it works again."""
    workspaces = client_by_address(emulator).taskrouter.v1.workspaces
    tasks = workspaces(workspaces.create(friendly_name="Support").sid).tasks
    emulator.control("POST", "/switches", {"task_search_limit": True})

    def search() -> Any:
        return tasks.list(evaluate_task_attributes='a == "b"')

    for _ in range(3):
        assert search() == []
    with pytest.raises(TwilioException, match=r"429 .*Too Many Requests"):
        search()
    assert tasks.list() == []
    emulator.control("POST", "/clock", {"advance": 1})
    assert search() == []


def test_a_product_answers_so_many_requests_a_second(emulator: Emulator) -> None:
    """Each product for itself, Sync by limits of its own; the answer says when to come again."""
    client = client_by_address(emulator)
    emulator.control("POST", "/switches", {"product_rate_limit": 2})
    for _ in range(2):
        client.taskrouter.v1.workspaces.list()
    with pytest.raises(TwilioException, match=r"429 .*Too Many Requests"):
        client.taskrouter.v1.workspaces.list()
    assert client.conversations.v1.conversations.list() == []
    for _ in range(3):
        assert client.sync.v1.services.list() == []
    emulator.control("POST", "/clock", {"advance": 1})
    client.taskrouter.v1.workspaces.list()


def test_flex_answers_each_endpoint_twenty_times_a_second(emulator: Emulator) -> None:
    """Another endpoint is counted for itself; the 21st request has a code of Flex's own."""
    emulator.control("POST", "/switches", {"flex_rate_limit": True, "product_rate_limit": 1})
    interactions = client_by_address(emulator).flex_api.v1.interaction
    for _ in range(20):
        assert refusal(interactions("KD" + "0" * 32).fetch) == (404, 20404)
    assert refusal(interactions("KD" + "0" * 32).fetch) == (429, 45780)
    assert refusal(interactions("KD" + "0" * 32).channels("UO" + "0" * 32).fetch) == (404, 20404)
    emulator.control("POST", "/clock", {"advance": 1})
    assert refusal(interactions("KD" + "0" * 32).fetch) == (404, 20404)
