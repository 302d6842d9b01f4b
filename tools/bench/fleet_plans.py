"""How long plans of a hundred environments take in which nothing has changed, beside as many one after the other.

Each is the reference inventory, so that a peer's plans can be held against them. They are previewed as
`flexpark rollout preview` does it: several engines at once, in one process, with one provider. Their states are copies
of one that was brought up.
"""

import shutil
import subprocess
import time

from flexpark.cli.rehearsal import PulumiError, Rehearsal
from tools.bench.by_flexpark import REFERENCE
from tools.bench.ground import measure, open_ground, progress
from tools.bench.reference_stack import PROGRAM, copied
from tools.bench.rows import Row, ratio, requests, seconds

STACKS, SERIAL = 100, 10
LATENCY = 100  # ms for each request


def bench() -> list[Row]:
    """Rows `fleet.noop_100.*`. `serial_100ms` is what a hundred previews one by one would take, from some of them."""
    with open_ground("fleet_plans") as rehearsal:
        copied()
        _run(rehearsal, "init")
        _run(rehearsal, "up")
        names = [_copy(rehearsal, number) for number in range(STACKS)]
        together = measure(rehearsal, LATENCY, lambda: _run(rehearsal, "fleet", *names))
        progress(f"fleet.noop_100 at {LATENCY} ms: {together.seconds:.1f} s, {len(together.requests)} requests")
        began = time.monotonic()
        for _ in range(SERIAL):
            _run(rehearsal, "preview")
        serial = (time.monotonic() - began) / SERIAL * STACKS
        progress(f"fleet.noop_100: one by one {serial:.1f} s, from {SERIAL} of them")
    return [
        requests("fleet.noop_100.requests", len(together.requests)),
        seconds("fleet.noop_100.wall_100ms", together.seconds),
        seconds("fleet.noop_100.serial_100ms", serial),
        ratio("fleet.noop_100.wall_over_serial", together.seconds / serial),
    ]


def _run(rehearsal: Rehearsal, *arguments: str) -> None:
    argv = (*REFERENCE, *arguments)
    done = subprocess.run(argv, env=rehearsal.environ, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise PulumiError(argv[2:], done.returncode, done.stdout + done.stderr)


def _copy(rehearsal: Rehearsal, number: int) -> str:
    """A stack with the state of the one that is up, under a name of its own."""
    name = f"reference-{number}"
    states = rehearsal.folder / "state" / ".pulumi" / "stacks" / "flexpark-reference"
    text = (states / "reference.json").read_text("utf-8")
    renamed = text.replace("urn:pulumi:reference::", f"urn:pulumi:{name}::")
    renamed = renamed.replace("flexpark-reference-reference", f"flexpark-reference-{name}")  # the stack's own resource
    renamed = renamed.replace("organization/flexpark-reference/reference", f"organization/flexpark-reference/{name}")
    (states / f"{name}.json").write_text(renamed, "utf-8")
    shutil.copyfile(PROGRAM / "Pulumi.reference.yaml", PROGRAM / f"Pulumi.{name}.yaml")
    return name
