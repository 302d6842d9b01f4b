"""Plays many cases side by side."""

import itertools
import queue
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.faults.bench import Bench, Stood, stand_up
from tests.faults.matrix import Case
from tests.faults.meeting import play
from tests.faults.playing import Outcome

_SIDE_BY_SIDE = 4
"""Enough that one waits while another plays: each bench is two processes that have to start."""


class Benches:
    """Benches to lend, opened as they are needed: each kind of environment is stood up once. `stop` ends them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._free: dict[bool, queue.SimpleQueue[Bench]] = {False: queue.SimpleQueue(), True: queue.SimpleQueue()}
        self._opening = threading.Lock()
        self._numbers = itertools.count(1)

    @contextmanager
    def lent(self, case: Case) -> Iterator[Bench]:
        """One on which this case can be played."""
        with self.bench(studio=case.operation == "studio") as bench:
            yield bench

    @contextmanager
    def bench(self, *, studio: bool = False) -> Iterator[Bench]:
        """One that nobody else has meanwhile."""
        free = self._free[studio]
        try:
            bench = free.get_nowait()
        except queue.Empty:
            bench = self._open(studio=studio)
        try:
            yield bench
        finally:
            free.put(bench)

    def stop(self) -> None:
        """End all that are not lent."""
        for free in self._free.values():
            while not free.empty():
                free.get().stop()

    def _open(self, *, studio: bool) -> Bench:
        with self._opening:
            return Bench(self._stand_up(studio=studio), self._folder / f"bench-{next(self._numbers)}")

    @cache  # noqa: B019 - what failed is tried again for the next case, and fails soon
    def _stand_up(self, *, studio: bool) -> Stood:
        return stand_up(self._folder / f"stood-{next(self._numbers)}", studio=studio)


class Matrix:
    """Plays cases side by side, each on a bench of its own; a case that waits for a time-out costs the others nothing.

    The first case asked for starts all. `merging`: from the same state the same is not played on twice. `stop` ends it.
    """

    def __init__(self, benches: Benches, cases: Iterable[Case], *, merging: bool) -> None:
        self._benches = benches
        self._cases = tuple(cases)
        self._known: set[Hashable] | None = set() if merging else None
        self._pool = ThreadPoolExecutor(_SIDE_BY_SIDE)
        self._outcomes: dict[Case, Future[Outcome]] = {}

    def outcome(self, case: Case) -> Outcome:
        """What came of a case. Raises as it was raised in it."""
        if not self._outcomes:
            self._outcomes = {each: Future() for each in self._cases}
            for on_one_bench in _grouped(self._cases, lambda each: (each.operation, each.switch or each.beginning)):
                self._pool.submit(self._play, on_one_bench)
        return self._outcomes[case].result()

    def stop(self) -> None:
        """End what runs; what has not begun never does."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _play(self, cases: Sequence[Case]) -> None:
        try:
            with self._benches.lent(cases[0]) as bench:
                for alike in _grouped(cases, lambda each: each.beginning):
                    for case, came in play(bench, alike, self._known):
                        self._tell(case, came)
        except BaseException as error:
            for case in cases:
                if not self._outcomes[case].done():
                    self._tell(case, error)
            raise

    def _tell(self, case: Case, came: Outcome | BaseException) -> None:
        if isinstance(came, Outcome):
            self._outcomes[case].set_result(came)
        else:
            self._outcomes[case].set_exception(came)


def _grouped(cases: Iterable[Case], key: Callable[[Case], Hashable]) -> list[list[Case]]:
    groups: dict[Hashable, list[Case]] = {}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    return list(groups.values())
