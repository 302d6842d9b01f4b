"""`flexpark doctor`: what keeps this machine, or one stack on it, from working, and what to do about it.

`machine.py`, `account.py` and `backend.py` look; each check is one line of the table here. Nothing is changed.
"""

import os
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from flexpark.cli.console import data, write_json
from flexpark.cli.doctor.account import account
from flexpark.cli.doctor.backend import backend
from flexpark.cli.doctor.machine import engine_there, node_there, plugin_starts, reconcile_scheduled
from flexpark.cli.doctor.model import Check, Patient
from flexpark.cli.options import AsJson, stacks
from flexpark.cli.root import ROOT
from flexpark.errors import FlexparkError

CHECKS: tuple[Check, ...] = (engine_there, plugin_starts, node_there, backend, account, reconcile_scheduled)
_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red", "skipped": "dim"}


def command(
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack", "-s", help="A stack to look at as well; the machine alone if left out.", autocompletion=stacks
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look for what is missing or broken, with a remedy for each; exit code 1 where there is a problem.

    Example: flexpark doctor
    """
    patient = Patient(ROOT, stack, dict(os.environ))
    findings = [finding for check in CHECKS for finding in check(patient)]
    if as_json:
        write_json([asdict(finding) for finding in findings])
    else:
        table = Table(box=None, pad_edge=False)
        for name in ("check", "", "what is seen, and what to do"):
            table.add_column(name, no_wrap=not name.startswith("what"))
        for finding in findings:
            said = finding.what + (f"\n-> {finding.remedy}" if finding.remedy else "")
            table.add_row(Text(finding.check), Text(finding.state, style=_COLOURS[finding.state]), Text(said))
        data.print(table)
    problems = [finding.check for finding in findings if finding.state == "problem"]
    if problems:
        raise FlexparkError(f"{len(problems)} problems: {', '.join(problems)}")
