"""Ctrl-C, SIGTERM and SIGHUP as a call instead of an exception, where nothing may be left half done."""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """While it is entered, in the main thread, each of these signals calls `do`, however many come.

    An exception could come at any line: between a process and the note of it, or in the middle of passing the last one
    on. In other threads, which get no signals, it does nothing. Within another one both are told.
    """

    def __init__(self, do: Callable[[], object]) -> None:
        self.came = 0
        self._do = do
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():
            heard = [number for number in NUMBERS if signal.getsignal(number) is not signal.SIG_IGN]  # as by nohup
            self._before = {number: signal.signal(number, self._hear) for number in heard}
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before = {}

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.came += 1
        self._do()
        before = getattr(self._before.get(number), "__self__", None)
        if isinstance(before, Interrupts):
            before._hear(number, frame)
