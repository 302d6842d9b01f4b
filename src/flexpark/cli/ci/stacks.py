"""`flexpark ci stacks`: the environments that a change touches, for a workflow's matrix."""

from typing import Annotated

import typer

from flexpark import stack_names
from flexpark.cli.ci.affected import affected
from flexpark.cli.ci.git import changed_files
from flexpark.cli.console import data, write_json
from flexpark.cli.options import AsJson
from flexpark.cli.root import ROOT

Base = Annotated[
    str | None, typer.Option(help="Only those that differ between this revision and HEAD; all of them if left out.")
]


def command(base: Base = None, as_json: AsJson = False) -> None:
    """List the environments that a change touches: by their own files, their layers, or what all of them share.

    Example: flexpark ci stacks --json
    """
    found = touched(base)
    if as_json:
        write_json(found)
        return
    for name in found:
        data.print(name, markup=False)


def touched(base: str | None) -> list[str]:
    """All stacks, or those that differ between a revision and HEAD; all for the zeros that forges give for "none"."""
    if base is None or set(base) == {"0"}:
        return stack_names(ROOT)
    return affected(ROOT, changed_files(ROOT, base))
