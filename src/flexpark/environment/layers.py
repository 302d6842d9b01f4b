"""Layers: what customers share, one plain YAML file each in `templates/environments/`, without key prefixes.

A layer may build on others: `extends: base`, or a list of names, each over those before it. A chain is put in one
order, lowest first: what a layer extends, in its order, then the layer itself; a layer that is reached twice counts
where it is reached first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flexpark.environment.merge import Contribution
from flexpark.environment.model import Environment, LayerSettings
from flexpark.environment.source import Source, read_source, show_place
from flexpark.environment.stackfile import secure_places, spelled
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import Problem

FOLDER = Path("templates/environments")
EXTENDS = "extends"


@dataclass(slots=True)
class Chain:
    """A layer with all that it builds on, lowest first. Not `complete` where one of them could not be found."""

    names: list[str] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True


class Layers:
    """The layers below one root. Each file is read once, however many stacks build on it.

    `renamed`: {a layer that a stack file names: the one to take in its place}, to see what that would change.
    """

    def __init__(self, root: Path, renamed: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.renamed = dict(renamed or {})
        self.names = layer_names(root)
        self._checked: dict[str, tuple[Contribution, list[Problem]]] = {}

    def file(self, name: str) -> str:
        """A layer's file, as messages name it."""
        return (FOLDER / f"{name}.yaml").as_posix()

    def chain(self, name: str) -> Chain | None:
        """The chain that ends in a layer; None where there is no such layer."""
        name = self.renamed.get(name, name)
        if name not in self.names:
            return None
        chain = Chain()
        self._add(name, (), chain)
        return chain

    def extends(self, name: str) -> list[str]:
        """The layers that a layer names, whether there are such or not."""
        return [below for _, below in _extended(self._check(name)[0].source) if isinstance(below, str)]

    def _add(self, name: str, above: tuple[str, ...], chain: Chain) -> None:
        contribution, problems = self._check(name)
        chain.problems += problems
        path = (*above, name)
        for place, below in _extended(contribution.source):
            if not isinstance(below, str):
                continue  # `_check` has said so
            route = " -> ".join([*path, below])
            if below in path:
                what, allowed = f"makes a cycle: {route}", "a layer may not build on itself"
            elif below not in self.names:
                what, allowed = f"there is no layer {shown(below)} ({route})", one_of(self.names, below)
                chain.complete = False
            else:
                if below not in chain.names:
                    self._add(below, path, chain)
                continue
            chain.problems.append(Problem(contribution.source.where(place), show_place(place), what, allowed))
        chain.names.append(name)
        chain.contributions.append(contribution)

    def _check(self, name: str) -> tuple[Contribution, list[Problem]]:
        if name not in self._checked:
            self._checked[name] = check_layer(read_source(self.root / FOLDER / f"{name}.yaml", self.file(name)))
        return self._checked[name]


def layer_names(root: Path) -> list[str]:
    """The layers there are, sorted."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.yaml") if path.is_file())


def check_layer(source: Source) -> tuple[Contribution, list[Problem]]:
    """A layer's settings, with what is wrong about its keys and secrets."""
    known = spelled(LayerSettings)
    stack_only = spelled(Environment).keys() - known.keys()
    allowed = [EXTENDS, *known]
    problems = list(source.problems)
    for key in source.data:
        where = source.where((key,))
        if key in stack_only:
            problems.append(Problem(where, key, "belongs in the stack file, not in a layer", one_of(allowed)))
        elif key not in allowed:
            problems.append(Problem(where, key, "is not a setting", one_of(allowed, key)))
    for place in secure_places(source.data, ()):
        what = "is a secret; a layer holds none, since each stack encrypts with a salt of its own"
        problems.append(Problem(source.where(place), show_place(place), what, "put it into the stack file"))
    for place, below in _extended(source):
        if not isinstance(below, str):
            what = f"is {shown(below)}"
            problems.append(Problem(source.where(place), show_place(place), what, "allowed: a layer's name, or a list"))
    settings = {key: value for key, value in source.data.items() if key in known}
    return Contribution(source, settings, {}), problems


def unknown_layer(root: Path, name: object) -> tuple[str, str]:
    """What is wrong with a layer's name that no file has, and what is allowed."""
    return f"there is no layer {shown(name)}", one_of(layer_names(root), name)


def _extended(source: Source) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """What a layer says it builds on, each with its place; not yet known to be a name."""
    given = source.data.get(EXTENDS, [])
    if isinstance(given, list):
        yield from (((EXTENDS, index), name) for index, name in enumerate(given))
    else:
        yield (EXTENDS,), given
