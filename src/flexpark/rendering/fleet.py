"""Every environment of a checkout at once: what is wrong with each, with the layers, and between them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flexpark.environment.layers import Layers
from flexpark.environment.load import Resolved, resolve, stack_names
from flexpark.environment.origins import Origin
from flexpark.environment.source import show_place
from flexpark.errors import FlexparkError, Problem
from flexpark.rendering.workflow import POLICY, read_policy, render_workflow


@dataclass(slots=True)
class Checked:
    """What was looked at, and each problem once, with the stacks that have it (none: a layer that no stack uses)."""

    stacks: list[str] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    problems: dict[Problem, list[str]] = field(default_factory=dict)

    def add(self, problem: Problem, stack: str | None = None) -> None:
        """A problem, of a stack or of none."""
        self.problems.setdefault(problem, [])
        if stack is not None and stack not in self.problems[problem]:
            self.problems[problem].append(stack)


def check(root: Path, stacks: Collection[str] = ()) -> Checked:
    """Check the environments of these names, or all there are, with every layer. Raises StackNotFound.

    An environment is valid when its files are, when its workflow can be rendered, and when no other stack has its id.
    """
    layers = Layers(root)
    checked = Checked(list(stacks or stack_names(root)))
    resolved = {name: resolve(root, name, layers) for name in checked.stacks}
    policy = _policy(root, checked)
    for name, one in resolved.items():
        for problem in [*one.problems, *_workflow(root, one, policy)]:
            checked.add(problem, name)
    for problem, name in _same_id(resolved):
        checked.add(problem, name)
    if not stacks:
        checked.layers = layers.names
        for layer in layers.names:
            chain = layers.chain(layer)
            for problem in chain.problems if chain is not None else ():
                checked.add(problem)
    return checked


def _policy(root: Path, checked: Checked) -> Mapping[str, Any] | None:
    """The routing policy, which is the same for all; None, and a problem, where it cannot be read."""
    try:
        return read_policy(root)
    except FlexparkError as error:
        checked.add(Problem(POLICY.as_posix(), "", str(error).replace("\n", "; ")))
        return None


def _workflow(root: Path, resolved: Resolved, policy: Mapping[str, Any] | None) -> Iterator[Problem]:
    """What only shows when the routing policy is filled in."""
    if resolved.environment is None or policy is None or not resolved.environment.park.enabled:
        return
    try:
        render_workflow(resolved.environment, root, policy)
    except FlexparkError as error:
        yield Problem(resolved.name, "", str(error).replace("\n", "; "))


def _same_id(resolved: dict[str, Resolved]) -> Iterator[tuple[Problem, str]]:
    """A copied file that kept the id: the provider would take one stack's resources for the other's."""
    first: dict[str, str] = {}
    for name, one in resolved.items():
        if one.environment is None or one.merged is None:
            continue
        owner = first.setdefault(one.environment.stack_id, name)
        if owner != name:
            origin: Origin = one.merged.origin(("stackId",))
            what = f"is the id of {owner} as well: was the file copied?"
            yield Problem(origin.where, show_place(origin.place), what, "another one: `openssl rand -hex 8`"), name
