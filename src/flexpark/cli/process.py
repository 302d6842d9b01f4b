"""A command as a process that begins and ends quickly: it loads a lot, and ends before much of that is garbage."""

import gc
import os
import signal
import sys
from typing import NoReturn

from flexpark.cli.interrupts import NUMBERS


def begin() -> None:
    """Look for garbage rarely: while modules are loaded there is none, and looking takes a third of that time."""
    gc.set_threshold(50_000, 50, 100)


def deaf() -> None:
    """The result is known: who interrupts now only asks for what is being done."""
    for number in NUMBERS:
        signal.signal(number, signal.SIG_IGN)


def leave(code: int) -> NoReturn:
    """End at once: taking every module apart takes longer than a small command. Nothing of ours is left to be done."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:  # closed by whoever started us
                stream.flush()
        except (OSError, ValueError):  # whoever read it has gone
            code = code or 1
    os._exit(code)
