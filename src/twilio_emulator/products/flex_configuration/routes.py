"""GET and POST of the configuration; POST takes JSON and must name the account."""

from typing import Any

from twilio_emulator.core.call import Call
from twilio_emulator.core.errors import ApiError, missing_parameter
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.flex_configuration import state

_PATH = "/v1/Configuration"


def _view(call: Call, doc: dict[str, Any]) -> dict[str, Any]:
    return {**doc, "url": f"{call.url_base}{_PATH}"}


def _fetch(world: World, call: Call) -> dict[str, Any]:
    return _view(call, state.fetch(world, call.account_sid))


def _update(world: World, call: Call) -> dict[str, Any]:
    if not isinstance(call.json, dict):
        raise ApiError(400, 20001, "A JSON object is expected")
    if "account_sid" not in call.json:
        raise missing_parameter("account_sid")
    if call.json["account_sid"] != call.account_sid:
        raise ApiError(403, 20403, "The configuration of another account cannot be changed")
    return _view(call, state.update(world, call.account_sid, call.json))


ROUTES = [Route("GET", _PATH, "FetchConfiguration", _fetch), Route("POST", _PATH, "UpdateConfiguration", _update)]
