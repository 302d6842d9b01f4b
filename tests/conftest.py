"""How much of the fault matrix a run plays: `--matrix=whole` all of it, otherwise a part whose seed is printed.

At the end it is told what was played: cases by operation, fault, what follows and switch.
"""

import os
import random
from collections.abc import Callable

import pytest

from tests.faults.matrix import EXTENTS, Case, chosen, counted, whole

EXTENT, SEED = "FLEXPARK_MATRIX", "FLEXPARK_MATRIX_SEED"
MERGED = "merged"
_FILE = "faults/test_matrix_"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make matrix` gives the first; the second repeats a sample."""
    parser.addoption("--matrix", choices=EXTENTS, default="sample", help="fault matrix: how much of it")
    parser.addoption("--matrix-seed", type=int, help="fault matrix: the seed of an earlier sample")


def pytest_configure(config: pytest.Config) -> None:
    """The processes of one run draw the same sample: they inherit the environment."""
    if not hasattr(config, "workerinput"):
        seed = config.getoption("--matrix-seed")
        os.environ[EXTENT] = config.getoption("--matrix")
        os.environ[SEED] = str(random.randrange(10**6) if seed is None else seed)  # noqa: S311 - no secret


def of_this_run(of_this_file: Callable[[Case], bool]) -> list[Case]:
    """The cases of this run that a file plays."""
    return [case for case in chosen(os.environ[EXTENT], int(os.environ[SEED])) if of_this_file(case)]


def pytest_report_header() -> str:
    """How many cases, and how to have the same ones again."""
    extent, seed = os.environ[EXTENT], int(os.environ[SEED])
    all_of_it, now = len(whole()), len(chosen(extent, seed))
    again = f"repeat them with --matrix={extent} --matrix-seed={seed}"
    return f"fault matrix: {extent}, {now} of {all_of_it} cases ({again})"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was played of the matrix, and what came of it."""
    came = {
        outcome: [
            report.nodeid.partition("[")[2].removesuffix("]")
            for report in terminalreporter.stats.get(outcome, ())
            if _FILE in report.nodeid
        ]
        for outcome in ("passed", "failed", "error")
    }
    if not any(came.values()):
        return
    by_id = {case.id: case for case in whole()}
    ids = {each for several in came.values() for each in several}
    wrong = len(set(came["failed"]) | set(came["error"]))
    terminalreporter.section("fault matrix")
    merged = sum(
        dict(report.user_properties).get(MERGED) is True for report in terminalreporter.stats.get("passed", ())
    )
    terminalreporter.line(f"{len(ids)} cases, {wrong} violations, seed {os.environ[SEED]}")
    if merged:
        terminalreporter.line(f"{merged} of them came to a state from which another had been played to its end")
    for name, numbers in counted(by_id[each] for each in ids if each in by_id).items():
        terminalreporter.line(f"by {name}: " + ", ".join(f"{what} {n}" for what, n in sorted(numbers.items())))
