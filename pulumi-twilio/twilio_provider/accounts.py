"""Whose account an input or an id names: with a stack's credentials nothing is made, read or deleted in another."""

from collections.abc import Mapping
from typing import Any

from twilio_provider.catalogue.model import ACCOUNT, ResourceType

# Their `accountSid` is the subaccount that a credential is for: https://www.twilio.com/docs/iam/credentials/api
FOR_SUBACCOUNTS = frozenset({"twilio:accounts:AwsCredential", "twilio:accounts:PublicKeyCredential"})


def wrong_account(resource: ResourceType, values: Mapping[str, Any], account: str | None) -> str | None:
    """Why the account among these inputs, or parts of an id, cannot be; None where it can, or where none is said."""
    given = values.get(ACCOUNT)
    if not account or not isinstance(given, str) or given == account or resource.token in FOR_SUBACCOUNTS:
        return None
    return f"must be {account}, the stack's account (twilio:accountSid), not {given}"
