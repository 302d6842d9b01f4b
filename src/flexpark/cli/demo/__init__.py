"""`flexpark demo`: the main job on an emulator, step by step, with the facts of each step.

`play.py` is the story, `actors.py` who is in it, `report.py` how it is told.
"""

from pathlib import Path
from typing import Annotated

import typer

from flexpark.cli.demo.play import play
from flexpark.cli.rehearsal import ROOT


def command(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave emulator and stack up, and print how to go on by hand.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the facts of all steps as one JSON document on stdout.")
    ] = False,
    folder: Annotated[Path, typer.Option(help="Where backend, stack file and state lie; made anew.")] = ROOT
    / "build"
    / "demo",
) -> None:
    """Stand an environment up on the emulator, park a conversation, bring it back, change a setting, drain and destroy.

    Example: flexpark demo --keep
    """
    play(folder, keep=keep, as_json=as_json)
