"""The provider's own inputs: what the program, the stack file and the environment say, and whether it can be."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from twilio_provider.values import UNKNOWN, Unknown, plain

NAMES = ("accountSid", "stackId", "region", "edge", "endpoint", "credentialsFile", "credentialsCommand")
# Secrets of the stack's config: read at each run, never an input, so that no state holds them and none makes a diff.
SECRETS = {"authToken": "TWILIO_AUTH_TOKEN", "apiKey": "TWILIO_API_KEY", "apiSecret": "TWILIO_API_SECRET"}
_ENVIRONMENT = {
    "region": "TWILIO_REGION",
    "edge": "TWILIO_EDGE",
    "endpoint": "TWILIO_ENDPOINT",
    "credentialsFile": "TWILIO_CREDENTIALS_FILE",
    "credentialsCommand": "TWILIO_CREDENTIALS_COMMAND",
}
HOME_REGION = "us1"  # where Twilio keeps what no region is said of: https://www.twilio.com/docs/global-infrastructure
_ENGINES_OWN = {"version", "pluginDownloadURL", "__internal"}
_FORMS = {
    "region": (r"[a-z]{2}\d", "must be a region such as us1, ie1 or au1"),
    "edge": (r"[a-z][a-z-]*", "must be an edge location such as ashburn or dublin"),
    "accountSid": (r"AC[0-9a-fA-F]{32}", "must be an account SID (AC and 32 hexadecimal digits)"),
}


@dataclass(frozen=True)
class Settings:
    """Resolved settings of one provider instance; ``account_sid`` is the account that the stack belongs to."""

    account_sid: str | None = None
    stack_id: str | None = None
    region: str | None = None
    edge: str | None = None
    endpoint: str | None = None
    credentials_file: str | None = None
    credentials_command: str | None = None


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
        credentials_file=values["credentialsFile"],
        credentials_command=values["credentialsCommand"],
    )


def config_secrets(given: Mapping[str, Any]) -> dict[str, str]:
    """The secrets among config values, under the names of their environment variables."""
    found = {variable: _text(given.get(name)) for name, variable in SECRETS.items()}
    return {variable: value for variable, value in found.items() if value}


def engines_config(environment: Mapping[str, str]) -> dict[str, str]:
    """The secrets of today's stack config: the engine gives a plugin its namespace's config when it starts it."""
    try:
        given = json.loads(environment.get("PULUMI_CONFIG") or "{}")
    except ValueError:
        return {}
    return config_secrets(given) if isinstance(given, dict) else {}


def failures(
    given: Mapping[str, Any], before: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Everything wrong with the inputs, as (property, reason). ``environment`` is this process's unless given."""
    known = (*NAMES, *SECRETS)
    found = [
        (name, f"is not a setting of the provider; there are: {', '.join(known)}")
        for name in given
        if name not in known and name not in _ENGINES_OWN
    ]
    for name, (form, said) in _FORMS.items():
        value = _text(given.get(name))
        if value is not None and not re.fullmatch(form, value):
            found.append((name, said))
    account, previous = _text(given.get("accountSid")), _text(before.get("accountSid"))
    if account and previous and account != previous and not any(name == "accountSid" for name, _ in found):
        found.append(("accountSid", f"this stack belongs to {previous}; another account needs another stack"))
    if before and not any(name == "region" for name, _ in found):
        found.extend(_moved(given, before, os.environ if environment is None else environment))
    endpoint = _text(given.get("endpoint"))
    if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
        found.append(("endpoint", "must be an http or https address, such as http://127.0.0.1:8080"))
    return found


def _moved(
    given: Mapping[str, Any], before: Mapping[str, Any], environment: Mapping[str, str]
) -> list[tuple[str, str]]:
    """A region has its own data: in another one a refresh would find nothing, and forget all that is there."""
    if isinstance(plain(given.get("region")), Unknown):
        return []
    default = environment.get(_ENVIRONMENT["region"]) or HOME_REGION
    region, previous = (_text(values.get("region")) or default for values in (given, before))
    if region == previous:
        return []
    said = f"this stack's resources are in {previous}, and in {region} none of them would be found: {region} needs "
    return [("region", said + f"another stack; set twilio:region to {previous} to go on with this one")]


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
