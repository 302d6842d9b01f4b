"""How fast Sync lets itself be used, where the switch `sync_rate_limits` is on.

20 a second are sustained, within a burst window of 10 s: so many reads of one object, writes of one object (2 from 10
KiB up), and new objects of a service. Items count for their list or map. Sources:
https://www.twilio.com/docs/sync/limits and .../docs/api/errors/54009.
"""

from twilio_emulator.core.rates import counted
from twilio_emulator.core.world import World
from twilio_emulator.products.sync.errors import too_fast

A_SECOND, LARGE_A_SECOND, LARGE_BYTES, WINDOW = 20, 2, 10 * 1024, 10


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
    if world.switches["sync_rate_limits"] and not counted(world, f"Sync {what}", a_second * WINDOW, WINDOW):
        raise too_fast()
