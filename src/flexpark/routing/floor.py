"""Who is on the floor: workers with their attributes, and which of them existing queues take.

workers:
  - {name: ada, attributes: {skills: [support]}}
  - {name: ben, attributes: {skills: [support]}, available: false}
target_workers:            # of queues that the stack only looks up: their TargetWorkers in the account
  Everyone: 1==1
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from flexpark.environment.merge import Merged
from flexpark.environment.model import Environment, FriendlyName
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import Problem
from flexpark.routing.document import read_document, refuse
from taskrouter import ExpressionError, Worker, parse

EVERYONE = "1==1"


class Read(BaseModel):
    """What is read of a file: frozen, and nothing that is not named."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Person(Read):
    """A worker."""

    name: FriendlyName = Field(description="The worker's friendly name")
    sid: str | None = Field(default=None, pattern="^WK[0-9a-fA-F]{32}$", description="Its SID; made up if left out")
    attributes: Mapping[str, Any] = Field(default_factory=dict, description="As TaskRouter has them")
    available: bool = Field(default=True, description="Whether its activity is an available one")
    idle: int = Field(default=0, ge=0, description="Seconds since its last task: the longest idle is asked first")


class Floor(Read):
    """Workers, and TargetWorkers of existing queues by the queue's name in the environment."""

    workers: tuple[Person, ...] = Field(default=(), description="Who is there")
    target_workers: Mapping[str, str] = Field(
        default_factory=dict, description="Which workers existing queues take; everyone, if left out"
    )

    def there(self, away: Iterable[str] = ()) -> list[Worker]:
        """The workers as routing sees them; those who are `away` are not available."""
        gone = set(away)
        return [
            Worker(
                sid=person.sid or f"WK{number:032x}",
                friendly_name=person.name,
                attributes=person.attributes,
                activity_name="Available" if person.available and person.name not in gone else "Offline",
                available=person.available and person.name not in gone,
                idle_since=-float(person.idle),
            )
            for number, person in enumerate(self.workers, start=1)
        ]

    def takes(self, environment: Environment, queue: str) -> str:
        """A queue's TargetWorkers."""
        create = environment.queue(queue).create
        return create.target_workers if create is not None else self.target_workers.get(queue, EVERYONE)


def read_floor(path: Path, name: str) -> Floor:
    """A file with the keys of `Floor`. Raises EnvironmentInvalid with every problem."""
    floor, merged = read_document(path, name, Floor)
    refuse(floor_problems(floor, merged))
    return floor


def floor_problems(floor: Floor, merged: Merged) -> list[Problem]:
    """What is wrong beyond the shapes: names that occur twice, expressions that are none."""
    problems = []
    seen: set[str] = set()
    for number, person in enumerate(floor.workers):
        if person.name in seen:
            problems.append(merged.problem(("workers", number, "name"), f"{shown(person.name)} is there already"))
        seen.add(person.name)
    for queue, text in floor.target_workers.items():
        try:
            parse(text)
        except ExpressionError as error:
            what = f"is not a TaskRouter expression: {error}"
            problems.append(merged.problem(("target_workers", queue), what, "see docs/environment.md, Expressions"))
    return problems


def unknown_queues(floor: Floor, merged: Merged, environment: Environment) -> list[Problem]:
    """TargetWorkers of queues that this environment does not look up: it creates them, or has none of that name."""
    existing = [queue.name for queue in environment.queues if queue.existing is not None]
    return [
        merged.problem(("target_workers", name), "is not an existing queue of the environment", one_of(existing, name))
        for name in floor.target_workers
        if name not in existing
    ]
