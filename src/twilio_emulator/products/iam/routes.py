"""The one route that Flex's token validator calls: JSON `{"token": "..."}`; 200 whether valid or not."""

from typing import Any

from twilio_emulator.core.call import Call
from twilio_emulator.core.errors import missing_parameter, not_found
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.iam import state


def _validate(world: World, call: Call) -> dict[str, Any]:
    if call.vars["AccountSid"] != call.account_sid:
        raise not_found(call.path)
    token = call.json.get("token") if isinstance(call.json, dict) else call.form.get("token")
    if not isinstance(token, str) or not token:
        raise missing_parameter("token")
    return state.validate(world, call.account_sid, token)


ROUTES = [Route("POST", "/v1/Accounts/{AccountSid}/Tokens/validate", "ValidateToken", _validate)]
