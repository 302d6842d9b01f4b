"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from flexpark.cli.root import ROOT


def stacks(incomplete: str) -> list[str]:
    """What a shell may complete: the stacks that have a file here."""
    from flexpark import stack_names  # noqa: PLC0415 - only a shell that completes needs it

    return [name for name in stack_names(ROOT) if name.startswith(incomplete)]


def layers(incomplete: str) -> list[str]:
    """The same for layers."""
    from flexpark.environment.layers import layer_names  # noqa: PLC0415

    return [name for name in layer_names(ROOT) if name.startswith(incomplete)]


Stack = Annotated[
    str, typer.Option("--stack", "-s", help="The stack: <customer>-<environment>.", autocompletion=stacks)
]
Stacks = Annotated[
    list[str] | None,
    typer.Option("--stack", "-s", help="A stack; may be given several times.", autocompletion=stacks),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config-file", help="The stack's file, where it is not the one in environments/."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document on stdout.")]
Wait = Annotated[
    float,
    typer.Option(
        min=0, metavar="SECONDS", help="How long to wait while another command, which lives, holds the stack."
    ),
]
