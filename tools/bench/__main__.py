"""`python -m tools.bench`: run benches, print their tables, write build/bench.json."""

import os
import sys
import time
from collections.abc import Callable
from typing import Annotated

import typer

from flexpark.cli.console import messages, say
from flexpark.errors import FlexparkError
from tools.bench import by_flexpark, conversation, fleet, fleet_plans, own_stack, provider, reference_stack, tables
from tools.bench.ground import FOLDER, progress
from tools.bench.rows import Row, write

BENCHES: dict[str, Callable[[], list[Row]]] = {
    "provider": provider.bench,
    "stack": reference_stack.bench,
    "own_stack": own_stack.bench,
    "stack_up": by_flexpark.bench_reference,
    "own_stack_up": by_flexpark.bench_own,
    "park": conversation.bench,
    "fleet": fleet.bench,
    "fleet_plans": fleet_plans.bench,
}
RESULT = FOLDER.parent / "bench.json"


def command(
    benches: Annotated[
        list[str] | None, typer.Argument(metavar="[BENCH]...", help=f"Any of: {', '.join(BENCHES)}. None: all.")
    ] = None,
) -> None:
    """Measure requests, critical paths and times on the emulator. Tables go to stdout, progress to stderr.

    build/bench.json gets the rows of the benches that ran, and of no others.

    Example: python -m tools.bench park
    """
    unknown = [name for name in benches or () if name not in BENCHES]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: no such bench; there are {', '.join(BENCHES)}")
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores / 2:
        progress(f"this machine is busy (load {load:.1f} on {cores} cores): counts hold, times are too long")
    began = time.monotonic()
    rows: list[Row] = []
    for name in benches or BENCHES:
        progress(name)
        rows += BENCHES[name]()
    write(rows, RESULT)
    tables.show(rows)
    progress(f"{len(rows)} rows in {RESULT} after {time.monotonic() - began:.0f} s")


def main() -> int:
    """Run; every foreseen error is a short message."""
    app = typer.Typer(
        add_completion=False, pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]}
    )
    app.command()(command)
    try:
        app()
    except FlexparkError as error:
        messages.print("error:", style="bold red", end=" ")
        say(str(error))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
