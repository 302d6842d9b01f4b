"""Park, and park again, with a fault."""

from tests.faults import invariants
from tests.faults.invariants import InvariantError
from tests.faults.playing import Played
from tests.faults.seen import Answer, Seen
from tests.faults.story import Story


class Park(Played):
    """The agent parks what came in."""

    def before(self, story: Story) -> None:
        """Nothing: the agent has accepted."""

    def operate(self, *, same: bool = True) -> Answer:  # noqa: ARG002 - a click is a click
        """The agent clicks on Park."""
        return self.story.parks()

    def checked(self, first: Answer, seen: Seen) -> None:
        """Yes or no, it is so; and in the end it can be parked."""
        self.holds(first, seen)
        clean = not first.yes and invariants.nothing_left(seen)
        second = self.follows(self.case.follow)
        after = self.look()
        if self.case.follow == "reconcile":
            after = self.rests()
            self.holds(first, after)
        elif self.case.follow == "same":
            if first.yes:
                invariants.unchanged(seen, after, "park")
        elif first.yes:
            invariants.woken(self.story, after, self.episodes)
            if not self.brought_back(first, seen) and (second is None or not second.yes):
                raise InvariantError(f"a parked conversation is resumed: {second}")
        elif clean and not invariants.nothing_left(after):
            raise InvariantError(f"nothing is changed where nothing is parked: {after}")
        if not after.live:
            self.parks_in_the_end(after)


class Repark(Park):
    """The agent parks what was parked and resumed before."""

    episodes = 2

    def before(self, story: Story) -> None:
        """One episode."""
        self.undisturbed_park(story)
        story.writes()
        story.accepts()
