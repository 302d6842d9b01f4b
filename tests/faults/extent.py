"""How much of the fault matrix this run plays, from which seed, and how patiently: what the command line said.

The processes of one run inherit it with the environment.
"""

import os
import random
from collections.abc import Callable

import pytest

from tests.faults.matrix import Case, chosen

_EXTENT, _SEED, _STATEFUL, _PATIENCE = (
    "FLEXPARK_MATRIX",
    "FLEXPARK_MATRIX_SEED",
    "FLEXPARK_STATEFUL_SEED",
    "FLEXPARK_MATRIX_PATIENCE",
)


def keep(config: pytest.Config) -> None:
    """What was said, or drawn where nothing was."""
    os.environ[_EXTENT] = config.getoption("--matrix")
    os.environ[_PATIENCE] = str(config.getoption("--matrix-patience"))
    for name, option in ((_SEED, "--matrix-seed"), (_STATEFUL, "--stateful-seed")):
        given = config.getoption(option)
        os.environ[name] = str(random.randrange(10**6) if given is None else given)  # noqa: S311 - no secret


def extent() -> str:
    """One of `EXTENTS`."""
    return os.environ[_EXTENT]


def seed() -> int:
    """Of a sample."""
    return int(os.environ[_SEED])


def stateful_seed() -> int:
    """Of the long runs."""
    return int(os.environ[_STATEFUL])


def patience() -> int:
    """How many times as long as usual all is waited for that is waited for in real time."""
    return int(os.environ.get(_PATIENCE, "1"))


def of_this_run(of_this_file: Callable[[Case], bool]) -> list[Case]:
    """The cases of this run that a file plays."""
    return [case for case in chosen(extent(), seed()) if of_this_file(case)]
