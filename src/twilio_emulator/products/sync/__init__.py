"""Sync v1: services, documents, lists and maps with their items.

Stream and permission operations are not served; no webhooks are fired.

`collections.py` holds what lists and maps share, `objects.py` what every Sync object shares (names, revisions, expiry,
limits).
"""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.sync.routes import ROUTES

PRODUCT = Product("sync", "sync.twilio.com", ROUTES)
