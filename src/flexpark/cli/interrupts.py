"""Ctrl-C, SIGTERM and SIGHUP as a call instead of an exception, where nothing may be left half done."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GENTLY = "once the requests under way are done (again: at once)"
_SAY_WHEN_HERE = 0  # no signal has this number: it is written behind what has come


class Interrupts:
    """While it is entered, by the main thread, each of these signals calls `do`, however many come.

    An exception could come at any line: between a process and the note of it, or in the middle of passing the last one
    on. `do` is called by a thread of its own. Where several are entered all are told, the last one first. Entered by
    other threads, which get no signals, it does nothing.
    """

    def __init__(self, do: Callable[[], object]) -> None:
        self.came = 0
        self._do = do

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():
            if not _told:
                _listeners.append(_Listener())
            _told.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        """What came until now has been passed on."""
        if self in _told:
            _listeners[0].catch_up()
            _told.remove(self)
            if not _told:
                _listeners.pop().close()

    def _hear(self) -> None:
        self.came += 1
        self._do()


_told: list[Interrupts] = []
_listeners: list["_Listener"] = []  # one at most


class _Listener:
    """A thread that waits for signals.

    Python runs a signal's handler in the main thread alone, while the system may hand the signal to any thread: a main
    thread that waits for a process is not woken then, and the handler comes too late.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._here = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="interrupts", daemon=True)
        self._thread.start()
        self._pipe_before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        before = {number: signal.getsignal(number) for number in NUMBERS}
        self._before: dict[int, Any] = {n: was for n, was in before.items() if was is not signal.SIG_IGN}  # as by nohup
        for number in self._before:
            signal.signal(number, self._is_heard)

    def catch_up(self) -> None:
        """Wait until all that has come is told."""
        self._here.clear()
        os.write(self._write, bytes([_SAY_WHEN_HERE]))
        self._here.wait()

    def close(self) -> None:
        """Signals are again what they were."""
        for number, before in self._before.items():
            signal.signal(number, before)
        signal.set_wakeup_fd(self._pipe_before)
        os.close(self._write)
        self._thread.join()
        os.close(self._read)

    def _is_heard(self, number: int, frame: FrameType | None) -> None:
        """Python writes a signal into the pipe where it has a handler."""

    def _listen(self) -> None:
        while came := os.read(self._read, 1):
            if came[0] == _SAY_WHEN_HERE:
                self._here.set()
            elif came[0] in NUMBERS:
                for each in reversed(_told):
                    with contextlib.suppress(Exception):  # such as a terminal that has gone
                        each._hear()
