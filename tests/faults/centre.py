"""A contact centre in which anything may happen: agents, a supervisor, customers; and what must hold all along.

A step is what one of them does, or Twilio, or time; `rests` is what must be true once all has settled and the
reconciler has been there. Nothing here draws anything: `test_stateful.py` does.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from flexpark.cli.demo.actors import Agent, Work
from tests.faults import invariants
from tests.faults.bench import Bench
from tests.faults.invariants import InvariantError
from tests.faults.matrix import FAULTS, Operation, recorded
from tests.faults.seen import Answer, Seen
from tests.faults.story import OTHERS, Story

CONVERSATIONS = 2
AGENTS = ("ada", "ben")
LIMIT = 4096
"""Characters of a task's attributes."""
_LIVE = {"pending", "reserved", "assigned"}
_PARKED = {"parking", "parked", "unparking", "in_studio"}
_QUIET = 61
"""Seconds after which no lease is live, and Event Streams has sent again what was refused."""
_YEARS = 10 * 365 * 86_400

Fault = tuple[Operation, int, str] | None
"""Of which operation which recorded call (by number, from 0; more than there are begin again) meets which fault."""


@dataclass
class Centre:
    """Opened once a bench; `again` before each story."""

    bench: Bench
    stories: list[Story] = field(default_factory=list)
    people: dict[str, Agent] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    cancelled: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    steps: Counter[str] = field(default_factory=Counter)
    history: list[str] = field(default_factory=list)
    ran: int = 0
    wrong: bool = False

    def again(self) -> None:
        """As it stood when it opened: each agent has accepted a conversation, the supervisor watches."""
        if not self.stories:
            self._opens()
            self.bench.keep("centre")
        self.bench.restore("centre")
        self._now = [story.again() for story in self.stories]
        self.history += self.told
        self.closed, self.cancelled, self.told, self.wrong = set(), [], [], False

    def _opens(self) -> None:
        self.bench.restore()
        for name in AGENTS:
            self.people[name] = self.bench.hired(name)
            self.stories.append(Story(self.bench, self.people[name], f"+1555000{len(self.stories):04d}"))
            self.people[name].goes(available=False)
        for name in AGENTS:
            self.people[name].goes(available=True)
        self.people["sue"] = self.bench.hired("sue", ("supervisor",))
        self.people["sue"].goes(available=False)
        for name, agent in self.people.items():  # time passes by the day here
            roles = ["supervisor" if name == "sue" else "agent"]
            asked = {"workerSid": agent.sid, "identity": name, "roles": roles, "expiresIn": _YEARS}
            agent.token = self.bench.control("POST", "token", asked)["token"]

    # steps

    def acts(self, what: str, of: int, act: Callable[[Story], Answer | None], fault: Fault = None) -> Answer | None:
        """Somebody does something with a conversation, while a call may meet a fault. What was answered is checked."""
        self.steps[what] += 1
        story = self._now[of]
        story.told = []
        struck = None
        if fault is not None:
            operation, number, kind = fault
            calls = recorded()[operation]
            struck = calls[number % len(calls)].struck(FAULTS[kind])
        with self.bench.fault(struck) as hits:
            answer = act(story)
        met = bool(sum(hits))
        self.told.append(f"{of}: {', '.join(story.told) or what}" + (f" ({fault} struck)" if met else ""))
        if answer is not None and not (met and fault is not None and fault[2] == "kill"):
            self._answered(answer)
        return answer

    def passes(self, seconds: float) -> None:
        """Time passes, in which Twilio does what is due."""
        self.steps["wait"] += 1
        self.told.append(f"{seconds:g} s")
        self.bench.control("POST", "clock", {"advance": seconds})

    def goes(self, name: str, *, available: bool) -> None:
        """An agent becomes available, or goes offline."""
        self.steps["available" if available else "offline"] += 1
        self.told.append(f"{name} {'available' if available else 'offline'}")
        self.people[name].goes(available=available)

    def answers(self, name: str, *, accepts: bool) -> None:
        """An agent accepts or declines what is offered first, where something is."""
        self.steps["accept" if accepts else "decline"] += 1
        self.bench.control("GET", "idle")
        agent = self.people[name]
        for offer in agent.offers()[:1]:
            action = "accept" if accepts else "decline"
            self.bench.control("POST", f"reservations/{offer['sid']}/{action}")
            self.told.append(f"{name} {action}s")
            for story in self._now:
                if accepts and offer["task_sid"] in {task["sid"] for task in story.look().tasks}:
                    story.agent, story.work = agent, Work(offer["task_sid"], offer["sid"])

    def writes(self, of: int, fault: Fault = None) -> None:
        """The customer writes; what is parked comes back, where nothing is in the way."""
        before = self._now[of].look()
        self.acts("message", of, lambda story: story.writes(), fault)
        after = self._now[of].look()
        if fault is None and before.state == "parked" and before.ours and not before.closed and not self._live(after):
            self._wrong("the next message of the customer makes a task", of, after)

    def parks(self, of: int, by: Agent | None = None, fault: Fault = None) -> None:
        """The agent who has it, or had it last, clicks on Park, or the supervisor does."""
        answer = self.acts("park", of, lambda story: story.parks(by), fault)
        seen = self._now[of].look()
        if answer is not None and answer.said == "parked" and not self._live(seen) and seen.state != "parked":
            self._wrong("park said yes, and it is parked", of, seen)

    def resumes(self, of: int, by: Agent | None = None, fault: Fault = None) -> None:
        """Who parked it clicks on Resume, or the supervisor does."""
        answer = self.acts("resume", of, lambda story: story.resumes(by), fault)
        seen = self._now[of].look()
        if answer is not None and answer.said == "invited" and not self._live(seen):
            self._wrong("invited means that there is a task", of, seen)

    def closes(self, of: int, by: Agent | None = None, fault: Fault = None) -> None:
        """Somebody closes it through our function."""

        def close(story: Story) -> Answer:
            return story.closes(by, task=story.work.task if story.look().agent_in else None)

        self.acts("close", of, close, fault)
        self.closed |= {n for n, story in enumerate(self._now) if story.look().closed}

    def hangs_up(self, of: int) -> None:
        """Flex closes the channel, without us."""
        self.closed.add(of)

        def close(story: Story) -> None:
            channel = f"/flex-api.twilio.com/v1/Interactions/{story.opened.interaction}/Channels/{story.opened.channel}"
            form = {"Status": "closed", "Routing": json.dumps({"status": "closed"})}
            self.bench.http.post(channel, data=form, auth=self.bench.credentials)
            self.bench.control("GET", "idle")

        self.acts("hang up", of, close)

    def cancels(self, of: int, fault: Fault = None, *, unheard: bool = False) -> None:
        """Somebody cancels the task that waits, where one does; `unheard`: nobody is ever told."""
        waiting = [task for task in self._live(self._now[of].look()) if task["assignment_status"] != "assigned"]
        if not waiting:
            self.steps["nothing to cancel"] += 1
            return
        if unheard:
            lost = {"host": self.bench.domain, "path": "^/task-events$", "status": 404, "times": 2}
            with self.bench.fault(lost):
                self.acts("cancel unheard", of, lambda story: story.cancels())
        else:
            self.acts("cancel", of, lambda story: story.cancels(), fault)
        self.cancelled.append(of)

    def hears_again(self, of: int, fault: Fault = None) -> None:
        """The end of a task, told once more, however long ago."""
        if of in self.cancelled:
            self.acts("event again", of, lambda story: story.told_again(), fault)
        else:
            self.steps["nothing to hear"] += 1

    def reconciles(self, of: int, fault: Fault = None) -> None:
        """The reconciler goes through all."""

        def repair(story: Story) -> Answer:
            answer = story.reconciled()
            failed = any(step.startswith("failed") for step in answer.body["steps"])
            return Answer(503, {"error": {"code": "retryable"}}) if failed else answer

        self.acts("reconcile", of, repair, fault)

    # what must hold

    def look(self) -> None:
        """What is true after every step."""
        for of, story in enumerate(self._now):
            seen = story.look()
            if seen.closed:
                self.closed.add(of)
            live = self._live(seen)
            waits = seen.state in _PARKED and len(seen.ours) == 1
            # Its task has ended: who hears of it has yet to act, or has begun to and died. At rest that is made good.
            heard = not live and (seen.state == "invited" or (seen.state == "unparking" and bool(seen.invited)))
            begun = heard or (not live and self._half_parked_again(seen))
            checks = {
                "never lost": bool(live) or waits or begun or of in self.closed,
                "at most one live task": len(live) <= 1,
                "at most one webhook of ours": len(seen.ours) <= 1,
                "attributes of others are unchanged": seen.attributes == OTHERS,
                "webhooks of others are untouched": seen.others == (story.foreign,),
            }
            for what, holds in checks.items():
                if not holds:
                    self._wrong(what, of, seen)
            for task in seen.invited:
                self._attributes(of, seen, task["attributes"])

    def rests(self) -> None:
        """Once no lease is live, events have come again and the reconciler has been there: all is as it should be."""
        self.steps["rest"] += 1
        self.told.append(f"{_QUIET} s")
        self.bench.control("POST", "clock", {"advance": _QUIET})
        self.bench.control("GET", "idle")
        self.look()
        self._reconciled()
        for of, story in enumerate(self._now):
            seen = story.look()
            live = self._live(seen)
            left = bool(seen.ours or seen.flows or seen.listed) or seen.state in _PARKED
            parked = seen.state == "parked" and len(seen.ours) == 1 and seen.listed and not story.unheard(seen)
            right = (not left and not live) if of in self.closed else (bool(live) != parked and left == parked)
            if not right:
                self._wrong("at rest once it is reconciled", of, seen)
        if again := self._reconciled():
            self._fail(f"what was reconciled is left alone: {again}")

    def _reconciled(self) -> list[str]:
        steps = []
        for story in self._now:
            answer = story.reconciled()
            steps += answer.body["steps"]
            if not answer.yes or any(step.startswith("failed") for step in answer.body["steps"]):
                self._wrong("the reconciler gets through", self._now.index(story), story.look())
        self.told.append(f"reconciled: {', '.join(steps) or 'nothing'}")
        return steps

    def _answered(self, answer: Answer) -> None:
        try:
            invariants.answered(answer)
        except InvariantError as violation:
            self._fail(str(violation))

    def _attributes(self, of: int, seen: Seen, attributes: dict[str, object]) -> None:
        routing = attributes.get("originalRouting")
        right = isinstance(routing, dict) and set(routing) == {"queueName", "queueSid", "workerSid"}
        if not right or len(json.dumps(attributes, ensure_ascii=False)) > LIMIT or attributes["topic"] != "support":
            self._wrong("a new task has the attributes of the old one, and where it was", of, seen)

    @staticmethod
    def _half_parked_again(seen: Seen) -> bool:
        """Its handler has died before it made the webhook: the event that it was at comes again, and that makes it."""
        record = seen.record or {}
        return seen.state == "parked" and record["webhookSid"] is None and record["webhookUnsure"]

    @staticmethod
    def _live(seen: Seen) -> list[dict[str, object]]:
        return [dict(task) for task in seen.tasks if task["assignment_status"] in _LIVE]

    def _wrong(self, what: str, of: int, seen: Seen) -> None:
        self._fail(f"{what}: conversation {of}, {seen}")

    def _fail(self, what: str) -> NoReturn:
        self.wrong = True
        raise InvariantError(f"{what}\n  after: {'; '.join(self.told)}")
