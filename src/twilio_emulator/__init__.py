"""A loopback server that official Twilio clients take for Twilio.

Enters: HTTP requests by address (`/<twilio host>/<path>`), by Host header or through the HTTPS proxy. Leaves: Twilio's
answers, signed webhooks to deployed functions. It never calls beyond this machine, and refuses (501) by name what it
does not imitate. Start reading at `core/world.py`, `front/app.py` and one product, e.g. `products/sync/`. `python -m
twilio_emulator` starts it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twilio_emulator.core.world import Settings as Settings
    from twilio_emulator.server import Started as Started
    from twilio_emulator.server import StartError as StartError
    from twilio_emulator.server import serve as serve

__all__ = ["Settings", "StartError", "Started", "serve"]


def __getattr__(name: str) -> Any:
    """Imports the server only when it is asked for: the test helper needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from twilio_emulator import server  # noqa: PLC0415

    return getattr(server, name)
