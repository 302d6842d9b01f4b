"""Studio v2 on studio.twilio.com: flows with their revisions, and executions of the few widgets that a resume needs.

Enters: REST calls, and what reaches a flow's webhook address (`incoming.py`), from a conversation's webhook of target
studio or one whose URL is the flow's. Leaves: calls of deployed Functions, and messages in the conversation. Any other
widget than those of `widgets.py` is refused by name when a flow is made. Start reading at `interpreter.py`.
"""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.studio import incoming
from twilio_emulator.products.studio.routes import ROUTES

PRODUCT = Product("studio", "studio.twilio.com", ROUTES, setup=incoming.setup)
