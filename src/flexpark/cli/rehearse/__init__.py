"""`flexpark rehearse`: an environment brought up in the emulator, parked, woken and resumed through.

`cast.py` decides who plays (pure), `play.py` lets them play; the actors are the demo's.
"""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from flexpark import load_environment
from flexpark.cli.console import say
from flexpark.cli.demo.report import Report
from flexpark.cli.options import AsJson, Stack
from flexpark.cli.rehearsal import ROOT
from flexpark.cli.rehearse.cast import cast
from flexpark.cli.rehearse.play import play
from flexpark.routing.floor import read_floor


def command(
    stack: Stack,
    workers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Who is there, as for `route`; made up to fit each queue if left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a stack up in the emulator and park, wake and resume through each of its routes. Nothing is left behind.

    It works on a copy of the stack file with placeholders for secrets; no account, backend or passphrase is needed.

    Example: flexpark rehearse -s acme-dev
    """
    environment = load_environment(ROOT, stack)
    report = Report()
    if environment.park.enabled:
        who = cast(environment, ROOT, read_floor(workers, str(workers)) if workers is not None else None)
        with tempfile.TemporaryDirectory(prefix="flexpark-") as folder:
            play(Path(folder) / "rehearsal", stack, who, report)
    else:
        say(f"{stack}: park.enabled is false, so there is nothing to rehearse")
    report.json() if as_json else report.table()
