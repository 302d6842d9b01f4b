"""The life of a stack, step by step, each step one `pulumi` command that is measured at two latencies."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from flexpark.cli.rehearsal import Rehearsal
from tools.bench.ground import Measured, measure, progress
from tools.bench.log import count, longest_chain
from tools.bench.rows import Row, ratio, requests, seconds

LATENCIES = (0, 100)  # ms for each request


@dataclass(frozen=True)
class Step:
    """`act` is measured; `prepare` comes before it and is not."""

    name: str
    act: Callable[[], object]
    prepare: Callable[[], object] = lambda: None


Steps = Sequence[Step]
Lived = Mapping[str, Mapping[int, Measured]]


def live(name: str, ground: Callable[[], AbstractContextManager[tuple[Rehearsal, Steps]]]) -> list[Row]:
    """Live it once at each latency, each time on new ground. Rows `<name>.<step>.*`."""
    lived: dict[str, dict[int, Measured]] = {}
    for latency in LATENCIES:
        with ground() as (rehearsal, steps):
            for step in steps:
                step.prepare()
                measured = measure(rehearsal, latency, step.act)
                lived.setdefault(step.name, {})[latency] = measured
                progress(
                    f"{name}.{step.name} at {latency} ms: {measured.seconds:.2f} s, {len(measured.requests)} requests"
                )
    for step_name, by_latency in lived.items():
        if len(numbers := {count(measured.requests).counted for measured in by_latency.values()}) > 1:
            progress(
                f"{name}.{step_name} made {' and '.join(map(str, sorted(numbers)))} requests: did the checkout change?"
            )
    return rows_of(name, lived)


def rows_of(name: str, lived: Lived) -> list[Row]:
    """Counts and the critical path come from the slowest latency, where round trips dwarf all else."""
    rows = []
    for step, by_latency in lived.items():
        latency = max(by_latency)
        slow = by_latency[latency]
        counts, path = count(slow.requests), longest_chain(slow.requests)
        rows += [
            requests(f"{name}.{step}.requests", counts.counted),
            requests(f"{name}.{step}.requests_raw", counts.raw),
            requests(f"{name}.{step}.critical_path", path),
            *(seconds(f"{name}.{step}.wall_{ms}ms", measured.seconds) for ms, measured in by_latency.items()),
        ]
        if path:
            rows.append(ratio(f"{name}.{step}.wall_over_path", slow.seconds * 1000 / (path * latency)))
    return rows
