"""How long an entry stays in an agent's list: `none`, seconds, or a number with a unit (`90s`, `30m`, `24h`, `7d`)."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

# Sync's limit for the TTL of a map item, in seconds: one year (twilio.com/docs/sync/api/map-item-resource).
LONGEST = 31_536_000
ALLOWED = f"`none`, or 1 to {LONGEST} seconds, or a number with s, m, h or d (`24h`)"

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def _seconds(value: Any) -> Any:
    if value == "none":
        return value
    seconds = None
    if isinstance(value, int) and not isinstance(value, bool):
        seconds = value
    elif isinstance(value, str) and (match := re.fullmatch(r"([0-9]{1,8})([smhd])", value)):
        seconds = int(match[1]) * _UNITS[match[2]]
    if seconds is None or not 1 <= seconds <= LONGEST:
        raise PydanticCustomError("ttl", "is not a time to live", {"allowed": ALLOWED})
    return seconds


Ttl = Annotated[
    int | Literal["none"],
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "none"},
                {"type": "integer", "minimum": 1, "maximum": LONGEST},
                {"type": "string", "pattern": "^[0-9]{1,8}[smhd]$"},
            ]
        }
    ),
]
"""Seconds, or `"none"` for ever."""
