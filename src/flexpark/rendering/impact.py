"""What a change of layers, templates or code means for each environment: two checkouts, compared by what they give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from flexpark.environment.explain import explain
from flexpark.environment.layers import Layers
from flexpark.environment.load import Resolved, resolve, stack_names
from flexpark.errors import FlexparkError, Problem
from flexpark.rendering.bundle import render_bundle
from flexpark.rendering.files import bundle_files, differences

Kind = Literal["same", "changed", "new", "gone", "invalid"]


@dataclass(frozen=True, slots=True)
class Change:
    """One setting: its value before and after (None: not there), and where the new one is written (or the old was)."""

    key: str
    before: Any
    after: Any
    where: str


@dataclass(frozen=True, slots=True)
class Impact:
    """What changes in one stack: settings, and what is deployed, as unified diffs by file.

    `invalid`: `problems` say why nothing can be told of it; they are those after the change, or else before it.
    """

    stack: str
    kind: Kind
    settings: tuple[Change, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def signature(self) -> object:
        """Equal for stacks in which the same changes."""
        changes = tuple((change.key, repr(change.before), repr(change.after)) for change in self.settings)
        return self.kind, changes, tuple(self.files), self.problems


@dataclass(frozen=True, slots=True)
class Side:
    """A checkout: its root, its layers, and what messages call it."""

    root: Path
    layers: Layers
    label: str

    @classmethod
    def at(cls, root: Path, label: str, renamed: Mapping[str, str] | None = None) -> "Side":
        """The checkout below a root; `renamed` layers are taken in the place of others."""
        return cls(root, Layers(root, renamed), label)


def impacts(before: Side, after: Side, stacks: Iterable[str] = ()) -> list[Impact]:
    """What changes in each stack, by name; in those that either side has where none are named."""
    names = list(stacks) or sorted({*stack_names(before.root), *stack_names(after.root)})
    return [_impact(before, after, name) for name in names]


def _impact(before: Side, after: Side, name: str) -> Impact:
    try:
        old, new = _seen(before, name), _seen(after, name)
    except _Invalid as error:
        return Impact(name, "invalid", problems=error.problems)
    settings = _changes(old.settings, new.settings)
    files = differences(old.files, new.files, (before.label, after.label))
    if not old.settings or not new.settings:
        return Impact(name, "gone" if not new.settings else "new", (), files)
    return Impact(name, "changed" if settings or files else "same", settings, files)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One environment on one side: {key: (value, where)}, and {file: text}; both empty where it is not there."""

    settings: Mapping[str, tuple[Any, str]]
    files: Mapping[str, str]


class _Invalid(Exception):  # noqa: N818 - named after what it says
    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.problems = problems


def _seen(side: Side, name: str) -> _Seen:
    if name not in stack_names(side.root):
        return _Seen({}, {})
    resolved = resolve(side.root, name, side.layers)
    if resolved.environment is None or resolved.problems:
        raise _Invalid(_of(side, resolved.problems))
    settings = {one.key: (one.value, one.where) for one in explain(resolved)}
    return _Seen(settings, _files(side, resolved))


def _files(side: Side, resolved: Resolved) -> dict[str, str]:
    environment = resolved.valid()
    try:
        return bundle_files(environment, render_bundle(environment, side.root), side.root)
    except FlexparkError as error:
        raise _Invalid(_of(side, (Problem(resolved.name, "", str(error)),))) from error


def _of(side: Side, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, with the side that has them."""
    return tuple(Problem(f"{side.label}: {p.where}", p.path, p.what, p.allowed) for p in problems)


def _changes(old: Mapping[str, tuple[Any, str]], new: Mapping[str, tuple[Any, str]]) -> tuple[Change, ...]:
    nothing = (None, "")
    return tuple(
        Change(key, old.get(key, nothing)[0], new.get(key, nothing)[0], (new.get(key) or old[key])[1])
        for key in dict.fromkeys([*new, *old])
        if old.get(key, nothing)[0] != new.get(key, nothing)[0]
    )
