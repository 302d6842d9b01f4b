"""Calls of protected Functions, signed as Twilio signs its webhooks.

A protected Function answers only who knows the account's auth token (https://www.twilio.com/docs/usage/security#validating-requests);
an API key cannot sign.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from twilio.request_validator import RequestValidator


@dataclass(frozen=True)
class FunctionAnswer:
    """An HTTP status, and the JSON object that came with it (`{}` where the body is none)."""

    status: int
    body: Mapping[str, Any]


def call_function(
    url: str, form: Mapping[str, str], *, auth_token: str, endpoint: str | None = None, timeout: float = 15
) -> FunctionAnswer:
    """POST a form to a protected Function and answer what it says.

    `url` is the Function's own address; `endpoint`, where given, is an emulator's (`http://127.0.0.1:PORT`). `timeout`
    is in seconds: Twilio ends a Function after 10. Raises `requests.RequestException` when there is no answer.
    """
    signature = RequestValidator(auth_token).compute_signature(url, dict(form))
    address = url if endpoint is None else f"{endpoint.rstrip('/')}/{url.partition('//')[2]}"
    with requests.Session() as session:
        session.trust_env = endpoint is None
        answer = session.post(address, data=dict(form), headers={"X-Twilio-Signature": signature}, timeout=timeout)
    try:
        body = answer.json()
    except ValueError:
        body = {}
    return FunctionAnswer(answer.status_code, body if isinstance(body, dict) else {})
