"""Events v1 (Event Streams) on events.twilio.com: types, schemas, webhook sinks, subscriptions, and the deliveries.

Enters: REST calls, and what other products tell (`core.feed`). Leaves: CloudEvents in JSON arrays, POSTed to a sink's
destination, signed with bodySHA256. Start reading at `delivery.py`; `types.py` lists what can be subscribed to.
"""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.events import delivery
from twilio_emulator.products.events.routes import ROUTES

PRODUCT = Product(
    "events",
    "events.twilio.com",
    ROUTES,
    setup=delivery.setup,
    tick=delivery.tick,
    next_due=delivery.next_due,
    hears=delivery.enqueue,
)
