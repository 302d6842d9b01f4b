"""Who plays in a rehearsal: for each way that new work can take, a task that takes it, and a worker who gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flexpark import Environment
from flexpark.errors import ConfigurationError
from flexpark.routing.floor import Floor, Person
from flexpark.routing.satisfy import satisfying
from flexpark.routing.way import DEFAULT_FILTER, Way, way_of


@dataclass(frozen=True, slots=True)
class Scene:
    """One task: its attributes, and the way that it takes offline, which the emulator has to agree with."""

    title: str
    attributes: Mapping[str, Any]
    way: Way


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who is there, the scenes, and the routes that no scene could be made for, with the reason."""

    floor: Floor
    scenes: tuple[Scene, ...]
    left_out: tuple[str, ...]


def cast(environment: Environment, root: Path, floor: Floor | None) -> Cast:
    """Decide. Without a floor, each queue gets a worker made to fit its TargetWorkers.

    Raises ConfigurationError where nobody could play at all.
    """
    floor = floor or Floor(workers=tuple(_people(environment)))
    tasks = [(route.name, satisfying(route.when, "task")) for route in environment.routes]
    scenes, left_out = [], []
    for name, attributes in [*tasks, (DEFAULT_FILTER, {})]:
        if attributes is None:
            left_out.append(f"{name}: no task was found that its expression catches")
            continue
        way = way_of(environment, root, attributes, floor)
        if way.filter != name:
            left_out.append(f"{name}: {_shown(attributes)} goes through {way.filter} instead")
        elif way.outcome != "assigned":
            left_out.append(f"{name}: nobody in {way.queue} can take it")
        else:
            scenes.append(Scene(name, attributes, way))
    if not scenes:
        raise ConfigurationError(
            f"{environment.stack_name}: nobody could be found to play: {'; '.join(left_out)}",
            remedy="say who is there with --workers FILE",
        )
    return Cast(floor, tuple(scenes), tuple(left_out))


def _people(environment: Environment) -> list[Person]:
    """One worker for each queue that an expression can be satisfied for; `1==1` takes anybody."""
    people = []
    for number, queue in enumerate(environment.queues, start=1):
        text = queue.create.target_workers if queue.create is not None else "1==1"
        attributes = satisfying(text, "worker")
        if attributes is not None:
            contact = {"contact_uri": f"client:agent-{number}", "full_name": f"Agent {number}"}
            people.append(Person(name=f"agent-{number}", attributes={**contact, **attributes}))
    return people


def _shown(attributes: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in attributes.items()) or "a task without attributes"
