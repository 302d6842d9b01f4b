"""Flex tokens: opaque texts whose meaning the store keeps, by their hash.

What a validation answers was read from the npm package twilio-flex-token-validator 1.6.0 and from public recordings of
its answers.
"""

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.world import World

KIND = "iam.token"
_INVALID, _EXPIRED = (20101, "Invalid Access Token"), (20104, "Access Token expired or expiration date invalid")


def issue(
    world: World, account_sid: str, *, worker_sid: str | None, identity: str, roles: list[str], expires_in: float
) -> str:
    """A new token that is good for `expires_in` seconds of the emulator's clock."""
    token = "emulated." + secrets.token_urlsafe(48)
    doc = {
        "worker_sid": worker_sid,
        "identity": identity,
        "roles": roles,
        "expires": world.clock.timestamp() + expires_in,
    }
    world.store.put(KIND, _hash(token), doc, parent=account_sid, key=_hash(token))
    return token


def validate(world: World, account_sid: str, token: str) -> dict[str, Any]:
    """The answer of a validation: `valid`, `code`, `message`, and who it is where it is valid.

    Tokens of other accounts are invalid.
    """
    found = world.store.by_key(KIND, account_sid, _hash(token))
    if found is None:
        return _refused(*_INVALID)
    if found["expires"] <= world.clock.timestamp():
        return _refused(*_EXPIRED)
    return {
        "valid": True,
        "code": 0,
        "message": None,
        "expiration": iso(datetime.fromtimestamp(found["expires"], UTC)),
        "identity": found["identity"],
        "realm_user_id": found["identity"],
        "worker_sid": found["worker_sid"],
        "roles": found["roles"],
    }


def _refused(code: int, message: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("expiration", "identity", "realm_user_id", "worker_sid", "roles"))
    return {"valid": False, "code": code, "message": message, **nothing}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
