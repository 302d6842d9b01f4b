"""`flexpark explain`: which file and line a value of an environment comes from, and what it replaced."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from flexpark import resolve_environment
from flexpark.cli.console import say, show_table, write_json
from flexpark.cli.options import AsJson, Stack
from flexpark.cli.root import ROOT
from flexpark.environment.explain import Explained, explain, keys
from flexpark.errors import FlexparkError


def offered(context: typer.Context, incomplete: str) -> list[str]:
    """What a shell may complete: the keys of the stack that is named already."""
    try:
        found = keys(resolve_environment(ROOT, context.params.get("stack") or ""))
    except FlexparkError:
        return []
    return [key for key in found if key.startswith(incomplete)]


def command(
    stack: Stack,
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="KEY", help="A setting, or all below it; every setting if left out.", autocompletion=offered
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say which file and line each value comes from, and what it replaced in the layers below.

    Example: flexpark explain park.known_worker.timeout -s acme-dev
    """
    resolved = resolve_environment(ROOT, stack)
    found = explain(resolved, key)
    if as_json:
        write_json([asdict(one) for one in found])
    else:
        show_table(("key", "value", "from", "replaces"), [_row(one) for one in found])
    if resolved.problems:
        say(f"{stack}: not valid, so defaults are left out; see `flexpark validate -s {stack}`")


def _row(one: Explained) -> tuple[str, str, str, str]:
    replaced = "; ".join(
        f"{written.where}: {_shown(written.value)}"
        if one.replaced_key == one.key
        else f"{written.where} ({one.replaced_key})"
        for written in one.replaced
    )
    return one.key, _shown(one.value), one.where, replaced


def _shown(value: Any) -> str:
    """A value on one line, as YAML's flow style would have it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
