"""One task going from target to target: who could take it there, and what comes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from flexpark.environment.model import Environment
from flexpark.routing.floor import Floor
from taskrouter import Match, Position, Step, Target, Worker, eligible, members, skips

Outcome: TypeAlias = Literal["assigned", "waiting", "queued", "cancelled"]
End: TypeAlias = Literal["assigned", "waits", "left", "skipped", "open"]


@dataclass(frozen=True, slots=True)
class Stop:
    """A target on the task's way. `filter` is the filter's index, None for the default; `number` counts from 1 in it.

    `workers`: {name: what holds of each of the queue's members}; `after`: seconds until the task gets here.
    """

    filter: int | None
    number: int
    queue: str
    known_worker: str | None
    timeout: int | None
    after: int
    end: End
    why: str
    workers: Mapping[str, str]


@dataclass(slots=True)
class Walk:
    """One task going from target to target; `clock` are the seconds since it came."""

    environment: Environment
    names: Mapping[str, str]
    floor: Floor
    workers: list[Worker]
    task: Mapping[str, Any]
    clock: int = 0
    stops: list[Stop] = field(default_factory=list)

    def looks_ahead(self, match: Match) -> Outcome:
        """Every target that there is on the way, since nobody is known who would end it."""
        steps = match.steps or ((match.default,) if match.default else ())
        self.stops += [self.open(step, number) for number, step in _numbered(steps)]
        return "queued" if self.stops else "cancelled"

    def goes(self, match: Match) -> Outcome:
        """From target to target, until somebody takes it, or it waits, or nothing is left."""
        numbers = {id(step): number for number, step in _numbered(match.steps)}
        position: Position | None = Position() if match.first is not None else None
        while position is not None and (step := match.at(position)) is not None:
            stop = self.at(step, numbers.get(id(step), 1))
            if stop.end in ("assigned", "waits"):
                return "assigned" if stop.end == "assigned" else "waiting"
            position = match.after(position, skipped=stop.end == "skipped")
        return "cancelled"

    def open(self, step: Step, number: int) -> Stop:
        """A target of which nothing is known but where it leads."""
        target = step.target
        queue = self.names.get(target.queue, target.queue)
        return Stop(
            step.filter_index,
            number,
            queue,
            _known(target, self.workers),
            target.timeout,
            0,
            "open",
            described(target),
            {},
        )

    def at(self, step: Step, number: int) -> Stop:
        """What happens in a target, and the clock after it."""
        target, queue = step.target, self.names.get(step.target.queue, step.target.queue)
        takes = self.floor.takes(self.environment, queue)
        there = members(self.workers, takes)
        able = eligible(self.workers, takes, target, self.task)
        stop = replace(self.open(step, number), after=self.clock, workers=self._workers(there, able))
        end: End
        if able:
            end, why = "assigned", f"{able[0].friendly_name} is the first of {len(able)} who can take it"
        elif skips(target, there):
            end, why = "skipped", f"{_nobody(target, there, self.workers)}, and skip_if holds: on at once"
        elif target.timeout is not None:
            end, why = "left", f"{_nobody(target, there, self.workers)}; on after {target.timeout} s"
            self.clock += target.timeout
        else:
            end, why = "waits", f"{_nobody(target, there, self.workers)}, and this target has no timeout"
        self.stops.append(replace(stop, end=end, why=why))
        return self.stops[-1]

    def _workers(self, there: list[Worker], able: list[Worker]) -> dict[str, str]:
        ordered = [*able, *(worker for worker in there if worker not in able)]
        return {worker.friendly_name: self._state(worker, able) for worker in ordered}

    def _state(self, worker: Worker, able: list[Worker]) -> str:
        if able and worker is able[0]:
            return "takes it"
        if worker in able:
            return "could take it"
        return "not asked here" if worker.available else "away"


def _known(target: Target, workers: list[Worker]) -> str | None:
    known = target.known_worker
    if known is None:
        return None
    return next((one.friendly_name for one in workers if known.value == one.sid), known.value or "nobody")


def _nobody(target: Target, there: list[Worker], workers: list[Worker]) -> str:
    """Why nobody takes it here."""
    if target.known_worker is None:
        return "nobody in the queue is available" if there else "nobody is in the queue"
    name = _known(target, workers)
    if name == "nobody":
        return "the task names no agent"
    if not any(worker.friendly_name == name for worker in there):
        return f"{name} is not in the queue"
    return f"{name} is away"


def described(target: Target) -> str:
    """A target in words."""
    who = "the agent who parked it" if target.known_worker is not None else "anyone in the queue"
    limit = f", {target.timeout} s" if target.timeout is not None else ""
    return f"{who}{limit}" + (", else at once on" if target.skip_if is not None else "")


def _numbered(steps: Iterable[Step]) -> list[tuple[int, Step]]:
    """Each step with its number in its filter, from 1."""
    found: list[tuple[int, Step]] = []
    for step in steps:
        last = found[-1] if found and found[-1][1].filter_index == step.filter_index else None
        found.append((last[0] + 1 if last else 1, step))
    return found
