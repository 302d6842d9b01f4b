"""api 2010: accounts and API keys, what credential checks need."""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.api.routes import ROUTES

PRODUCT = Product("api", "api.twilio.com", ROUTES)
