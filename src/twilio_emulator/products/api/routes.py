"""Routes of accounts and keys.

Sources: https://www.twilio.com/docs/iam/api/account and https://www.twilio.com/docs/iam/api-keys/key-resource-v1.
"""

from typing import Any

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.paging import page2010
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.api import state, views


def _fetch_account(world: World, call: Call) -> dict[str, Any]:
    return views.account(state.account(world, call.account_sid, call.vars["Sid"], call.path))


def _list_accounts(world: World, call: Call) -> dict[str, Any]:
    return page2010(
        call, [views.account(state.account(world, call.account_sid, call.account_sid, call.path))], "accounts"
    )


def _create_key(world: World, call: Call) -> dict[str, Any]:
    state.account(world, call.account_sid, call.vars["AccountSid"], call.path)
    return views.new_key(state.create_key(world, call.account_sid, call.form.get("FriendlyName") or ""))


def _list_keys(world: World, call: Call) -> dict[str, Any]:
    state.account(world, call.account_sid, call.vars["AccountSid"], call.path)
    return page2010(call, [views.key(key) for key in state.keys(world, call.account_sid)], "keys")


def _fetch_key(world: World, call: Call) -> dict[str, Any]:
    state.account(world, call.account_sid, call.vars["AccountSid"], call.path)
    return views.key(state.key(world, call.account_sid, call.vars["Sid"], call.path))


def _delete_key(world: World, call: Call) -> Reply:
    state.account(world, call.account_sid, call.vars["AccountSid"], call.path)
    state.delete_key(world, call.account_sid, call.vars["Sid"], call.path)
    return Reply(204)


_KEYS = "/2010-04-01/Accounts/{AccountSid}/Keys"
ROUTES = [
    Route("GET", "/2010-04-01/Accounts.json", "ListAccount", _list_accounts),
    Route("GET", "/2010-04-01/Accounts/{Sid}.json", "FetchAccount", _fetch_account),
    Route("POST", f"{_KEYS}.json", "CreateNewKey", _create_key, 201),
    Route("GET", f"{_KEYS}.json", "ListKey", _list_keys),
    Route("GET", f"{_KEYS}/{{Sid}}.json", "FetchKey", _fetch_key),
    Route("DELETE", f"{_KEYS}/{{Sid}}.json", "DeleteKey", _delete_key, 204),
]
