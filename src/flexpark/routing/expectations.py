"""Routing expectations: YAML files that say where tasks go, run as tests.

`expectations/<stack>.yaml` is about one environment, `expectations/layers/<layer>.yaml` about every environment that
builds on a layer, through others too.

    version: 1
    workers:
      - {name: ada, attributes: {skills: [support]}}
    tests:
      - name: what Ada parked comes back to her
        resumed: {queue: Support, worker: ada}
        expect: {queue: Support, worker: ada, after: 0}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from flexpark.environment.load import Resolved
from flexpark.environment.merge import Merged
from flexpark.environment.model import Environment
from flexpark.environment.source import Place
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import Problem
from flexpark.routing.document import read_document, refuse
from flexpark.routing.floor import Floor, Read, floor_problems, unknown_queues
from flexpark.routing.way import Way, resumed, way_of

FOLDER = Path("expectations")


class Resumed(Read):
    """A parked conversation that its customer has woken."""

    queue: str = Field(description="The queue it was parked in, by its name in the environment")
    worker: str | None = Field(default=None, description="The worker who parked it")


class Expected(Read):
    """Where the task goes. Only what is given is compared."""

    filter: str | None = Field(default=None, description="The filter that it enters, or `default`")
    queue: str | None = Field(default=None, description="The queue where it ends up")
    worker: Annotated[str | None, WithJsonSchema({"type": ["string", "null"]})] = Field(
        default=None, description="The worker who takes it; `null`: nobody can"
    )
    after: int | None = Field(default=None, ge=0, description="Seconds until then")
    outcome: Literal["assigned", "waiting", "cancelled"] | None = Field(
        default=None, description="Taken by a worker, waiting in a queue, or fallen out of the workflow"
    )


class Expectation(Read):
    """One test."""

    name: Annotated[str, Field(min_length=1, description="What it promises")]
    task: Mapping[str, Any] = Field(default_factory=dict, description="The task's attributes")
    resumed: Resumed | None = Field(default=None, description="Gives the attributes of a resumed conversation")
    away: tuple[str, ...] = Field(default=(), description="Workers who are not available this time")
    expect: Expected = Field(description="Where it goes")


class Expectations(Floor):
    """A file."""

    version: Literal[1] = Field(description="The version of this file's format")
    tests: tuple[Expectation, ...] = Field(min_length=1, description="One each")


@dataclass(frozen=True, slots=True)
class Result:
    """One test that was run. `differs`: {what: (expected, found)}; empty when it passed."""

    stack: str
    where: str
    name: str
    differs: Mapping[str, tuple[Any, Any]]
    way: Way


def files_of(root: Path, stack: str, layers: tuple[str, ...]) -> list[Path]:
    """The files that are about a stack: its own first, then its layers', the uppermost first; below the root."""
    candidates = [FOLDER / f"{stack}.yaml", *(FOLDER / "layers" / f"{layer}.yaml" for layer in reversed(layers))]
    return [path for path in candidates if (root / path).is_file()]


def run(root: Path, resolved: Resolved) -> list[Result]:
    """Every expectation about an environment, played. Raises EnvironmentInvalid with all that is wrong in the files."""
    environment = resolved.valid()
    results: list[Result] = []
    problems: list[Problem] = []
    for path in files_of(root, environment.stack_name, resolved.layers):
        expectations, merged = read_document(root / path, path.as_posix(), Expectations)
        wrong = [*floor_problems(expectations, merged), *_problems(expectations, merged, environment)]
        problems += wrong
        if not wrong:
            results += _played(root, environment, expectations, merged)
    refuse(problems)
    return results


def _played(root: Path, environment: Environment, expectations: Expectations, merged: Merged) -> Iterator[Result]:
    for number, test in enumerate(expectations.tests):
        back = test.resumed
        marks = resumed(environment, back.queue, back.worker, expectations) if back is not None else {}
        way = way_of(environment, root, {**marks, **test.task}, expectations, test.away)
        given = test.expect.model_dump(include=test.expect.model_fields_set)
        differs = {key: (wanted, getattr(way, key)) for key, wanted in given.items() if wanted != getattr(way, key)}
        yield Result(environment.stack_name, merged.origin(("tests", number)).where, test.name, differs, way)


def _problems(expectations: Expectations, merged: Merged, environment: Environment) -> Iterator[Problem]:
    """Names that nobody and nothing has: such a test would pass or fail for no reason."""
    people = [person.name for person in expectations.workers]
    queues = [queue.name for queue in environment.queues]
    yield from unknown_queues(expectations, merged, environment)
    for number, test in enumerate(expectations.tests):
        place: Place = ("tests", number)
        if not test.expect.model_fields_set:
            yield merged.problem(
                (*place, "expect"), "expects nothing", "allowed: filter, queue, worker, after, outcome"
            )
        named: list[tuple[Place, str]] = [((*place, "away", index), name) for index, name in enumerate(test.away)]
        if test.resumed is not None:
            named.append(((*place, "resumed", "worker"), test.resumed.worker or ""))
            if test.resumed.queue not in queues:
                what = f"there is no queue {shown(test.resumed.queue)} in {environment.stack_name}"
                yield merged.problem((*place, "resumed", "queue"), what, one_of(queues, test.resumed.queue))
        named.append(((*place, "expect", "worker"), test.expect.worker or ""))
        for inner, name in named:
            if name and name not in people:
                yield merged.problem(inner, f"there is no worker {shown(name)}", one_of(people, name))
