"""How much of the fault matrix a run plays: `--matrix=whole` all of it, otherwise a part whose seed is printed.

At the end it is told what was played: cases by operation, fault, what follows and switch; steps of the long runs.
"""

import signal
from collections.abc import Mapping

import pytest

from tests.faults.extent import extent, keep, seed, stateful_seed
from tests.faults.matrix import EXTENTS, chosen, counted, whole

MERGED, STEPS = "merged", "steps"
_FILE = "faults/test_matrix_"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make matrix` gives the first; the seeds repeat a run."""
    parser.addoption("--matrix", choices=EXTENTS, default="sample", help="fault matrix: how much of it")
    parser.addoption("--matrix-seed", type=int, help="fault matrix: the seed of an earlier sample")
    parser.addoption(
        "--matrix-patience", type=int, default=1, help="fault matrix: wait so many times as long, on a busy machine"
    )
    parser.addoption("--stateful-seed", type=int, help="long runs: the seed of earlier ones")


def pytest_configure(config: pytest.Config) -> None:
    """The processes of one run draw the same sample; all hear Ctrl-C, also where a shell's `&` has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        keep(config)


def pytest_report_header() -> list[str]:
    """How many cases, and how to have the same ones again."""
    again = f"repeat them with --matrix={extent()} --matrix-seed={seed()}"
    return [
        f"fault matrix: {extent()}, {len(chosen(extent(), seed()))} of {len(whole())} cases ({again})",
        f"long runs: repeat them with --stateful-seed={stateful_seed()}",
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was played of the matrix and of the long runs, and what came of it."""
    reports = {what: terminalreporter.stats.get(what, []) for what in ("passed", "failed", "error")}
    came = {
        what: {report.nodeid.partition("[")[2].removesuffix("]") for report in found if _FILE in report.nodeid}
        for what, found in reports.items()
    }
    properties: list[Mapping[str, object]] = [
        dict(report.user_properties) for found in reports.values() for report in found
    ]
    ids = set().union(*came.values())
    if ids:
        wrong = len(came["failed"] | came["error"])
        merged = sum(each.get(MERGED) is True for each in properties)
        by_id = {case.id: case for case in whole()}
        terminalreporter.section("fault matrix")
        terminalreporter.line(f"{len(ids)} cases, {wrong} violations, seed {seed()}")
        if merged:
            terminalreporter.line(f"{merged} of them came to a state from which another had been played to its end")
        for name, numbers in counted(by_id[each] for each in ids if each in by_id).items():
            terminalreporter.line(f"by {name}: " + ", ".join(f"{what} {n}" for what, n in sorted(numbers.items())))
    steps = [each[STEPS] for each in properties if STEPS in each]
    if steps:
        terminalreporter.section("long runs")
        for told in steps:
            terminalreporter.line(str(told))
