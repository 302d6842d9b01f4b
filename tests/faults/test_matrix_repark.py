"""Every call of a second park of one conversation meets every fault; nothing of the first episode is left."""

from collections.abc import Callable

import pytest

from tests.conftest import MERGED
from tests.faults.extent import of_this_run
from tests.faults.harness import Matrix
from tests.faults.matrix import Case


@pytest.mark.parametrize(
    "case",
    of_this_run(lambda case: not case.between and case.switch is None and case.operation == "repark"),
    ids=lambda case: case.id,
)
def test_invariants_hold(matrix: Matrix, case: Case, record_property: Callable[[str, object], None]) -> None:
    """After the fault, after what follows, and through one more episode."""
    record_property(MERGED, matrix.outcome(case).merged)
