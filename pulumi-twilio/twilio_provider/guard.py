# ruff: noqa: N818 - exceptions are named for what happened

"""The account guard: do the credentials work, are they the stack's account's, and may they be used? Before any write.

An account's own credentials read it: one request. A Standard API key may not
(https://www.twilio.com/docs/iam/api-keys), and the account SID beside it is only what the user says, so a key is tried
on what shows whose it is: the workspaces, else the Conversations configuration, which every account has
(https://www.twilio.com/docs/conversations/api/configuration-resource); where it may read neither, on a list at the
account's own address, which a key of another account may not read, unless that is the account above it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from twilio_api.door import Door
from twilio_api.errors import Interrupted, Refused, TwilioError, Unreachable

_WORKSPACES = "https://taskrouter.twilio.com/v1/Workspaces"
_CONFIGURATION = "https://conversations.twilio.com/v1/Configuration"
_ACCOUNT = "https://api.twilio.com/2010-04-01/Accounts/{}.json"
_LIST_OF_ACCOUNT = "https://api.twilio.com/2010-04-01/Accounts/{}/Queues.json"
_NOT_FOR_IT = frozenset({403, 501})  # a restricted key, or an imitation that does not have it


class AccountMismatch(TwilioError):
    """The credentials are those of another account than the stack's."""

    def __init__(self, expected: str, actual: str, made: str = "") -> None:
        told = (
            f"the stack belongs to account {expected} (twilio:accountSid), the credentials to {actual}. "
            "Give the credentials of the stack's account"
        )
        if made:
            told += f". {made} is in {actual} now: look at it there, and delete it if this was to make it"
        super().__init__(told)


def guard(door: Door) -> None:
    """Raises Refused, AccountMismatch, or TwilioError for an account that is not active."""
    account = door.credentials.account_sid
    try:
        if door.credentials.by_key:
            _try_key(door, account)
            return
        shown = door.request("GET", _ACCOUNT.format(account)).json
    except Refused as refusal:
        if refusal.status in {401, 403, 404}:
            raise Refused(
                refusal.status,
                refusal.code,
                f"Twilio does not accept the credentials of {door.credentials.named} for account {account}",
                refusal.link,
            ) from None
        raise
    status = shown.get("status", "active")
    if status != "active":
        raise TwilioError(f"the account {account} is {status}")
    belongs(account, {"account_sid": shown.get("sid")})


def _try_key(door: Door, account: str) -> None:
    for shown in _what_shows_its_account(door):
        if shown.get("account_sid"):
            belongs(account, shown)
            return
    try:
        door.request("GET", _LIST_OF_ACCOUNT.format(account), query={"PageSize": 1})
    except Refused as refusal:
        if refusal.status not in _NOT_FOR_IT:  # each answer is looked at besides
            raise


def _what_shows_its_account(door: Door) -> Iterator[Mapping[str, Any]]:
    for url, query in ((_WORKSPACES, {"PageSize": 1}), (_CONFIGURATION, None)):
        try:
            shown = door.request("GET", url, query=query).json
        except Refused as refusal:
            if refusal.status not in {*_NOT_FOR_IT, 404}:
                raise
        except Unreachable:
            if url == _WORKSPACES:  # not every region has every product
                raise
        else:
            yield from shown.get("workspaces", [shown])


def belongs(account: str | None, body: Mapping[str, Any], *, made: bool = False) -> None:
    """Raises AccountMismatch for an answer that shows another account; ``made``: it is that of a write."""
    seen = body.get("account_sid") or body.get("accountId")  # newer products call it so
    if account and seen and seen != account:
        what = str(body.get("sid") or body.get("id") or "what was written") if made else ""
        raise AccountMismatch(account, str(seen), what)


def is_final(error: TwilioError) -> bool:
    """Whether trying the same credentials once more must end in the same way."""
    if isinstance(error, Refused):
        return error.status in {401, 403, 404}
    return not isinstance(error, Unreachable | Interrupted)
