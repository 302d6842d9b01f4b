"""A stack file without its secrets: for whom must not have them, such as a fork's checks, and for rehearsals."""

from typing import Any

import yaml

PLACEHOLDER = "placeholder-of-a-secret"
# What ties a stack file to a passphrase or a key that nobody has here (Pulumi's stack settings file).
_OF_THE_SECRETS = ("encryptionsalt", "encryptedkey", "secretsprovider")
# Of the provider's settings only this one says what the environment is; the others say how to reach the account, which
# is another one here.
_KEPT_OF_THE_PROVIDER = "twilio:accountSid"


def without_secrets(text: str) -> str:
    """A stack file's text with a placeholder for each `secure:` value, and without its salt: it gets one of its own.

    Credentials and the address of Twilio are left out: the environment variables give them.
    """
    content = yaml.safe_load(text) or {}
    for key in _OF_THE_SECRETS:
        content.pop(key, None)
    for key in [key for key in content.get("config") or {} if key.startswith("twilio:")]:
        if key != _KEPT_OF_THE_PROVIDER:
            del content["config"][key]
    return yaml.safe_dump(_replaced(content), sort_keys=False)


def _replaced(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return PLACEHOLDER
        return {key: _replaced(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner) for inner in value]
    return value
