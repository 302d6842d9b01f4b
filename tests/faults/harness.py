"""Plays many cases side by side."""

import queue
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tests.faults.bench import Bench, Stood, stand_up
from tests.faults.matrix import Case
from tests.faults.playing import Outcome, play

_BENCHES = 6
_CASES_A_BENCH = 75


class Matrix:
    """Plays cases side by side, each on a bench of its own; a case that waits for a time-out costs the others nothing.

    Standing up happens with the first case asked for. `stop` ends all benches.
    """

    def __init__(self, cases: Iterable[Case]) -> None:
        self._cases = tuple(cases)
        self._folder = tempfile.TemporaryDirectory(prefix="flexpark-matrix-")
        self._pool = ThreadPoolExecutor(_BENCHES)
        self._free: queue.SimpleQueue[tuple[Bench, int]] = queue.SimpleQueue()
        self._stood: Stood | None = None
        self._opened = 0
        self._outcomes: dict[Case, Future[Outcome]] = {}

    def stood(self) -> Stood:
        """The environment that the benches are copies of."""
        if self._stood is None:
            self._stood = stand_up(Path(self._folder.name) / "stood")
            for _ in range(_BENCHES):
                self._free.put((self.bench(), 0))
        return self._stood

    def bench(self) -> Bench:
        """A further copy; whoever asks for it stops it."""
        self._opened += 1
        return Bench(self.stood(), Path(self._folder.name) / f"bench-{self._opened}")

    def outcome(self, case: Case) -> Outcome:
        """What came of a case; the first to ask starts all. Raises as `play` does."""
        if not self._outcomes:
            self.stood()
            self._outcomes = {each: self._pool.submit(self._play, each) for each in self._cases}
        return self._outcomes[case].result()

    def stop(self) -> None:
        """End what runs; what has not begun never does."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        while not self._free.empty():
            self._free.get()[0].stop()
        self._folder.cleanup()

    def _play(self, case: Case) -> Outcome:
        bench, played = self._free.get()
        try:
            return play(bench, case)
        finally:
            if played >= _CASES_A_BENCH:  # what has ended slows the looks of those to come
                bench.stop()
                bench, played = self.bench(), 0
            self._free.put((bench, played + 1))
