"""`flexpark rollout`: preview or up over several stacks at once."""

import os
import threading
from typing import Annotated, Literal

import typer

from flexpark.cli.automation import Provider, Runner, Step, open_runner, shared_provider
from flexpark.cli.console import data, write_json
from flexpark.cli.fleet.parallel import PARALLEL, Outcome, Status, Tell, Work, run_all
from flexpark.cli.fleet.progress import progress
from flexpark.cli.fleet.select import selected
from flexpark.cli.fleet.table import raise_for, results_json, results_table
from flexpark.cli.options import AsJson, Wait
from flexpark.cli.planning import Judged, plan_of, plan_stack
from flexpark.cli.root import ROOT
from flexpark.cli.up.running import up
from flexpark.errors import Cancelled, StackNotFound
from flexpark.plan import Plan
from flexpark.plan import as_json as plan_as_json
from flexpark.plan.summary import headline

Operation = Literal["preview", "up"]

# Making a stack writes its salt into its file, and the engine looks through the backend's others meanwhile.
_creating = threading.Lock()


def command(  # noqa: PLR0917 - options, as typer wants them
    operation: Annotated[Operation, typer.Argument(help="`up` previews first, and asks the guard rails.")],
    select: Annotated[
        str,
        typer.Option(metavar="KEY=PATTERN,...", help="By customer, environment, layer or stack: 'customer=acme-*'."),
    ],
    parallel: Annotated[int, typer.Option(min=1, max=64, help="How many stacks at once.")] = PARALLEL,
    wait: Wait = 0,
    timeout: Annotated[
        float | None,
        typer.Option(min=1, metavar="SECONDS", help="Cancel a stack that takes longer: it fails with exit code 9."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Preview or bring up all the stacks that are selected; one that fails stops none of the others.

    A stack that is not there yet is made by `up`, one after the other. Ctrl-C ends those under way cleanly.

    Example: flexpark rollout preview --select 'customer=acme,environment=dev'

    Example: flexpark rollout up --select 'environment=prod' --wait 60 --timeout 900
    """
    names = selected(ROOT, select)
    with progress(names) as watch, shared_provider(ROOT, os.environ) as provider:
        outcomes, interrupted = run_all(
            names,
            lambda name: OneStack(name, operation, provider, wait),
            parallel=parallel,
            watch=watch,
            timeout=timeout,
        )
    if as_json:
        write_json(results_json(outcomes))
    else:
        data.print(results_table(outcomes))
    raise_for(outcomes, doing=f"rollout {operation}", interrupted=interrupted)


class OneStack(Work):
    """Preview, judge, and, for `up`, bring up one stack."""

    def __init__(self, name: str, operation: Operation, provider: Provider | None, wait: float) -> None:
        self._name = name
        self._operation = operation
        self._provider = provider
        self._wait = wait
        self._runner = open_runner(name, provider=provider)
        self._cancelled = False

    def run(self, tell: Tell) -> Outcome:
        """The outcome. Raises what `plan_stack` and `up` do."""
        tell("looking", "")
        judged = self._plan()
        judged.refuse()
        plan = judged.plan
        told = headline(plan)
        if plan.steps and self._operation == "up":
            tell("running", told)
            done = up(
                self._name,
                provider=self._provider,
                on_step=_Count(plan, tell),
                on_runner=self._use,
                wait=self._wait,
                on_wait=lambda held: tell("running", f"waiting: {held.detail}"),
            )
            plan = plan_of(self._name, done.result)
            told = headline(plan, done=True)
        said = [str(violation) for violation in judged.violations]
        status: Status = "done" if plan.steps else "unchanged"
        return Outcome(self._name, status, told, detail={"plan": plan_as_json(plan), "policies": said})

    def cancel(self) -> None:
        """End the engine of this stack, or begin with none."""
        self._cancelled = True
        self._runner.cancel()

    def _plan(self) -> Judged:
        try:
            return plan_stack(self._runner, os.environ)
        except StackNotFound:
            if self._operation != "up":
                raise
        with _creating:
            self._use(self._runner)
            self._runner.pulumi("stack", "init")
        return plan_stack(self._runner, os.environ)

    def _use(self, runner: Runner) -> None:
        """From now on this is the one to cancel."""
        self._runner = runner
        if self._cancelled:
            raise Cancelled(f"{self._name}: cancelled")


class _Count:
    """Tells how many steps of a plan are done."""

    def __init__(self, plan: Plan, tell: Tell) -> None:
        self._all = len(plan.steps)
        self._done: set[str] = set()
        self._tell = tell

    def __call__(self, step: Step) -> None:
        if step.state == "done" and step.changes and not step.type.startswith("pulumi:"):
            self._done.add(step.urn)
            self._tell("running", f"{len(self._done)} of {self._all}")
