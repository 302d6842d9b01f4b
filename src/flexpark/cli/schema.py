"""`flexpark schema`: JSON Schemas of the files that people write, for editors."""

import json
from typing import Annotated, Literal

import typer

from flexpark.cli.console import say, write_json
from flexpark.cli.root import ROOT
from flexpark.schemas import SCHEMAS

FOLDER = "schemas"


def command(
    of: Annotated[
        Literal["stack", "layer", "expectations"] | None, typer.Argument(help="Which files' schema goes to stdout.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help=f"Write all of them into {FOLDER}/, where files refer to.")
    ] = False,
) -> None:
    """Print the JSON Schema of stack files, layers or routing expectations, or write all of them into schemas/.

    A first line `# yaml-language-server: $schema=../schemas/stack.json`, which `flexpark new` writes, switches it on.

    Example: flexpark schema stack
    """
    if of is not None:
        write_json(SCHEMAS[of]())
    if write:
        for name, text in texts().items():
            path = ROOT / FOLDER / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        say(f"wrote {', '.join(f'{FOLDER}/{name}' for name in texts())}")
    if of is None and not write:
        raise typer.BadParameter("give one of stack, layer and expectations, or --write", param_hint="OF")


def texts() -> dict[str, str]:
    """The files of `schemas/`, by name."""
    return {
        f"{name}.json": json.dumps(schema(), indent=1, ensure_ascii=False) + "\n" for name, schema in SCHEMAS.items()
    }
