"""Routes of serverless.twilio.com: parse, call the rules, give the view."""

from twilio_emulator.core.routing import Route
from twilio_emulator.products.serverless.routes_builds import BUILD_ROUTES
from twilio_emulator.products.serverless.routes_code import CODE_ROUTES
from twilio_emulator.products.serverless.routes_services import SERVICE_ROUTES

ROUTES: list[Route] = [*SERVICE_ROUTES, *CODE_ROUTES, *BUILD_ROUTES]
