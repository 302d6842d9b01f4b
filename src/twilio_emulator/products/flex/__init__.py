"""Flex v1 on flex-api.twilio.com: interactions, their channels, participants and invites.

Enters: REST calls, and what TaskRouter tells of tasks (an agent accepts, a task is completed). Leaves: tasks in
TaskRouter; agents who join and leave conversations. Start reading at `invites.py` (how work is made) and
`participants.py` (how agents come and go).
"""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.flex.routes import ROUTES

PRODUCT = Product("flex", "flex-api.twilio.com", ROUTES)
