"""TaskRouter v1 on taskrouter.twilio.com: configuration, tasks, and the engine that offers tasks to workers.

Enters: REST calls, and Flex, which makes tasks and ends them (`state.py` is its front). Leaves: events, to observers
here and to the workspace's callback. Start reading at `engine.py` (what happens to a task), then `placing.py` (who is
offered it) and `matching.py` (the pure package's side).
"""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.taskrouter import engine, timing
from twilio_emulator.products.taskrouter.routes import ROUTES

PRODUCT = Product("taskrouter", "taskrouter.twilio.com", ROUTES, tick=engine.tick, next_due=timing.next_due)
