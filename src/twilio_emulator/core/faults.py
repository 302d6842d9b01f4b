"""Faults on request: a matching call is answered with a status, reset or left hanging, before or after its effect; or
is the last one that the deployed Functions make; or waits, so that something else comes in between.
"""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from twilio_emulator.core.errors import ApiError

T = TypeVar("T")

_CODES = {429: 20429, 500: 20500, 503: 20503, 401: 20003, 403: 20403, 404: 20404}


@dataclass
class Fault:
    """What to match (all that is given must hold), from which match on, how often (None: always), and what happens
    then.
    """

    host: str | None = None
    method: str | None = None
    path: str | None = None
    nth: int = 1
    times: int | None = 1
    when: str = "before"
    status: int | None = None
    code: int | None = None
    retry_after: int | None = None
    action: str | None = None
    hang_seconds: float = 60.0
    seen: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        if self.when not in {"before", "after"}:
            raise ValueError("when: before or after is allowed")
        if self.action not in {None, "reset", "hang", "kill", "hold"}:
            raise ValueError("action: reset, hang, kill or hold is allowed")
        if (self.status is None) == (self.action is None):
            raise ValueError("give exactly one of status and action")
        for name, value in (("nth", self.nth), ("times", self.times), ("status", self.status)):
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise ValueError(f"{name}: a whole number from 1 up is allowed")
        try:
            re.compile(self.path or "")
        except re.error as error:
            raise ValueError(f"path: {self.path!r} is no regular expression: {error}") from None

    def matches(self, host: str, method: str, path: str) -> bool:
        """Whether the call is one of those meant, without counting it."""
        return (
            self.host in {None, host}
            and (self.method is None or self.method.upper() == method)
            and (self.path is None or re.search(self.path, path) is not None)
        )

    def error(self) -> ApiError:
        """The answer of a fault that has a status."""
        status = self.status or 500
        headers = {"retry-after": str(self.retry_after)} if self.retry_after is not None else {}
        message = "Too Many Requests" if status == 429 else "A fault that was asked for"
        return ApiError(status, self.code or _CODES.get(status, 20000 + status), message, headers=headers)


class Faults:
    """The faults in force. A call counts for every fault that it matches; the first that is due strikes."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._released = asyncio.Event()
        self._holding = asyncio.Event()
        self.latency_ms = 0.0

    def add(self, fault: Fault) -> None:
        """Puts one in force."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Takes all away; what is held or hangs goes on."""
        self._faults.clear()
        self.release()

    def release(self) -> None:
        """Lets the calls that are held now go on, and ends those that hang."""
        self._released.set()
        self._released = asyncio.Event()
        self._holding = asyncio.Event()

    async def held(self) -> None:
        """Comes back once a call is held."""
        await self._holding.wait()

    async def meet(
        self, fault: Fault | None, act: Callable[[], Awaitable[T]], struck: Callable[[Fault], Awaitable[T]]
    ) -> T:
        """What a call gets that meets a fault: from `act`, which may be held, or from `struck` before or after it."""
        if fault is None:
            return await act()
        if fault.when == "before":
            if fault.action != "hold":
                return await struck(fault)
            await self.hold(fault)
            return await act()
        result = await act()
        if fault.action != "hold":
            return await struck(fault)
        await self.hold(fault)
        return result

    async def hold(self, fault: Fault) -> None:
        """Waits until it is released, at most the fault's `hang_seconds`."""
        self._holding.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._released.wait(), fault.hang_seconds)

    def all(self) -> list[dict[str, Any]]:
        """Every fault with how many calls it has seen and hit."""
        return [asdict(fault) for fault in self._faults]

    def strike(self, host: str, method: str, path: str) -> Fault | None:
        """The fault that this call meets, or None."""
        struck = None
        for fault in self._faults:
            if not fault.matches(host, method, path):
                continue
            fault.seen += 1
            due = fault.seen >= fault.nth and (fault.times is None or fault.hits < fault.times)
            if due and struck is None:
                fault.hits += 1
                struck = fault
        return struck
