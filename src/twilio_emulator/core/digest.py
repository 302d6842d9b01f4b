"""A fingerprint of all there is: equal where two worlds differ in nothing but what was drawn at random."""

import hashlib
import re

from twilio_emulator.core.world import World

_MARK = re.compile(r"[0-9a-f]{32}")
_SECONDS = re.compile(r"(T\d\d:\d\d:\d\d)\.\d+Z|\b(\d{10})\d{3}\b")


def digest(world: World, but: str = "") -> str:
    """SIDs and other random marks count by where they occur, times by the second; documents of a kind that begins with
    `but` are left out. Faults and the request log do not count.
    """
    numbers: dict[str, int] = {}
    text = "\n".join([*world.store.rows(but), repr(world.switches.all())])
    text = _MARK.sub(lambda found: f"#{numbers.setdefault(found[0], len(numbers))}", text)
    return hashlib.sha256(_SECONDS.sub(lambda found: found[1] or found[2], text).encode()).hexdigest()
