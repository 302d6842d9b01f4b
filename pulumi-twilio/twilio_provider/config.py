"""The provider's own inputs: what the program, the stack file and the environment say, and whether it can be."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from twilio_provider.values import UNKNOWN, Unknown, plain

NAMES = ("accountSid", "stackId", "region", "edge", "endpoint")
_ENVIRONMENT = {"region": "TWILIO_REGION", "edge": "TWILIO_EDGE", "endpoint": "TWILIO_ENDPOINT"}
_ENGINES_OWN = {"version", "pluginDownloadURL", "__internal"}


@dataclass(frozen=True)
class Settings:
    """Resolved settings of one provider instance; ``account_sid`` is the account that the stack belongs to."""

    account_sid: str | None = None
    stack_id: str | None = None
    region: str | None = None
    edge: str | None = None
    endpoint: str | None = None


def settings(given: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """Inputs first, then the environment. Unknown ones count as not given."""
    values = {name: _text(given.get(name)) for name in NAMES}
    for name, variable in _ENVIRONMENT.items():
        values[name] = values[name] or environment.get(variable) or None
    return Settings(
        account_sid=values["accountSid"],
        stack_id=values["stackId"],
        region=values["region"],
        edge=values["edge"],
        endpoint=values["endpoint"],
    )


def failures(given: Mapping[str, Any], before: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything wrong with the inputs, as (property, reason)."""
    found = [
        (name, f"is not a setting of the provider; there are: {', '.join(NAMES)}")
        for name in given
        if name not in NAMES and name not in _ENGINES_OWN
    ]
    account, previous = given.get("accountSid"), _text(before.get("accountSid"))
    if isinstance(account, str) and not re.fullmatch(r"AC[0-9a-fA-F]{32}", account):
        found.append(("accountSid", "must be an account SID (AC and 32 hexadecimal digits)"))
    elif isinstance(account, str) and previous and account != previous:
        found.append(("accountSid", f"this stack belongs to {previous}; another account needs another stack"))
    endpoint = _text(given.get("endpoint"))
    if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
        found.append(("endpoint", "must be an http or https address, such as http://127.0.0.1:8080"))
    return found


def _text(value: Any) -> str | None:
    value = plain(value)
    if isinstance(value, Unknown) or value is None or value is UNKNOWN:
        return None
    text = str(value)
    if text.startswith('"'):
        try:
            text = str(json.loads(text))
        except ValueError:
            return text
    return text or None
