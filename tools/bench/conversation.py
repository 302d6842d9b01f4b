"""Parking and resuming by the deployed functions, beside the public sample's sequence of calls."""

import statistics
from collections.abc import Callable, Mapping, Sequence

from flexpark.cli.demo.actors import Agent, Customer, Opened, Work, wait_for_offer
from flexpark.cli.demo.play import close
from flexpark.cli.rehearsal import Rehearsal
from flexpark.errors import FlexparkError
from tools.bench.ground import Measured, measure, open_ground, progress
from tools.bench.log import longest_chain
from tools.bench.rows import Row, requests, seconds
from tools.bench.sample import Sample

LATENCIES = (0, 100, 300)  # ms for each request
ROUNDS = 3

Taken = Mapping[str, Mapping[int, Sequence[Measured]]]


def bench() -> list[Row]:
    """Rows of park, unpark (by message), unpark_by_agent, sample_park and sample_unpark."""
    taken: dict[str, dict[int, list[Measured]]] = {}

    def take(name: str, latency: int, measured: Measured) -> None:
        taken.setdefault(name, {}).setdefault(latency, []).append(measured)

    with open_ground("park") as rehearsal:
        progress("park: standing the stack up")
        rehearsal.pulumi("up", "--yes", "--skip-preview")
        agent = Agent(rehearsal, "ada")
        agent.goes(available=True)
        progress("park: one round to warm up (the Functions' packages are installed)")
        _ours(rehearsal, agent, 0, lambda *_: None)
        _sample(rehearsal, agent, 0, lambda *_: None)
        for latency in LATENCIES:
            for _ in range(ROUNDS):
                _ours(rehearsal, agent, latency, take)
                _sample(rehearsal, agent, latency, take)
            told = ", ".join(f"{name} {_wall(by[latency]):.3f} s" for name, by in taken.items())
            progress(f"park at {latency} ms: {told}")
    return rows_of(taken)


def rows_of(taken: Taken) -> list[Row]:
    """Times are medians; the critical path is the longest one seen at the slowest latency."""
    rows = []
    for name, by_latency in taken.items():
        slow = by_latency[max(by_latency)]
        rows += [
            requests(f"{name}.requests", max(len(measured.requests) for measured in slow)),
            requests(f"{name}.critical_path", max(longest_chain(measured.requests) for measured in slow)),
            *(seconds(f"{name}.wall_{ms}ms", _wall(all_of)) for ms, all_of in by_latency.items()),
        ]
    return rows


def _wall(all_of: Sequence[Measured]) -> float:
    return statistics.median(measured.seconds for measured in all_of)


Take = Callable[[str, int, Measured], None]


def _ours(rehearsal: Rehearsal, agent: Agent, latency: int, take: Take) -> None:
    """Park, wake by a message, park again, resume by the agent."""
    customer, opened, work = _conversation(rehearsal, agent)

    def parks() -> None:
        status, body = agent.parks(opened, work)
        _expect((status, body.get("status")), (200, "parked"))

    def writes() -> None:
        (answered,) = customer.writes(opened, "Any news?")
        _expect(answered["status"], 200)

    def resumes() -> None:
        status, body = agent.resumes(opened)
        _expect((status, body.get("status")), (200, "invited"))

    take("park", latency, measure(rehearsal, latency, parks, source="function"))
    take("unpark", latency, measure(rehearsal, latency, writes, source="function"))
    wait_for_offer(agent)
    work = agent.accepts()
    parks()
    take("unpark_by_agent", latency, measure(rehearsal, latency, resumes, source="function"))
    _end(rehearsal, agent, opened)


def _sample(rehearsal: Rehearsal, agent: Agent, latency: int, take: Take) -> None:
    _, opened, work = _conversation(rehearsal, agent)
    sample = Sample(rehearsal, agent, opened, work)
    take("sample_park", latency, measure(rehearsal, latency, sample.park))
    take("sample_unpark", latency, measure(rehearsal, latency, sample.unpark))
    _end(rehearsal, agent, opened)


def _conversation(rehearsal: Rehearsal, agent: Agent) -> tuple[Customer, Opened, Work]:
    """A conversation that the agent has accepted."""
    customer = Customer(rehearsal, "+15550001111")
    workflow = rehearsal.outputs_now()["workflowSid"]
    opened = customer.opens("My invoice is wrong", workflow_sid=workflow, topic="support")
    wait_for_offer(agent)
    return customer, opened, agent.accepts()


def _end(rehearsal: Rehearsal, agent: Agent, opened: Opened) -> None:
    """The agent takes the task and ends the conversation."""
    wait_for_offer(agent)
    agent.accepts()
    close(rehearsal, opened)


def _expect(found: object, wanted: object) -> None:
    if found != wanted:
        raise FlexparkError(f"park: answered {found}, not {wanted}")
