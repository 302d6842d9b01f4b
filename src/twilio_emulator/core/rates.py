"""How fast what is used: a sliding window for each thing that is counted. Ends with its world."""

from collections import deque
from weakref import WeakKeyDictionary

from twilio_emulator.core.errors import ApiError
from twilio_emulator.core.world import World

_used: WeakKeyDictionary[World, dict[str, deque[float]]] = WeakKeyDictionary()


def counted(world: World, what: str, most: int, window: float) -> bool:
    """Notes one more use of something, unless `most` were noted within the last `window` seconds of the clock."""
    now = world.clock.timestamp()
    times = _used.setdefault(world, {}).setdefault(what, deque())
    while times and times[0] <= now - window:
        times.popleft()
    if len(times) >= most:
        return False
    times.append(now)
    return True


def too_many(retry_after: int = 1) -> ApiError:
    """429 with Twilio's code 20429; `retry_after` in seconds."""
    return ApiError(429, 20429, "Too Many Requests", headers={"retry-after": str(retry_after)})


def count_request(world: World, host: str) -> None:
    """Notes a request of a product; 429 where the switch `product_rate_limit` allows no more. Sync has limits of its
    own.
    """
    most = int(world.switches["product_rate_limit"])
    if most and host != "sync.twilio.com" and not counted(world, f"requests {host}", most, 1):
        raise too_many()
