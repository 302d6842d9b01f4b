"""Plays a case: an undisturbed beginning, one operation that meets the fault, what follows, and what must be true then.

Where a request may be repeated the case repeats it, and where a lease must be over first the clock is advanced: that
is what people and time do. What only the reconciler takes away is told as `left`, and is gone after the next episode.
From a state from which the same has been played before, a case is not played on where `known` says so: the clock is
stopped, so it would be the same again.
`parking.py`, `resuming.py` and `others.py` have the operations, `meeting.py` the handlers that come in between.
"""

import copy
from abc import abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Self

from tests.faults import invariants
from tests.faults.bench import Bench
from tests.faults.invariants import InvariantError
from tests.faults.matrix import FAULTS, Case, Follow
from tests.faults.seen import Answer, Seen
from tests.faults.story import Story

PATIENCE = 3


@dataclass(frozen=True)
class Outcome:
    """A case that holds: what was said, and what was left to the reconciler meanwhile."""

    told: tuple[str, ...]
    left: tuple[str, ...]
    merged: bool


class _Known(Exception):  # noqa: N818 - it is no error
    """The same has been played on from here."""


class Played:
    """One case, from its scene to the end of a second episode."""

    webhooks = 1
    """How many of ours there may be, until it is reconciled or resumed."""
    ended = closing = False
    again = 0
    """How many tasks are cancelled, and made once more."""
    episodes = 1

    def __init__(self, bench: Bench, case: Case, known: set[Hashable] | None = None) -> None:
        self.bench = bench
        self.case = case
        self._known = known
        self._since: list[Hashable] = []
        switch = f"-{case.switch[0]}={case.switch[1]}" if case.switch else ""
        self.story = bench.scene(f"{case.operation}{switch}", self._begun)
        # One that Twilio makes after all, when another was made for it (docs/faults.md), goes with the next step.
        if case.fault == "late" and case.call and "Webhook" in case.call.name:
            self.webhooks = 2

    def begin(self) -> Any:
        """The operation meets its fault, or its others. What `through` is to be given."""
        return self._disturbed()

    def of(self, case: Case) -> Self:
        """Another case that begins alike, from where this one is now."""
        other = copy.copy(self)
        other.case, other.story, other._since = case, self.story.again(), []
        return other

    def through(self, begun: Any) -> Outcome:
        """All that comes after. Raises `InvariantError` with what was said."""
        left: list[str] = []
        merged = False
        try:
            left = self._through(begun)
        except _Known:
            merged = True
        except InvariantError as violation:
            raise InvariantError(f"{violation}\n  after: {'; '.join(self.story.told)}") from None
        if self._known is not None:
            self._known.update(self._since)
        return Outcome(tuple(self.story.told), tuple(left), merged)

    @abstractmethod
    def before(self, story: Story) -> None:
        """What comes before the operation, undisturbed."""

    @abstractmethod
    def operate(self, *, same: bool = True) -> Answer | None:
        """The operation; `same`: the very same request."""

    @abstractmethod
    def checked(self, first: Answer, seen: Seen) -> None:
        """What must hold once the operation has met its fault, through what follows."""

    def _begun(self) -> Story:
        """The scene: with a switch, from the first message on."""
        if self.case.switch is not None:
            self.bench.control("POST", "switches", dict([self.case.switch]))
        story = Story(self.bench)
        self.before(story)
        return story

    def _through(self, first: Any) -> list[str]:
        self.merges("checked", self.case.follow, first.status, first.said, first.woken)
        self.checked(first, self.look())
        return self.ending()

    def merges(self, what: str, *more: Hashable) -> None:
        """Ends the case here where the same was played on from here before; `more`: on what else it depends."""
        if self._known is None:
            return
        mine = (self.case.operation, self.webhooks, self.ended, self.episodes, self.story.essence, self.bench.digest())
        if (here := (what, *more, *mine)) in self._known:
            raise _Known
        self._since.append(here)

    def _disturbed(self) -> Answer:
        call, fault = self.case.call, self.case.fault
        struck = call.struck(FAULTS[fault]) if call is not None and fault is not None else None
        with self.bench.fault(struck) as hits:
            first = self.operate(same=False)
        if struck is not None and not sum(hits):
            raise AssertionError("the fault met no call: is tests/faults/calls.json what the functions do now?")
        if first is None:
            raise InvariantError("a parked conversation has a webhook of ours that is called")
        if fault != "kill":
            invariants.answered(first)
        return first

    def follows(self, follow: Follow) -> Answer | None:
        """What one of them does, from beginning to end."""
        if follow == "same":
            return self.operate()
        if follow == "reconcile":
            return self.reconciled()
        return self.story.writes() if follow == "message" else self.story.resumes()

    def look(self) -> Seen:
        """What is there, once nothing is under way; it is checked."""
        seen = self.story.look()
        self.always(seen)
        return seen

    def always(self, seen: Seen) -> None:
        """What holds at every moment."""
        of_mine = invariants.Expected(
            self.webhooks, self.ended, self.again, self.closing, killed=self.case.fault == "kill"
        )
        invariants.always(self.story, seen, of_mine)

    def reconciled(self) -> Answer:
        """The reconciler goes through all records."""
        answer = self.story.reconciled()
        failed = [step for step in answer.body["steps"] if step.startswith("failed")]
        if not answer.yes or failed:
            raise InvariantError(f"the reconciler gets through: {answer.status} {answer.said}")
        return answer

    def rests(self) -> Seen:
        """An interval later the reconciler has put right whatever there was; a further one finds nothing to do."""
        self.story.waits()
        self.reconciled()
        self.webhooks = 1
        seen = self.look()
        if not (self.closing and invariants.closed(seen)):
            invariants.at_rest(seen)
        again = self.reconciled()
        if again.body["steps"]:
            raise InvariantError(f"what was reconciled is left alone: {again.said}, {seen}")
        return seen

    def ending(self) -> list[str]:
        """One more message: exactly one task. The agent takes it, parks it again, and the customer writes again."""
        self.merges("ending", self.case.follow == "reconcile")
        seen = self.look()
        if not seen.live:
            self.story.waits()
            self.story.writes()
            seen = self.look()
        self.webhooks = 1
        invariants.woken(self.story, seen, self.episodes)
        left = invariants.tidy(seen)
        if self.case.follow == "reconcile":
            self.rests()
            left = []
        self.story.writes()
        invariants.woken(self.story, self.look(), self.episodes)
        self.story.accepts()
        self.ended = False
        self.episodes += 1
        answer = self.story.parks()
        if answer.said == "retryable":  # a handler that died may still have its lease
            self.story.waits()
            answer = self.story.parks()
        if not answer.yes:
            raise InvariantError(f"what came back can be parked again: {answer.said}")
        self.holds(answer, self.look())
        self.story.writes()
        seen = self.look()
        invariants.woken(self.story, seen, self.episodes)
        if remains := invariants.tidy(seen):
            raise InvariantError(f"nothing of ours is left after the next episode: {', '.join(remains)}: {seen}")
        return left

    def brought_back(self, answer: Answer, seen: Seen) -> bool:
        """Whether park itself, or its webhook's replay, found a message that park had not seen when it began."""
        return answer.woken or (answer.yes and bool(seen.live) and self.story.unheard(seen))

    def holds(self, answer: Answer, seen: Seen) -> None:
        """What park said is so."""
        if self.brought_back(answer, seen):
            invariants.woken(self.story, seen, self.episodes)
        elif answer.yes:
            invariants.said_parked(seen, self.webhooks)

    def parks_in_the_end(self, seen: Seen) -> None:
        """Repeating park finishes it."""
        for _ in range(PATIENCE):
            if seen.state == "parked" and not seen.agent_in:
                return
            answer = self.story.parks()
            seen = self.look()
            if seen.live:
                return
            if answer.yes:
                invariants.said_parked(seen)
                return
            self.story.waits()
        raise InvariantError(f"repeating park finishes it: {seen}")

    def undisturbed_park(self, story: Story) -> None:
        """For `before`."""
        if not story.parks().yes:
            raise AssertionError(f"an undisturbed park failed: {story.told}")
