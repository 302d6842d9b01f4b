"""Accounts and their API keys: who may call.

Source: https://www.twilio.com/docs/usage/requests-to-twilio#credentials.
"""

import base64
import binascii
import secrets
from typing import Any

from twilio_emulator.core.clock import Clock
from twilio_emulator.core.dates import rfc2822
from twilio_emulator.core.sids import Sids
from twilio_emulator.core.store import Store

KIND, KEY_KIND = "emulator.account", "api.key"


def ensure_account(
    store: Store, clock: Clock, sid: str, auth_token: str | None = None, *, name: str = "Emulated account"
) -> dict[str, Any]:
    """The account with that SID: made where it is missing, its auth token changed where another is given."""
    account = store.get(KIND, sid)
    now = rfc2822(clock.now())
    if account is None:
        account = {
            "sid": sid,
            "auth_token": auth_token or secrets.token_hex(16),
            "friendly_name": name,
            "date_created": now,
            "date_updated": now,
        }
        store.put(KIND, sid, account)
    elif auth_token and account["auth_token"] != auth_token:
        account |= {"auth_token": auth_token, "date_updated": now}
        store.update(KIND, sid, account)
    return account


def create_key(store: Store, clock: Clock, sids: Sids, account_sid: str, name: str = "") -> dict[str, Any]:
    """A new API key; its secret is shown this once."""
    now = rfc2822(clock.now())
    key = {
        "sid": sids.new("SK"),
        "account_sid": account_sid,
        "friendly_name": name,
        "secret": secrets.token_urlsafe(24),
    }
    key |= {"date_created": now, "date_updated": now}
    store.put(KEY_KIND, key["sid"], key, parent=account_sid)
    return key


def account_of(store: Store, authorization: str | None) -> str | None:
    """The SID of the account whose auth token or API key a Basic header holds; None where the credentials are wrong or
    missing.
    """
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if user.startswith("SK"):
        key = store.get(KEY_KIND, user)
        return (
            str(key["account_sid"])
            if key and secrets.compare_digest(key["secret"].encode(), password.encode())
            else None
        )
    account = store.get(KIND, user)
    return user if account and secrets.compare_digest(account["auth_token"].encode(), password.encode()) else None
