"""What each operation calls when nothing disturbs it: seen in the emulator's request log."""

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.faults.bench import Bench
from tests.faults.harness import Benches
from tests.faults.matrix import OPERATIONS, Call, Case, Operation, record
from tests.faults.meeting import played

_SID = re.compile(r"([A-Z]{2})[0-9a-f]{32}")


def seen(benches: Benches) -> dict[Operation, tuple[Call, ...]]:
    """The calls of each operation."""
    found: dict[Operation, tuple[Call, ...]] = {}
    for operation in OPERATIONS:
        case = Case(operation, 0, None, None, "same")
        with benches.lent(case) as bench:
            found[operation] = _during(bench, case)
    return found


def _during(bench: Bench, case: Case) -> tuple[Call, ...]:
    begun = played(bench, case)
    bench.control("DELETE", "requests")
    # What closes is told to our webhook too, which acts beside it: that is not this operation's own.
    beside = {"host": bench.domain, "path": "^/unpark-on-message$", "status": 503, "times": None}
    with bench.fault(beside if case.operation == "close" else None):
        begun.operate(same=False)
        bench.control("GET", "idle")
    return calls_of(bench.requests("function"))


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
        benches = Benches(Path(folder))
        try:
            record(seen(benches))
        finally:
            benches.stop()
    sys.stdout.write("tests/faults/calls.json is written\n")
