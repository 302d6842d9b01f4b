"""iam: validation of Flex tokens. The emulator issues them (`/_emulator/token`)."""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.iam.routes import ROUTES

PRODUCT = Product("iam", "iam.twilio.com", ROUTES)
