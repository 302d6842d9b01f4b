"""The table's calls are discovered, not written by hand.

`matrix.py` is the table, `bench.py` an emulator with the functions deployed, `story.py` one conversation and what can
be seen of it, `invariants.py` what must be true of that, `playing.py` plays a case, `harness.py` many side by side.
"""

from collections import Counter

from tests.faults.harness import Benches
from tests.faults.matrix import OPERATIONS, recorded
from tests.faults.recording import seen


def test_the_recorded_calls_are_those_that_are_made(benches: Benches) -> None:
    """`python -m tests.faults.recording` writes them again after a change."""
    made = seen(benches)
    for operation in OPERATIONS:
        assert Counter(made[operation]) == Counter(recorded()[operation]), operation
