"""How fast what is used: a sliding window for each thing that is counted. Ends with its world."""

from collections import deque
from weakref import WeakKeyDictionary

from twilio_emulator.core.errors import ApiError
from twilio_emulator.core.world import World

FLEX_A_SECOND = 20  # of the Interactions API, by endpoint: https://www.twilio.com/docs/api/errors/45780
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


def count_request(world: World, host: str, operation: str) -> None:
    """Notes a request; 429 where the switches `product_rate_limit` and `flex_rate_limit` allow no more. Sync has limits
    of its own.
    """
    if host == "flex-api.twilio.com" and world.switches["flex_rate_limit"]:
        if not counted(world, f"Flex {operation}", FLEX_A_SECOND, 1):
            raise ApiError(429, 45780, "Failed to perform this operation. Account is sending too many requests.")
        return
    most = int(world.switches["product_rate_limit"])
    if most and host != "sync.twilio.com" and not counted(world, f"requests {host}", most, 1):
        raise too_many()
