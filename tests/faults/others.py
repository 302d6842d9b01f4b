"""Closing, and the end of a task that nobody took, with a fault."""

from tests.faults import invariants
from tests.faults.invariants import InvariantError
from tests.faults.playing import PATIENCE, Played
from tests.faults.seen import Answer, Seen
from tests.faults.story import Story


class Close(Played):
    """The agent closes what is parked."""

    closing = True

    def before(self, story: Story) -> None:
        """It is parked."""
        self.undisturbed_park(story)

    def operate(self, *, same: bool = True) -> Answer:  # noqa: ARG002 - a click is a click
        """The agent clicks on Close."""
        return self.story.closes()

    def checked(self, first: Answer, seen: Seen) -> None:
        """Closed, or repeating it closes it; what comes after makes no task."""
        if first.yes and not invariants.closed(seen):
            raise InvariantError(f"closed means that nothing of ours is left: {seen}")
        self.follows(self.case.follow)
        after = self.look()
        if first.yes and self.case.follow == "same":
            invariants.unchanged(seen, after, "close")
        if self.case.follow == "reconcile":
            after = self.rests()
        if first.yes and not invariants.closed(after):
            raise InvariantError(f"what is closed stays closed: {after}")

    def ending(self) -> list[str]:
        """It is closed in the end, whatever brought it back meanwhile, and nobody is invited to it."""
        seen = self.look()
        for _ in range(PATIENCE):
            if invariants.closed(seen):
                break
            self.story.waits()
            task = None
            if self.look().live:
                self.story.accepts()
                task = self.story.work.task
            self.story.closes(task=task)
            seen = self.look()
        seen = self.rests()
        if not invariants.closed(seen):
            raise InvariantError(f"repeating close closes it: {seen}")
        if self.story.resumes().yes or self.look().live:
            raise InvariantError("what is closed is not resumed")
        return []


class TaskEnds(Played):
    """The task of a resumed conversation is cancelled, and Event Streams tells the function."""

    ended = True
    again = 1

    def before(self, story: Story) -> None:
        """The customer has written, and nobody is there to take it."""
        self.undisturbed_park(story)
        story.agent.goes(available=False)
        story.writes()

    def operate(self, *, same: bool = True) -> Answer:
        """The task is cancelled; the same again is the same event."""
        return self.story.told_again() if same else self.story.cancels()

    def checked(self, first: Answer, seen: Seen) -> None:
        """One new task, at the latest once the event has come again or the reconciler has been there."""
        if first.yes:
            self._one_task(seen)
        self.follows(self.case.follow)
        after = self.look()
        if first.yes and self.case.follow == "same":
            invariants.unchanged(seen, after, "the event")
        if self.case.follow == "reconcile":
            after = self.rests()
        elif not after.live:
            self.story.told_again()
            after = self.look()
        self._one_task(after)
        self.story.agent.goes(available=True)

    def _one_task(self, seen: Seen) -> None:
        if len(seen.live) != 1:
            raise InvariantError(f"a task that nobody took is invited once more: {seen}")
        self.episodes = len(seen.invited)
