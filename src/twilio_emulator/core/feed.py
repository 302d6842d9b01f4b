"""What happened, told across products: whoever changes something tells, Event Streams hears (`Product.hears`).

It is called inside the change itself, so that what it stores is undone where the change is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twilio_emulator.core.world import World


@dataclass(frozen=True)
class Happening:
    """`type` as Event Streams names it (com.twilio...), `source` the SID of what it happened to, `data` its JSON."""

    account_sid: str
    type: str
    source: str
    data: dict[str, Any]


def tell(world: "World", happening: Happening) -> None:
    """Tells every product that hears."""
    for product in world.products:
        if product.hears is not None:
            product.hears(world, happening)
