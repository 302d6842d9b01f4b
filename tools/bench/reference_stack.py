"""The life of the reference inventory, by which providers are compared: the program in `reference/`."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flexpark.cli.rehearsal import PulumiError, Rehearsal
from tools.bench.ground import FOLDER, open_ground
from tools.bench.life import Step, Steps, live
from tools.bench.rows import Row

SOURCE = Path(__file__).parent / "reference"
# As deep below the checkout as SOURCE: its Pulumi.yaml names the provider's folder relative to itself.
PROGRAM = FOLDER / "program"


def bench() -> list[Row]:
    """Create, nothing changed, refresh, four functions changed, destroy."""
    return live("stack", _ground)


def copied() -> None:
    """The program, made anew where it runs."""
    if PROGRAM.exists():
        shutil.rmtree(PROGRAM)
    shutil.copytree(SOURCE, PROGRAM, ignore=shutil.ignore_patterns("__pycache__"))


@contextmanager
def _ground() -> Iterator[tuple[Rehearsal, Steps]]:
    with open_ground("stack") as rehearsal:
        copied()

        def pulumi(*arguments: str, edition: str = "first") -> None:
            environ = {**rehearsal.environ, "EDITION": edition}
            argv = ["pulumi", *arguments, "--stack", "reference", "--non-interactive"]
            done = subprocess.run(argv, cwd=PROGRAM, env=environ, check=False, capture_output=True, text=True)
            if done.returncode != 0:
                raise PulumiError(arguments, done.returncode, done.stdout + done.stderr)

        pulumi("stack", "init")
        yield (
            rehearsal,
            (
                Step("create", lambda: pulumi("up", "--yes", "--skip-preview")),
                Step("noop", lambda: pulumi("preview", "--expect-no-changes")),
                Step("refresh", lambda: pulumi("refresh", "--yes", "--skip-preview")),
                Step("change", lambda: pulumi("up", "--yes", "--skip-preview", edition="second")),
                Step("destroy", lambda: pulumi("destroy", "--yes", "--skip-preview")),
            ),
        )
