"""What each operation calls when nothing disturbs it: seen in the emulator's request log."""

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.faults.bench import Bench, stand_up
from tests.faults.matrix import Call, Operation, record
from tests.faults.story import Story

_SID = re.compile(r"([A-Z]{2})[0-9a-f]{32}")


def seen(bench: Bench) -> dict[Operation, tuple[Call, ...]]:
    """The calls of each operation."""
    bench.ready()
    by_message, by_agent = Story(bench), Story(bench)
    found: dict[Operation, tuple[Call, ...]] = {"park": _during(bench, by_message.parks)}
    found["message"] = _during(bench, by_message.writes)
    by_message.accepts()
    found["repark"] = _during(bench, by_message.parks)
    by_agent.parks()
    found["agent"] = _during(bench, by_agent.resumes)
    for story in (by_message, by_agent):
        story.ends()
    return found


def _during(bench: Bench, act: Callable[[], Any]) -> tuple[Call, ...]:
    since = max((entry["n"] for entry in bench.requests()), default=0)
    act()
    bench.control("GET", "idle")
    return calls_of(bench.control("GET", f"requests?source=function&since={since}")["requests"])


def calls_of(requests: Iterable[Mapping[str, Any]]) -> tuple[Call, ...]:
    """Log entries as calls: SIDs become patterns, and calls alike are numbered."""
    alike: Counter[tuple[str, str, str]] = Counter()
    calls = []
    for request in requests:
        path = "^" + _SID.sub(r"\1[0-9a-f]{32}", request["path"]) + "$"
        key = (request["host"], request["method"], path)
        alike[key] += 1
        calls.append(Call(request["operation"], *key, nth=alike[key]))
    return tuple(calls)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        stood = stand_up(Path(folder) / "stood")
        bench = Bench(stood, Path(folder) / "bench")
        try:
            record(seen(bench))
        finally:
            bench.stop()
    sys.stdout.write("tests/faults/calls.json is written\n")
