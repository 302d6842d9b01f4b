"""The operation is held at its call while one or two others are done from beginning to end."""

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from tests.faults import invariants
from tests.faults.bench import Bench
from tests.faults.invariants import InvariantError
from tests.faults.matrix import HOLDS, Case, Operation
from tests.faults.others import Close, TaskEnds
from tests.faults.parking import Park, Repark
from tests.faults.playing import Outcome, Played
from tests.faults.resuming import FlowEnds, Message, Repair, Resume
from tests.faults.seen import Answer

_PLAYED: dict[Operation, type[Played]] = {
    "park": Park,
    "repark": Repark,
    "message": Message,
    "agent": Resume,
    "close": Close,
    "ended": TaskEnds,
    "studio": FlowEnds,
    "repair": Repair,
}


def play(
    bench: Bench, cases: Sequence[Case], known: set[Hashable] | None = None
) -> Iterator[tuple[Case, Outcome | BaseException]]:
    """Cases that begin alike, from the first message to the end of a second episode: how they begin is played once.
    What came of each, or what went wrong. With `known` nothing is played on twice from the same state.
    """
    try:
        lead = played(bench, cases[0], known)
        begun = lead.begin()
        bench.keep("begun")
    except Exception as error:  # whatever it is, it is these cases' outcome
        yield from ((case, error) for case in cases)
        return
    for n, case in enumerate(cases):
        if n:
            bench.restore("begun")
        try:
            yield case, lead.of(case).through(begun)
        except Exception as error:  # the same
            yield case, error


def played(bench: Bench, case: Case, known: set[Hashable] | None = None) -> Played:
    """The case at its beginning."""
    kind = _PLAYED[case.operation]
    return _met(kind)(bench, case, known) if case.between else kind(bench, case, known)


def _met(kind: type[Played]) -> Callable[[Bench, Case, set[Hashable] | None], Played]:
    return type(f"Met{kind.__name__}", (_Met, kind), {})


class _Met(Played):
    def begin(self) -> Any:
        """They meet."""
        return self._interleaved()

    def _through(self, begun: Any) -> list[str]:
        first, between = begun
        seen = self.look()
        for answer in (first, *between):
            if answer is not None:
                invariants.answered(answer)
        parking = self.case.operation in {"park", "repark"}
        if parking and first is not None and first.yes:
            if seen.agent_in:
                raise InvariantError(f"park said yes, and the agent has left: {seen}")
            if not seen.live and self.story.unheard(seen):
                raise InvariantError(f"a customer's message that races park wakes it: {seen}")
        if not seen.live:
            if parking:
                self.parks_in_the_end(seen)
            else:
                self._resumed_in_the_end()
        return self.ending()

    def _interleaved(self) -> tuple[Answer | None, list[Answer | None]]:
        assert self.case.call is not None and self.case.fault is not None
        with ThreadPoolExecutor(1) as aside, self.bench.fault(self.case.call.struck(HOLDS[self.case.fault])) as hits:
            held = aside.submit(self.operate, same=False)
            self._until_held(held)
            self.always(self.story.look(settled=False))
            between = [self.follows(each) for each in self.case.between]
            self.bench.control("POST", "faults/release")
            first = held.result()
        if not sum(hits):
            raise AssertionError("the fault met no call: is tests/faults/calls.json what the functions do now?")
        return first, between

    def _until_held(self, held: "Future[Answer | None]") -> None:
        while not held.done() and not any(fault["hits"] for fault in self.bench.control("GET", "faults")["faults"]):
            time.sleep(0.005)

    def _resumed_in_the_end(self) -> None:
        """Nobody was told a lie that a repetition does not make good."""
        self.story.waits()
        answer = self.story.resumes()
        seen = self.look()
        if not seen.live:
            raise InvariantError(f"once no lease is live, it is resumed: {answer.said}, {seen}")
