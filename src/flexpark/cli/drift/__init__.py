"""`flexpark drift`: what differs between states, accounts and programs, over one environment or many.

`state.py` asks the engine (missing, changed, outputs), `unmanaged.py` looks through the account, `report.py` tells it.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flexpark import load_environment, stack_names
from flexpark.cli.account import asking, open_door
from flexpark.cli.automation import Runner, open_runner
from flexpark.cli.console import data, say, write_json
from flexpark.cli.drift.model import Difference
from flexpark.cli.drift.report import Found, as_html, as_markdown, headline
from flexpark.cli.drift.state import deployment_of, of_resources, of_stack_outputs
from flexpark.cli.drift.unmanaged import sids_of, unmanaged
from flexpark.cli.fleet.parallel import PARALLEL, Outcome, Tell, Work, run_all
from flexpark.cli.fleet.progress import progress
from flexpark.cli.fleet.select import Select, selected
from flexpark.cli.fleet.table import raise_for
from flexpark.cli.options import AsJson, stacks
from flexpark.cli.root import ROOT
from flexpark.errors import ChangesFound, ConfigurationError, FlexparkError


def command(  # noqa: PLR0917 - Typer calls it by name
    stack: Annotated[str | None, typer.Option("--stack", "-s", help="One stack.", autocompletion=stacks)] = None,
    select: Select = None,
    every: Annotated[bool, typer.Option("--all", help="Every stack that has a file here.")] = False,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="How many stacks at once.")] = PARALLEL,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the report as Markdown.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find what is missing, changed, unmanaged, or differs in outputs only; exit code 7 where anything differs.

    Nothing is changed, in the account or in the state.

    Example: flexpark drift -s acme-dev
    """
    names = _names(stack, select, every=every)
    states: dict[str, Mapping[str, Any]] = {}
    with progress(names) as watch:
        outcomes, interrupted = run_all(
            names, lambda name: OneStack(open_runner(name), states), parallel=parallel, watch=watch
        )
    known = {sid for state in states.values() for sid in sids_of(state)}
    # Now that all states are known: what is another one's is managed.
    outcomes = [_with_unmanaged(outcome, states, known) for outcome in outcomes]
    found = {outcome.stack: outcome.detail["differences"] for outcome in outcomes if outcome.status == "done"}
    _tell(found, markdown=markdown, as_json=as_json)
    if html is not None:
        html.write_text(as_html(found, datetime.now(UTC).isoformat(timespec="seconds")), encoding="utf-8")
        say(f"wrote {html}")
    raise_for(outcomes, doing="drift", interrupted=interrupted)
    if any(found.values()):
        raise ChangesFound(headline(found))


class OneStack(Work):
    """What the engine sees of one stack."""

    def __init__(self, runner: Runner, states: dict[str, Mapping[str, Any]]) -> None:
        self._runner = runner
        self._states = states

    def run(self, tell: Tell) -> Outcome:
        """The differences, in the outcome's detail. Raises what the runner does."""
        tell("looking", "")
        deployment = self._states[self._runner.name] = deployment_of(self._runner)
        differences = of_resources(self._runner)
        if not differences:  # otherwise a preview compares with a state that is wrong
            differences = of_stack_outputs(self._runner, deployment)
        return Outcome(
            self._runner.name, "done", f"{len(differences)} differences", detail={"differences": differences}
        )

    def cancel(self) -> None:
        """End the engine of this stack."""
        self._runner.cancel()


def _names(stack: str | None, select: str | None, *, every: bool) -> list[str]:
    if (stack is not None) + (select is not None) + every != 1:
        raise ConfigurationError("which environments?", remedy="allowed: exactly one of --stack, --select and --all")
    if select is not None:
        return selected(ROOT, select)
    return stack_names(ROOT) if stack is None else [stack]


def _with_unmanaged(outcome: Outcome, states: Mapping[str, Mapping[str, Any]], known: Collection[str]) -> Outcome:
    if outcome.status != "done":
        return outcome
    try:
        more = _unmanaged(outcome.stack, states[outcome.stack], known)
    except FlexparkError as error:
        return replace(outcome, status="failed", told=error.message, error=error)
    return replace(outcome, detail={"differences": [*outcome.detail["differences"], *more]})


def _unmanaged(name: str, deployment: Mapping[str, Any], known: Collection[str]) -> list[Difference]:
    environment = load_environment(ROOT, name)
    with asking(f"{name}: looking through the account"):
        return unmanaged(open_door(environment), environment, deployment, known)


def _tell(found: Found, *, markdown: bool, as_json: bool) -> None:
    if as_json:
        write_json({name: [asdict(difference) for difference in all_of] for name, all_of in found.items()})
    elif markdown:
        data.print(as_markdown(found), markup=False, end="")
    else:
        for name, all_of in found.items():
            for difference in all_of:
                data.print(f"{name}: {difference}", markup=False)
    if not any(found.values()):
        say(headline(found))
