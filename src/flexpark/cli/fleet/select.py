"""Which stacks: by patterns over what their files say of themselves.

`customer=acme-*,environment=prod|stage`: every condition must hold; a value has shell patterns, `|` between
alternatives. Keys: customer, environment, layer, stack.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from flexpark import stack_names
from flexpark.environment.load import FOLDER
from flexpark.environment.source import read_source
from flexpark.environment.suggest import one_of
from flexpark.errors import ConfigurationError, StackNotFound

KEYS = ("customer", "environment", "layer", "stack")
Conditions: TypeAlias = Mapping[str, tuple[str, ...]]

Select = Annotated[
    str | None,
    typer.Option(metavar="KEY=PATTERN,...", help="Stacks by customer, environment, layer or stack: 'customer=acme-*'."),
]


def selected(root: Path, text: str) -> list[str]:
    """The names of the stacks that a text selects, sorted.

    Raises `ConfigurationError` for a text that is no selection, `StackNotFound` where it selects none.
    """
    conditions = parse(text)
    names = stack_names(root)
    found = [name for name in names if matches(conditions, _said(root, name))]
    if not found:
        raise StackNotFound(f"{text!r} selects no stack", remedy=one_of(names))
    return found


def parse(text: str) -> Conditions:
    """The conditions of a selection. Raises `ConfigurationError` with everything that is wrong."""
    conditions: dict[str, tuple[str, ...]] = {}
    problems = []
    for part in text.split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            problems.append(f"{part.strip()!r} is not KEY=PATTERN")
        elif key not in KEYS:
            problems.append(f"{key!r} is no key; {one_of(KEYS, key)}")
        elif key in conditions:
            problems.append(f"{key!r} is given twice; alternatives have | between them: {key}=a|b")
        else:
            conditions[key] = tuple(piece.strip() for piece in value.split("|"))
    if problems:
        raise ConfigurationError(
            f"--select {text!r}: " + "; ".join(problems), remedy="such as 'customer=acme-*,environment=prod'"
        )
    return conditions


def matches(conditions: Conditions, said: Mapping[str, str]) -> bool:
    """Whether all conditions hold."""
    return all(
        any(fnmatchcase(said.get(key, ""), pattern) for pattern in patterns) for key, patterns in conditions.items()
    )


def _said(root: Path, name: str) -> dict[str, str]:
    """What a stack's file says of itself, whether it is valid or not: what is wrong is told when it is its turn."""
    config = read_source(root / FOLDER / f"Pulumi.{name}.yaml", name).data.get("config")
    values = config if isinstance(config, dict) else {}
    return {"stack": name, **{key: str(values.get(f"flexpark:{key}", "")) for key in KEYS if key != "stack"}}
