"""Conversations v1 on conversations.twilio.com.

Enters: REST calls, a customer's messages (`messages.customer_message`), and Flex, which adds agents and closes
conversations. Leaves: signed webhooks of one conversation. Start reading at `state.py`.
"""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.conversations.routes import ROUTES

PRODUCT = Product("conversations", "conversations.twilio.com", ROUTES)
