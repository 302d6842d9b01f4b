"""Work that a request causes and does not wait for: webhooks, callbacks, builds."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import structlog

_log = structlog.get_logger("twilio_emulator.effects")


@dataclass
class Collector:
    """What was caused within one context: the tasks, those they spawned, and what the webhooks among them answered."""

    tasks: "set[asyncio.Task[Any]]" = field(default_factory=set)
    results: list[Any] = field(default_factory=list)

    async def done(self) -> None:
        """Returns once all of it has ended."""
        while pending := {task for task in self.tasks if not task.done()}:
            await asyncio.wait(pending)


collector: ContextVar[Collector | None] = ContextVar("collector", default=None)
"""Set one to learn what a change causes: effects and webhooks find it, since tasks inherit their context."""


class Effects:
    """Runs coroutines as tasks after the handler that spawned them has been committed, and knows when none is left."""

    def __init__(self, after_each: Callable[[], None]) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._after_each = after_each

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Starts the work at the loop's next turn. Its failure is logged, never raised."""
        task = asyncio.get_running_loop().create_task(self._run(work))
        self._tasks.add(task)
        if (collecting := collector.get()) is not None:
            collecting.tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @property
    def running(self) -> int:
        """How many pieces of work have not ended."""
        return len(self._tasks)

    async def idle(self) -> None:
        """Returns once no work is left, that included which the work itself spawns."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def cancel(self) -> None:
        """Ends all work, at stop and at reset."""
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await work
        except asyncio.CancelledError:
            raise
        except Exception:
            _log.exception("an effect failed")
            return None
        finally:
            self._after_each()
