"""How much of the fault matrix a run plays: `--matrix=whole` all of it, otherwise a sample whose seed is printed."""

import os
import random

import pytest

from tests.faults.matrix import EXTENTS, chosen

EXTENT, SEED = "FLEXPARK_MATRIX", "FLEXPARK_MATRIX_SEED"


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


def pytest_report_header() -> str:
    """How many cases, and how to have the same ones again."""
    extent, seed = os.environ[EXTENT], int(os.environ[SEED])
    whole, now = len(chosen("whole", seed)), len(chosen(extent, seed))
    return f"fault matrix: {extent}, {now} of {whole} cases (repeat them with --matrix={extent} --matrix-seed={seed})"
