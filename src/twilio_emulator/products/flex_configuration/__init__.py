"""The Flex configuration object of an account, on the same host as Flex's interactions."""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.flex_configuration.routes import ROUTES

PRODUCT = Product("flex_configuration", "flex-api.twilio.com", ROUTES)
