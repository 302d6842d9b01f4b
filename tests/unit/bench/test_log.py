"""Counting a request log, on logs made up for it."""

from typing import Any

import pytest

from tools.bench.log import Counts, Request, count, longest_chain, read


def entry(operation: str, began: float, ended: float, source: str = "api") -> dict[str, Any]:
    """One entry as the timed log has it."""
    return {"n": 1, "operation": operation, "source": source, "began": began, "ended": ended, "status": 200}


LOG = [
    entry("FetchAccount", 0, 100),
    entry("CreateService", 101, 201),
    entry("CreateWorkspace", 101, 203),
    entry("CreateBuild", 202, 302),
    entry("FetchBuildStatus", 303, 403),
    entry("FetchBuildStatus", 404, 504),
    entry("CreateWorkflow", 204, 304),
    entry("ReadRecord", 0, 900, source="function"),
    entry("InvokeFunction", 0, 950),
]


def test_only_the_requests_of_one_source_are_read() -> None:
    """A deployed function's calls are not the engine's; the call of a function is no request to Twilio's API."""
    assert [request.operation for request in read(LOG, "function")] == ["ReadRecord"]
    assert len(read(LOG, "api")) == 7


def test_status_polls_and_one_credential_check_do_not_count() -> None:
    """What is held against a bar is the rest; the raw number stands beside it."""
    counts = count(read(LOG, "api"))
    assert counts == Counts(raw=7, polls=2, credential_checks=1)
    assert counts.counted == 4


def test_a_second_credential_check_counts() -> None:
    """One is aside; more would be a waste to be seen."""
    twice = count(read([*LOG, entry("FetchAccount", 600, 700)], "api"))
    assert twice.counted == 5


def test_the_longest_chain_is_of_requests_that_waited_for_one_another() -> None:
    """Account, service, build, two polls: five round trips; what ran beside them adds none."""
    assert longest_chain(read(LOG, "api")) == 5


@pytest.mark.parametrize(
    ("spans", "length"),
    [
        ([], 0),
        ([(0, 100), (0, 100), (1, 101)], 1),
        ([(0, 100), (100, 200)], 2),
        ([(0, 300), (0, 100), (101, 200), (201, 300)], 3),
        ([(101, 200), (0, 100)], 2),
    ],
)
def test_parallel_requests_are_one_step(spans: list[tuple[float, float]], length: int) -> None:
    """In whatever order they are logged; one that begins as another ends came after it."""
    assert longest_chain([Request("Fetch", "api", began, ended) for began, ended in spans]) == length
