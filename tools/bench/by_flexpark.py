"""The same lives by flexpark's own commands: `flexpark up` and `flexpark preview`.

The reference inventory is not flexpark's program: `reference_run.py` does with it what the commands do with theirs.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flexpark.cli.rehearsal import ROOT, PulumiError, Rehearsal
from tools.bench.ground import STACK, open_ground
from tools.bench.life import Step, Steps, live
from tools.bench.own_stack import pin
from tools.bench.reference_stack import copied
from tools.bench.rows import Row

FLEXPARK = (sys.executable, "-m", "flexpark.cli")
REFERENCE = (sys.executable, "-m", "tools.bench.reference_run")


def bench_reference() -> list[Row]:
    """Create, nothing changed, four functions changed."""
    return live("stack_up", _reference)


def bench_own() -> list[Row]:
    """Create, nothing changed with look-ups pinned, one setting changed."""
    return live("own_stack_up", _own)


@contextmanager
def _reference() -> Iterator[tuple[Rehearsal, Steps]]:
    with open_ground("stack_up") as rehearsal:
        copied()

        def run(operation: str, edition: str = "first") -> None:
            _run((*REFERENCE, operation), {**rehearsal.environ, "EDITION": edition})

        run("init")
        yield (
            rehearsal,
            (
                Step("create", lambda: run("up")),
                Step("noop", lambda: run("preview")),
                Step("change", lambda: run("up", edition="second")),
            ),
        )


@contextmanager
def _own() -> Iterator[tuple[Rehearsal, Steps]]:
    with open_ground("own_stack_up") as rehearsal:

        def run(*arguments: str) -> None:
            file = str(rehearsal.stack_file)
            _run((*FLEXPARK, *arguments, "--stack", STACK, "--config-file", file), rehearsal.environ)

        def up() -> None:
            run("up", "--yes", "--skip-preview")

        yield (
            rehearsal,
            (
                Step("create", up),
                Step("noop", lambda: run("preview", "--expect-no-changes"), prepare=lambda: pin(rehearsal)),
                Step("change", up, prepare=lambda: rehearsal.configure("park", {"list_ttl": {"default": "48h"}})),
            ),
        )


def _run(argv: tuple[str, ...], environ: dict[str, str]) -> None:
    done = subprocess.run(argv, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise PulumiError(argv[2:], done.returncode, done.stdout + done.stderr)
