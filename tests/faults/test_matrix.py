"""Every call of park and unpark meets every fault; nothing is lost, nothing doubled, and repeating finishes it.

The deployed functions run in Twilio's own runtime against the emulator. `matrix.py` is the table, `bench.py` an
emulator with the functions deployed, `story.py` one conversation and what can be seen of it, `invariants.py` what must
be true of that, `playing.py` plays a case, `harness.py` many side by side.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.conftest import EXTENT, SEED
from tests.faults.harness import Matrix
from tests.faults.matrix import OPERATIONS, Case, chosen, recorded
from tests.faults.recording import seen

pytestmark = pytest.mark.xdist_group("faults")

CASES = chosen(os.environ[EXTENT], int(os.environ[SEED]))


@pytest.fixture(scope="module")
def matrix(request: pytest.FixtureRequest) -> Iterator[Matrix]:
    """Plays the cases that this run asks for."""
    asked = [
        item.callspec.params["case"]
        for item in request.session.items
        if hasattr(item, "callspec")
        and "case" in item.callspec.params
        and item.nodeid.partition("::")[0].endswith("faults/test_matrix.py")
    ]
    matrix = Matrix(asked)
    yield matrix
    matrix.stop()


def test_the_recorded_calls_are_those_that_are_made(matrix: Matrix) -> None:
    """The table's calls are discovered: `python -m tests.faults.recording` writes them again after a change."""
    matrix.stood()
    bench = matrix.bench()
    try:
        made = seen(bench)
    finally:
        bench.stop()
    for operation in OPERATIONS:
        assert Counter(made[operation]) == Counter(recorded()[operation]), operation


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.id))
def test_invariants_hold(matrix: Matrix, case: Case) -> None:
    """After the fault, after what follows, and through one more episode."""
    matrix.outcome(case)
