# ruff: noqa: PLC0415 - what a program needs is loaded while the engine starts, as the commands do it

"""What flexpark's commands do, with the reference inventory: `python -m tools.bench.reference_run up`.

That inventory is not flexpark's program, so there is no stack file of ours to look at and no guard rail to ask; all
else is as `flexpark up` and `flexpark preview` have it.
"""

import os
import runpy
import sys
from collections.abc import Callable, Sequence

from flexpark.cli import process
from flexpark.cli.automation import Provider, open_runner, shared_provider
from flexpark.cli.fleet.parallel import PARALLEL, Outcome, Tell, run_all
from flexpark.cli.fleet.table import raise_for
from flexpark.cli.root import ROOT
from flexpark.cli.up.running import up

PROGRAM = ROOT / "build" / "bench" / "program"
PRODUCTS = ("conversations", "serverless", "sync", "taskrouter")


def load() -> Callable[[], None]:
    """The program, and the products that it uses."""
    from infra.products import load as load_products

    load_products(PRODUCTS)

    def program() -> None:
        runpy.run_path(str(PROGRAM / "__main__.py"))

    return program


class Preview:
    """One stack of a fleet."""

    def __init__(self, name: str, provider: Provider | None) -> None:
        self._name = name
        self._runner = open_runner(name, load=load, project=PROGRAM, provider=provider)

    def run(self, tell: Tell) -> Outcome:  # noqa: ARG002
        """Its plan, which must be empty."""
        self._runner.preview(expect_no_changes=True)
        return Outcome(self._name, "unchanged")

    def cancel(self) -> None:
        """Stop it."""
        self._runner.cancel()


def fleet(names: Sequence[str]) -> None:
    """Preview all of them, as many at once as `flexpark rollout` does."""
    with shared_provider(PROGRAM, os.environ) as provider:
        outcomes, interrupted = run_all(
            names, lambda name: Preview(name, provider), parallel=PARALLEL, watch=lambda _: None
        )
    raise_for(outcomes, doing="fleet", interrupted=interrupted)


def main(operation: str, *names: str) -> None:
    """One operation."""
    match operation:
        case "up":
            up("reference", load=load, project=PROGRAM)
        case "fleet":
            fleet(names)
        case "preview":
            open_runner("reference", load=load, project=PROGRAM).preview(expect_no_changes=True)
        case _:
            open_runner("reference", project=PROGRAM).pulumi("stack", "init")


if __name__ == "__main__":
    process.begin()
    main(*sys.argv[1:])
    process.leave(0)
