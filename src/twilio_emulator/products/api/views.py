"""JSON of accounts and keys."""

from typing import Any

_SUBRESOURCES = (
    "available_phone_numbers",
    "calls",
    "conferences",
    "incoming_phone_numbers",
    "notifications",
    "outgoing_caller_ids",
    "recordings",
    "transcriptions",
    "addresses",
    "signing_keys",
    "connect_apps",
    "sip",
    "authorized_connect_apps",
    "usage",
    "keys",
    "applications",
    "short_codes",
    "queues",
    "messages",
    "balance",
)


def account(doc: dict[str, Any]) -> dict[str, Any]:
    """An account; its auth token is shown to its own credentials, as at Twilio."""
    base = f"/2010-04-01/Accounts/{doc['sid']}"
    return {
        "sid": doc["sid"],
        "friendly_name": doc["friendly_name"],
        "auth_token": doc["auth_token"],
        "status": "active",
        "type": "Full",
        "owner_account_sid": doc["sid"],
        "date_created": doc["date_created"],
        "date_updated": doc["date_updated"],
        "uri": f"{base}.json",
        "subresource_uris": {name: f"{base}/{_camel(name)}.json" for name in _SUBRESOURCES},
    }


def key(doc: dict[str, Any]) -> dict[str, Any]:
    """A key without its secret."""
    return {name: doc[name] for name in ("sid", "friendly_name", "date_created", "date_updated")}


def new_key(doc: dict[str, Any]) -> dict[str, Any]:
    """A key as its creation answers, with the secret."""
    return {**key(doc), "secret": doc["secret"]}


def _camel(name: str) -> str:
    return {"sip": "SIP", "short_codes": "SMS/ShortCodes"}.get(
        name, "".join(part.capitalize() for part in name.split("_"))
    )
