"""Plays a case: an undisturbed beginning, one operation that meets the fault, what follows, and what must be true then.

Where a request may be repeated the case repeats it, and where a lease must be over first the clock is advanced: that
is what people and time do. What only the reconciler takes away is told as `left`, and is gone after the next episode.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from tests.faults import invariants
from tests.faults.bench import Bench
from tests.faults.invariants import InvariantError
from tests.faults.matrix import FAULTS, HOLDS, Case, Follow
from tests.faults.story import Answer, Seen, Story

_PATIENCE = 3


@dataclass(frozen=True)
class Outcome:
    """A case that holds: what was said, and what was left to the reconciler meanwhile."""

    told: tuple[str, ...]
    left: tuple[str, ...]


def play(bench: Bench, case: Case) -> Outcome:
    """One case from the first message to the end of a second episode. Raises `InvariantError` with what was said."""
    bench.ready()
    if case.switch is not None:
        bench.control("POST", "switches", dict([case.switch]))
    played = _Met(bench, case) if case.between else _Played(bench, case)
    try:
        left = played.through()
    except InvariantError as violation:
        raise InvariantError(f"{violation}\n  after: {'; '.join(played.story.told)}") from None
    finally:
        played.story.ends()
    return Outcome(tuple(played.story.told), tuple(left))


class _Played:
    def __init__(self, bench: Bench, case: Case) -> None:
        self.bench = bench
        self.case = case
        self.story = Story(bench)
        self.episodes = 1
        # One that Twilio makes after all, when another was made for it (docs/faults.md), goes with the next step.
        self.webhooks = 2 if case.fault == "late" and case.call and "Webhook" in case.call.name else 1

    def through(self) -> list[str]:
        """All of it. What was left to the reconciler."""
        self._beginning()
        first = self._disturbed()
        seen = self._look()
        if self.case.operation in {"park", "repark"}:
            self._parked(first, seen)
        else:
            self._unparked(first, seen)
        return self._ending()

    def _beginning(self) -> None:
        if self.case.operation == "park":
            return
        if not self.story.parks().yes:
            raise AssertionError(f"an undisturbed park failed: {self.story.told}")
        if self.case.operation == "repark":
            self.story.writes()
            self.story.accepts()
            self.episodes = 2

    def _disturbed(self) -> Answer:
        call, fault = self.case.call, self.case.fault
        struck = call.struck(FAULTS[fault]) if call is not None and fault is not None else None
        with self.bench.fault(struck) as hits:
            first = self._again(same=False)
        if struck is not None and not sum(hits):
            raise AssertionError("the fault met no call: is tests/faults/calls.json what the functions do now?")
        if first is None:
            raise InvariantError("a parked conversation has a webhook of ours that is called")
        if fault != "kill":
            invariants.answered(first)
        return first

    def _again(self, *, same: bool = True) -> Answer | None:
        """The operation of the case; `same`: the very same request."""
        if self.case.operation in {"park", "repark"}:
            return self.story.parks()
        if self.case.operation == "agent":
            return self.story.resumes()
        return self.story.delivered_again() if same else self.story.writes()

    def _follows(self, follow: Follow) -> Answer | None:
        if follow == "same":
            return self._again()
        if follow == "reconcile":
            return self._reconciled()
        return self.story.writes() if follow == "message" else self.story.resumes()

    def _reconciled(self) -> Answer:
        answer = self.story.reconciled()
        failed = [step for step in answer.body["steps"] if step.startswith("failed")]
        if not answer.yes or failed:
            raise InvariantError(f"the reconciler gets through: {answer.status} {answer.said}")
        return answer

    def _rests(self) -> Seen:
        """An interval later the reconciler has put right whatever there was; a further one finds nothing to do."""
        self.story.waits()
        self._reconciled()
        self.webhooks = 1
        seen = self._look()
        invariants.at_rest(seen)
        again = self._reconciled()
        if again.body["steps"]:
            raise InvariantError(f"what was reconciled is left alone: {again.said}, {seen}")
        return seen

    def _parked(self, first: Answer, seen: Seen) -> None:
        self._holds(first, seen)
        clean = not first.yes and invariants.nothing_left(seen)
        second = self._follows(self.case.follow)
        after = self._look()
        if self.case.follow == "reconcile":
            after = self._rests()
            self._holds(first, after)
        elif self.case.follow == "same":
            if first.yes:
                invariants.unchanged(seen, after, "park")
        elif first.yes:
            invariants.woken(self.story, after, self.episodes)
            if not self._brought_back(first, seen) and (second is None or not second.yes):
                raise InvariantError(f"a parked conversation is resumed: {second}")
        elif clean and not invariants.nothing_left(after):
            raise InvariantError(f"nothing is changed where nothing is parked: {after}")
        if not after.live:
            self._parks_in_the_end(after)

    def _brought_back(self, answer: Answer, seen: Seen) -> bool:
        """Whether park itself, or its webhook's replay, found a message that park had not seen when it began."""
        return answer.woken or (answer.yes and bool(seen.live) and self.story.unheard(seen))

    def _holds(self, answer: Answer, seen: Seen) -> None:
        """What park said is so."""
        if self._brought_back(answer, seen):
            invariants.woken(self.story, seen, self.episodes)
        elif answer.yes:
            invariants.said_parked(seen, self.webhooks)

    def _parks_in_the_end(self, seen: Seen) -> None:
        """Repeating park finishes it."""
        for _ in range(_PATIENCE):
            if seen.state == "parked" and not seen.agent_in:
                return
            answer = self.story.parks()
            seen = self._look()
            if seen.live:
                return
            if answer.yes:
                invariants.said_parked(seen)
                return
            self.story.waits()
        raise InvariantError(f"repeating park finishes it: {seen}")

    def _unparked(self, first: Answer, seen: Seen) -> None:
        if first.said == "invited":
            invariants.woken(self.story, seen, self.episodes)
        second = self._follows(self.case.follow)
        after = self._look()
        if first.said == "invited":
            if self.case.follow == "same":
                invariants.unchanged(seen, after, self.case.operation)
            invariants.woken(self.story, after, self.episodes)
        if self.case.follow == "reconcile":
            after = self._rests()
            if self.case.operation == "message":
                invariants.woken(self.story, after, self.episodes)
        elif not after.live:
            if second is not None and second.said == "invited":
                raise InvariantError(f"invited means that there is a task: {after}")
            self.story.waits()
            third = self._follows(self.case.follow)
            after = self._look()
            if third is None or (not after.live and third.said in {"invited", "already"}):
                raise InvariantError(f"once no lease is live, it is resumed: {third and third.said}, {after}")

    def _ending(self) -> list[str]:
        """One more message: exactly one task. The agent takes it, parks it again, and the customer writes again."""
        seen = self._look()
        if not seen.live:
            self.story.waits()
            self.story.writes()
            seen = self._look()
        self.webhooks = 1
        invariants.woken(self.story, seen, self.episodes)
        left = invariants.tidy(seen)
        if self.case.follow == "reconcile":
            self._rests()
            left = []
        self.story.writes()
        invariants.woken(self.story, self._look(), self.episodes)
        self.story.accepts()
        self.episodes += 1
        answer = self.story.parks()
        if answer.said == "retryable":  # a handler that died may still have its lease
            self.story.waits()
            answer = self.story.parks()
        if not answer.yes:
            raise InvariantError(f"what came back can be parked again: {answer.said}")
        self._holds(answer, self._look())
        self.story.writes()
        seen = self._look()
        invariants.woken(self.story, seen, self.episodes)
        if remains := invariants.tidy(seen):
            raise InvariantError(f"nothing of ours is left after the next episode: {', '.join(remains)}: {seen}")
        return left

    def _look(self) -> Seen:
        seen = self.story.look()
        invariants.always(self.story, seen, self.webhooks)
        return seen


class _Met(_Played):
    """The operation is held at its call while one or two others are done from beginning to end."""

    def through(self) -> list[str]:
        """All of it. What was left to the reconciler."""
        self._beginning()
        first, between = self._interleaved()
        seen = self._look()
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
                self._parks_in_the_end(seen)
            else:
                self._resumed_in_the_end()
        return self._ending()

    def _interleaved(self) -> tuple[Answer | None, list[Answer | None]]:
        assert self.case.call is not None and self.case.fault is not None
        with ThreadPoolExecutor(1) as aside, self.bench.fault(self.case.call.struck(HOLDS[self.case.fault])) as hits:
            held = aside.submit(self._again, same=False)
            self._until_held(held)
            invariants.always(self.story, self.story.look(settled=False))
            between = [self._follows(each) for each in self.case.between]
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
        seen = self._look()
        if not seen.live:
            raise InvariantError(f"once no lease is live, it is resumed: {answer.said}, {seen}")
