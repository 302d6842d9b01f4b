"""Where benches run, and how one action is measured.

An emulator that keeps time, with a Flex-like account and an empty stack, in a folder below build/bench.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flexpark import load_environment, render_bundle
from flexpark.cli.console import say
from flexpark.cli.rehearsal import ROOT, Rehearsal, open_rehearsal
from tools.bench.log import Request, read
from twilio_emulator.runner import install

FOLDER = ROOT / "build" / "bench"
STACK = "acme-dev"


@contextmanager
def open_ground(name: str) -> Iterator[Rehearsal]:
    """A rehearsal of the project's own stack in a new folder below build/bench, without any resource yet."""
    # The emulator's builds install packages for real, once per machine: that is done before anything is measured.
    asyncio.run(install(dict(render_bundle(load_environment(ROOT, STACK), ROOT).dependencies)))
    with open_rehearsal(FOLDER / name, STACK, emulator="tools.bench.stopwatch") as rehearsal:
        yield rehearsal


@dataclass(frozen=True)
class Measured:
    """One action: its time in seconds, and the requests to Twilio that it made, at some latency per request."""

    seconds: float
    requests: tuple[Request, ...]


def measure(rehearsal: Rehearsal, latency_ms: int, action: Callable[[], object], *, source: str = "api") -> Measured:
    """Do it while each request to Twilio takes `latency_ms` longer. Counts the requests of one source."""
    rehearsal.control("DELETE", "requests")
    rehearsal.control("POST", "latency", {"ms": latency_ms})
    began = time.monotonic()
    try:
        action()
        took = time.monotonic() - began
    finally:
        rehearsal.control("POST", "latency", {"ms": 0})
    return Measured(took, tuple(read(rehearsal.requests(), source)))


def progress(text: str) -> None:
    """One line on stderr."""
    say(f"bench: {text}")
