"""Serverless v1: services, environments, variables, functions, assets, versions, builds, deployments; and serving them.

`routes.py` and `upload.py` parse, `services.py`, `code.py`, `builds.py` and `deployments.py` hold the rules,
`views.py` the JSON; `serve.py` is the gateway of deployed domains before `twilio_emulator.runner`. Environments and
builds have no update, deployments neither update nor delete, as at Twilio. Source: https://www.twilio.com/docs/serverless/api.
"""

from twilio_emulator.core.routing import Product
from twilio_emulator.products.serverless.host import setup
from twilio_emulator.products.serverless.routes import ROUTES
from twilio_emulator.products.serverless.running import stop
from twilio_emulator.products.serverless.upload import UPLOAD_ROUTES

PRODUCTS = [
    Product("serverless", "serverless.twilio.com", ROUTES, setup=setup, stop=stop),
    Product("serverless-upload", "serverless-upload.twilio.com", UPLOAD_ROUTES),
]
