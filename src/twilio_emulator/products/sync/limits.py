"""How fast Sync lets itself be used, where the switch `sync_rate_limits` is on.

20 a second are sustained, within a burst window of 10 s: so many reads of one object, writes of one object (2 from 10
KiB up), and new objects of a service. Items count for their list or map. Sources:
https://www.twilio.com/docs/sync/limits and .../docs/api/errors/54009.
"""

from collections import deque
from weakref import WeakKeyDictionary

from twilio_emulator.core.world import World
from twilio_emulator.products.sync.errors import too_fast

A_SECOND, LARGE_A_SECOND, LARGE_BYTES, WINDOW = 20, 2, 10 * 1024, 10
_used: WeakKeyDictionary[World, dict[str, deque[float]]] = WeakKeyDictionary()


def count_write(world: World, sid: str, size: int) -> None:
    """Notes a write of an object, of `size` bytes; 429 with 54009 where there were too many."""
    _count(world, f"write {sid}", LARGE_A_SECOND if size >= LARGE_BYTES else A_SECOND)


def count_read(world: World, sid: str) -> None:
    """Notes a read of an object."""
    _count(world, f"read {sid}", A_SECOND)


def count_creation(world: World, service_sid: str) -> None:
    """Notes a new object of a service."""
    _count(world, f"create {service_sid}", A_SECOND)


def _count(world: World, what: str, a_second: int) -> None:
    if not world.switches["sync_rate_limits"]:
        return
    now = world.clock.timestamp()
    times = _used.setdefault(world, {}).setdefault(what, deque())
    while times and times[0] <= now - WINDOW:
        times.popleft()
    if len(times) >= a_second * WINDOW:
        raise too_fast()
    times.append(now)
