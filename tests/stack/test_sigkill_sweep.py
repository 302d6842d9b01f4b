"""SIGKILL of the engine, and of the provider alone, after each single request of an `up`, then `flexpark up`.

The end is that of a run which nobody disturbed: no twin, no leftover, nothing to do by hand. Each test draws one
request of its part, from the seed of this run's samples; with FLEXPARK_SWEEP=whole (`make sweep`) it takes all of them.
What comes after the end is looked at in one case of each part then, otherwise in one of each victim.
"""

import os
import random
from collections.abc import Iterator

import pytest

from flexpark.errors import FlexparkError
from tests.stack.sweeping import End, Ground, Victim, difference, open_ground

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="looks for processes in /proc")  # noqa: PTH110

PARTS = 4
WHOLE = os.environ.get("FLEXPARK_SWEEP") == "whole"
SEED = int(os.environ.get("FLEXPARK_MATRIX_SEED", "0"))


class Undisturbed:
    """The end of an `up` that nobody disturbed, and how many requests it made."""

    def __init__(self, ground: Ground) -> None:
        ground.anew()
        ground.up()
        self.requests = len(ground.rehearsal.requests("api"))
        self.end: End = ground.end()
        assert all(self.end.account.values()), "an inventory that sees nothing would find nothing wrong"


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One emulator for all cases."""
    with open_ground(tmp_path_factory.mktemp("sweep")) as made:
        yield made


@pytest.fixture(scope="module")
def undisturbed(ground: Ground) -> Undisturbed:
    """What every case is held against."""
    return Undisturbed(ground)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("victim", ["engine", "provider"])
def test_a_killed_up_is_finished_by_the_next(
    ground: Ground, undisturbed: Undisturbed, victim: Victim, part: int
) -> None:
    """The same account, the same state, nothing pending; whatever was in flight is found and taken over, and what is
    recorded exists. Of one case the refresh and the preview after it find nothing to do, too, and a destroy leaves the
    account as it was.
    """
    every = range(1 + part, undisturbed.requests + 1, PARTS)
    drawn = random.Random(f"{SEED} {victim} {part}").choice(every)  # noqa: S311
    cases = list(every) if WHOLE else [drawn]
    wrong: dict[int, str] = {}
    killed = 0
    for nth in cases:
        ground.anew()
        killed += ground.killed(victim, nth)
        try:
            ground.up()
            told = "; ".join(filter(None, [difference(undisturbed.end, ground.end()), *ground.lost()]))
            if nth == drawn and not told and (WHOLE or part == 0):
                told = ground.unrest() or "; ".join(f"left of {kind}: {i}" for kind, i in ground.remains().items())
        except FlexparkError as error:
            told = str(error)
        if told:
            wrong[nth] = told
    print(f"{victim}: killed in {killed} of {len(cases)} cases, after requests {cases}: {len(wrong)} went wrong")  # noqa: T201
    assert wrong == {}
    assert killed >= len(cases) - 1, "the last request may come too late to be held"
