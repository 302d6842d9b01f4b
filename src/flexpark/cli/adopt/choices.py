"""What `--use NAME=SID` says: which one to take for a resource.

A choice that means nothing is a problem, never ignored: what is not taken over is made a second time by the next `up`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flexpark.cli.adopt.table import KINDS, Kind
from flexpark.cli.automation import Step
from flexpark.environment.suggest import one_of

SHOWN = 20  # things of a collection that a message names


class Choices:
    """The choices of one command. `problems` is what is wrong with them, once everything has been looked for."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = tuple(dict.fromkeys(pairs))
        self.problems: list[str] = []

    def of(self, step: Step, kind: Kind) -> str | None:
        """The SID that was chosen for a resource: a sink and a subscription may have the same name."""
        return next((sid for name, sid in self._pairs if name == step.name and sid[:2] == kind.prefix), None)

    def without_parent(self, step: Step, sid: str) -> None:
        """Note that what the chosen one would lie in is not there."""
        self.problems.append(f"{step.name}={sid}: there is none, since what it would lie in is not there")

    def absent(self, step: Step, kind: Kind, sid: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Note that no item of the collection has the SID that was chosen."""
        there = [f"{item.get(kind.wire)} ({item['sid']})" for item in items[:SHOWN]]
        more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
        self.problems.append(f"{step.name}={sid}: no {step.type} has this SID; {one_of(there)}{more}")

    def check(self, steps: Iterable[Step], managed: Iterable[Step]) -> None:
        """Note what is chosen for nothing that the stack would create, or twice."""
        kinds: dict[str, list[str]] = {}
        for step in steps:
            if step.type in KINDS:
                kinds.setdefault(step.name, []).append(step.type)
        held = {step.name: step.identity for step in managed if step.type in KINDS}
        for name, sid in self._pairs:
            if name in kinds:
                self._check_kind(name, sid, kinds[name])
            elif name in held:
                self.problems.append(f"{name}={sid}: the stack manages its {name} already ({held[name]})")
            else:
                self.problems.append(
                    f"{name}={sid}: the stack would create no {name} to take one for; {one_of(sorted(kinds), name)}"
                )

    def _check_kind(self, name: str, sid: str, types: Sequence[str]) -> None:
        prefixes = {KINDS[type_].prefix: type_ for type_ in types}
        if sid[:2] not in prefixes:
            is_one = " or ".join(f"a {type_}, whose SIDs begin with {prefix}" for prefix, type_ in prefixes.items())
            self.problems.append(f"{name}={sid}: it is {is_one}")
        others = [other for known, other in self._pairs if known == name and other[:2] == sid[:2] and other != sid]
        if others and self._pairs.index((name, sid)) < self._pairs.index((name, others[0])):
            self.problems.append(f"{name}: is given as {', '.join([sid, *others])}; one is allowed")
