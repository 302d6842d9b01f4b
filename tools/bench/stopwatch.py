"""`python -m tools.bench.stopwatch`: the emulator, whose request log tells when each request began and ended.

Takes the emulator's own options. Each entry of `GET /_emulator/requests` has `began` and `ended` besides, in
milliseconds of one monotonic clock: from the request's arrival until its answer was ready.
"""

import sys
import time
from contextvars import ContextVar
from typing import Any

from twilio_emulator import server
from twilio_emulator.__main__ import main
from twilio_emulator.core.log import RequestLog
from twilio_emulator.core.world import World
from twilio_emulator.front.app import App
from twilio_emulator.front.request import Receive, Scope, Send

_began: ContextVar[float] = ContextVar("began")


def _now_ms() -> float:
    return time.monotonic() * 1000


class TimedLog(RequestLog):
    """A request log with times; `began` is the arrival of the HTTP request that the entry is of, or came from."""

    def add(self, **entry: Any) -> None:
        """Adds one answered request."""
        ended = _now_ms()
        super().add(**entry)
        self.since()[-1].update(began=round(_began.get(ended), 3), ended=round(ended, 3))


class TimedApp(App):
    """The application, noting when each request arrives. One request is one asyncio task, so a context variable
    holds it.
    """

    def __init__(self, world: World, control: Any) -> None:
        super().__init__(world, control)
        world.log = TimedLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI request."""
        _began.set(_now_ms())
        await super().__call__(scope, receive, send)


if __name__ == "__main__":
    vars(server)["App"] = TimedApp  # the server builds its application by this name
    sys.exit(main())
