"""Unpark by a customer's message and by an agent, with a fault."""

from tests.faults import invariants
from tests.faults.invariants import InvariantError
from tests.faults.playing import Played
from tests.faults.seen import Answer, Seen
from tests.faults.story import Story


class Message(Played):
    """The customer writes to what is parked."""

    wakes = True
    """Whether the operation alone makes a task, at the latest once it is reconciled."""

    def before(self, story: Story) -> None:
        """It is parked."""
        self.undisturbed_park(story)

    def operate(self, *, same: bool = True) -> Answer | None:
        """A message; the same one again is the same delivery."""
        return self.story.delivered_again() if same else self.story.writes()

    def checked(self, first: Answer, seen: Seen) -> None:
        """Invited means that there is a task; in the end there is one."""
        if first.said == "invited":
            invariants.woken(self.story, seen, self.episodes)
        second = self.follows(self.case.follow)
        after = self.look()
        if first.said == "invited":
            if self.case.follow == "same":
                invariants.unchanged(seen, after, self.case.operation)
            invariants.woken(self.story, after, self.episodes)
        if self.case.follow == "reconcile":
            after = self.rests()
            if self.wakes:
                invariants.woken(self.story, after, self.episodes)
        elif not after.live:
            if second is not None and second.said == "invited":
                raise InvariantError(f"invited means that there is a task: {after}")
            self.story.waits()
            third = self.follows(self.case.follow)
            after = self.look()
            if third is None or (not after.live and third.said in {"invited", "already"}):
                raise InvariantError(f"once no lease is live, it is resumed: {third and third.said}, {after}")


class Resume(Message):
    """The agent resumes what is parked."""

    wakes = False

    def operate(self, *, same: bool = True) -> Answer:  # noqa: ARG002 - a click is a click
        """The agent clicks on Resume."""
        return self.story.resumes()


class FlowEnds(Message):
    """A Studio flow has the conversation, and calls the function in which it ends."""

    def before(self, story: Story) -> None:
        """The customer has written; what the flow did by itself came to nothing."""
        self.undisturbed_park(story)
        ends = {"host": self.bench.domain, "path": "^/unpark-from-studio$", "status": 500, "times": None}
        with self.bench.fault(ends):
            story.writes()
        if story.look().state != "in_studio":
            raise AssertionError(f"what is parked goes through the flow: {story.look()}")

    def operate(self, *, same: bool = True) -> Answer:  # noqa: ARG002 - it always says the same
        """The flow's last step."""
        return self.story.flow_ends()


class Repair(Message):
    """The reconciler finds a message that nobody has acted on."""

    def before(self, story: Story) -> None:
        """It is parked, and the delivery of the customer's message failed."""
        self.undisturbed_park(story)
        down = {"host": self.bench.domain, "path": "^/unpark-on-message$", "status": 503, "times": None}
        with self.bench.fault(down):
            story.writes()
        if story.look().live:
            raise AssertionError("the message was lost")
        story.passes(1)  # the reconciler comes later, when lists show the message

    def operate(self, *, same: bool = True) -> Answer:  # noqa: ARG002 - it always asks the same
        """The reconciler goes through all records; what it could not do it says."""
        answer = self.story.reconciled()
        if any(step.startswith("failed") for step in answer.body["steps"]):
            return Answer(503, {"error": {"code": "retryable"}, "steps": answer.body["steps"]})
        return answer
