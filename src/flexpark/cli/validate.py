"""`flexpark validate`: every problem of one environment, or of all and their layers, at once."""

from typing import Annotated, Any

import typer

from flexpark.cli.console import data, say, write_json
from flexpark.cli.options import AsJson, Stacks
from flexpark.cli.root import ROOT
from flexpark.errors import ConfigurationError, Problem
from flexpark.rendering.fleet import Checked, check


def command(
    stack: Stacks = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every stack and every layer; so it is without --stack.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check stack files, layers and the workflow that comes of them. Nothing is asked of Twilio or of the engine.

    Problems go to stdout, one a line: file:line: key: what is wrong; what is allowed. If there are any, the exit code
    is 2.

    Example: flexpark validate --all
    """
    if stack and every:
        raise ConfigurationError("validate: --all and --stack exclude one another", remedy="give one of them")
    checked = check(ROOT, stack or ())
    if as_json:
        write_json({"stacks": checked.stacks, "layers": checked.layers, "problems": _as_json(checked)})
    else:
        for problem, concerned in checked.problems.items():
            # One stack's own file says whose it is; a layer's problem is told with those it concerns.
            own = len(concerned) == 1
            data.print(str(problem) + ("" if own else f" [{_those(concerned)}]"), markup=False)
    looked_at = f"{len(checked.stacks)} stacks" + (f" and {len(checked.layers)} layers" if checked.layers else "")
    say(f"{looked_at} checked, {len(checked.problems)} problems")
    if checked.problems:
        raise typer.Exit(ConfigurationError.exit_code)


def _as_json(checked: Checked) -> list[dict[str, Any]]:
    return [{**_parts(problem), "stacks": concerned} for problem, concerned in checked.problems.items()]


def _parts(problem: Problem) -> dict[str, Any]:
    file, _, line = problem.where.rpartition(":")
    place = (file, int(line)) if line.isdigit() else (problem.where, None)
    return {"file": place[0], "line": place[1], "key": problem.path, "what": problem.what, "allowed": problem.allowed}


def _those(concerned: list[str]) -> str:
    if not concerned:
        return "no stack uses it"
    more = f" and {len(concerned) - 3} more" if len(concerned) > 4 else ""
    return ", ".join(concerned[:3] if more else concerned) + more
