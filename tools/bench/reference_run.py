# ruff: noqa: PLC0415 - what a program needs is loaded while the engine starts, as the commands do it

"""What flexpark's commands do, with the reference inventory: `python -m tools.bench.reference_run up`.

That inventory is not flexpark's program, so there is no stack file of ours to look at and no guard rail to ask; all
else is as `flexpark up` and `flexpark preview` have it.
"""

import runpy
import sys
from collections.abc import Callable

from flexpark.cli import process
from flexpark.cli.automation import open_runner
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


def main(operation: str) -> None:
    """One operation."""
    match operation:
        case "up":
            up("reference", load=load, project=PROGRAM)
        case "preview":
            open_runner("reference", load=load, project=PROGRAM).preview(expect_no_changes=True)
        case _:
            open_runner("reference", project=PROGRAM).pulumi("stack", "init")


if __name__ == "__main__":
    process.begin()
    main(sys.argv[1])
    process.leave(0)
