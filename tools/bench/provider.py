"""How long the provider takes to start: until the engine can read its port."""

import statistics
import subprocess
import time

from flexpark.cli.rehearsal import ROOT
from tools.bench.ground import progress
from tools.bench.rows import Row, seconds

EXECUTABLE = ROOT / "pulumi-twilio" / "bin" / "pulumi-resource-twilio"
STARTS = 9


def bench() -> list[Row]:
    """The median of some starts, after one that fills the caches."""
    _start()
    times = [_start() for _ in range(STARTS)]
    progress(f"provider.start_s: {min(times):.3f} to {max(times):.3f} s in {STARTS} starts")
    return [seconds("provider.start_s", statistics.median(times))]


def _start() -> float:
    began = time.monotonic()
    process = subprocess.Popen([EXECUTABLE, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True)
    try:
        port = process.stdout.readline() if process.stdout else ""
        took = time.monotonic() - began
    finally:
        process.kill()
        process.communicate()
    if not port.strip().isdigit():
        raise RuntimeError(f"{EXECUTABLE} did not print its port")
    return took
