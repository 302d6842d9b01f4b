"""How long the operation under way may still take: set around it, asked by whatever waits within it, in one thread."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is done inside has so many seconds in all; 0 sets no limit."""
    token = _until.set(time.monotonic() + seconds if seconds > 0 else None)
    try:
        yield
    finally:
        _until.reset(token)


def remaining() -> float | None:
    """Seconds left, never below 0; None where there is no limit."""
    until = _until.get()
    return None if until is None else max(0.0, until - time.monotonic())
