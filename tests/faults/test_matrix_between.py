"""Other handlers come in between, at every call of park and unpark, before and after its effect; and what no document
of Twilio settles is the other way round.
"""

from collections.abc import Callable

import pytest

from tests.conftest import MERGED
from tests.faults.extent import of_this_run
from tests.faults.harness import Matrix
from tests.faults.matrix import Case


@pytest.mark.parametrize(
    "case", of_this_run(lambda case: bool(case.between) or case.switch is not None), ids=lambda case: case.id
)
def test_invariants_hold(matrix: Matrix, case: Case, record_property: Callable[[str, object], None]) -> None:
    """After the fault, after what follows, and through one more episode."""
    record_property(MERGED, matrix.outcome(case).merged)
