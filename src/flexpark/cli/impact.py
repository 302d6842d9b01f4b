"""`flexpark impact`: what changes in which environment, before anything does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer

from flexpark.cli.console import data, say, write_json
from flexpark.cli.history import checkout_at
from flexpark.cli.options import AsJson, Stacks
from flexpark.cli.root import ROOT
from flexpark.environment.layers import layer_names
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import ChangesFound, ConfigurationError
from flexpark.rendering.impact import Impact, Side, impacts

KINDS = {"same": "unchanged", "changed": "changed", "new": "new", "gone": "gone", "invalid": "not valid"}


def command(  # noqa: PLR0917 - Typer calls it by name
    against: Annotated[
        str, typer.Option(metavar="COMMIT", help="A commit, branch or tag to compare the working tree with.")
    ] = "HEAD",
    layer: Annotated[
        list[str] | None,
        typer.Option(metavar="OLD=NEW", help="Compare with what would be if stacks on OLD were on NEW; without Git."),
    ] = None,
    stack: Stacks = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show what is deployed as unified diffs.")] = False,
    expect_no_changes: Annotated[
        bool, typer.Option("--expect-no-changes", help="Exit code 7 if anything changes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare settings and what is deployed of every environment, before and after a change of layers or templates.

    Example: flexpark impact --against HEAD
    """
    with _sides(against, layer or []) as (before, after):
        found = impacts(before, after, stack or ())
    changed = [one for one in found if one.kind != "same"]
    invalid = [one for one in found if one.kind == "invalid"]
    if as_json:
        write_json([_as_data(one) for one in found])
    else:
        for group in _groups(changed):
            _tell(group, diff=diff)
    say(f"{len(found)} environments compared, {len(changed) - len(invalid)} change, {len(invalid)} not valid")
    if invalid:
        raise typer.Exit(ConfigurationError.exit_code)
    if changed and expect_no_changes:
        raise typer.Exit(ChangesFound.exit_code)


@contextmanager
def _sides(against: str, layers: list[str]) -> Iterator[tuple[Side, Side]]:
    if layers:
        renamed = _renamed(layers)
        yield Side.at(ROOT, "now"), Side.at(ROOT, "then", renamed)
        return
    with checkout_at(against) as folder:
        yield Side.at(folder, against), Side.at(ROOT, "working tree")


def _renamed(given: list[str]) -> dict[str, str]:
    known = layer_names(ROOT)
    renamed = {}
    for text in given:
        old, sign, new = text.partition("=")
        if not sign:
            raise ConfigurationError(f"--layer: is {shown(text)}", remedy="allowed: OLD=NEW, such as standard=premium")
        for name in (old, new):
            if name not in known:
                raise ConfigurationError(f"--layer: there is no layer {shown(name)}", remedy=one_of(known, name))
        renamed[old] = new
    return renamed


def _groups(found: list[Impact]) -> list[list[Impact]]:
    """Stacks in which the same changes, together; the largest group first."""
    groups: dict[object, list[Impact]] = {}
    for one in found:
        groups.setdefault(one.signature, []).append(one)
    return sorted(groups.values(), key=len, reverse=True)


def _tell(group: list[Impact], *, diff: bool) -> None:
    first = group[0]
    data.print(f"{', '.join(one.stack for one in group)}: {KINDS[first.kind]}", style="bold", markup=False)
    for problem in first.problems:
        data.print(f"  {problem}", markup=False)
    for change in first.settings:
        data.print(f"  {change.key}: {_value(change.before)} -> {_value(change.after)}  ({change.where})", markup=False)
    if first.files and not diff:
        data.print(f"  deployed: {', '.join(first.files)}", markup=False)
    for one in group if diff else ():
        for text in one.files.values():
            data.print(text, markup=False, end="")


def _value(value: Any) -> str:
    return "not given" if value is None else json.dumps(value, ensure_ascii=False)


def _as_data(one: Impact) -> dict[str, Any]:
    return {
        "stack": one.stack,
        "kind": one.kind,
        "settings": [asdict(change) for change in one.settings],
        "files": dict(one.files),
        "problems": [str(problem) for problem in one.problems],
    }
