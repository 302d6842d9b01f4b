"""What a world runs for Serverless: Node processes and builds under way. Not in the store: it ends with it."""

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from twilio_emulator.core.world import World
from twilio_emulator.runner import Pool


@dataclass
class Running:
    """Processes by environment, and the SIDs of builds whose dependencies are being installed."""

    pool: Pool = field(default_factory=Pool)
    builds: set[str] = field(default_factory=set)


_RUNNING: WeakKeyDictionary[World, Running] = WeakKeyDictionary()


def running(world: World) -> Running:
    """What runs for this world."""
    return _RUNNING.setdefault(world, Running())


def drop_environment(world: World, environment_sid: str) -> None:
    """Ends the process of an environment that was deleted, once the deletion is committed."""
    if running(world).pool.has(environment_sid):
        world.effects.spawn(running(world).pool.drop(environment_sid))


async def stop(world: World) -> None:
    """Ends all processes, before a reset and before the emulator stops."""
    found = _RUNNING.pop(world, None)
    if found is not None:
        await found.pool.stop()
