"""The account of a stack, asked directly: who may, and what Twilio's refusals mean here."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from twilio_api.credentials import from_environment
from twilio_api.door import Door
from twilio_api.errors import CredentialsMissing, Refused, TwilioError

from flexpark.environment.model import Environment
from flexpark.errors import AuthenticationError, FlexparkError, ResourceError

_FORBIDDEN = frozenset({401, 403})


def open_door(environment: Environment, environ: Mapping[str, str] | None = None) -> Door:
    """The door to a stack's account; nothing is asked yet.

    Raises AuthenticationError for credentials that are missing, or another account's.
    """
    environ = os.environ if environ is None else environ
    try:
        credentials = from_environment(environ)
    except CredentialsMissing as error:
        raise AuthenticationError(f"{environment.stack_name}: {error}") from error
    if credentials.account_sid != environment.account_sid:
        raise AuthenticationError(
            f"{environment.stack_name}: the stack belongs to account {environment.account_sid}, "
            f"and the credentials to {credentials.account_sid}",
            remedy="set those of the stack's account",
        )
    region, edge, endpoint = (environ.get(f"TWILIO_{name}") or None for name in ("REGION", "EDGE", "ENDPOINT"))
    return Door(credentials, region=region, edge=edge, endpoint=endpoint)


@contextmanager
def asking(doing: str) -> Iterator[None]:
    """Within it, what the door raises is told as an error of ours: `doing` names the stack and what was being done."""
    try:
        yield
    except Refused as error:
        kind = AuthenticationError if error.status in _FORBIDDEN else ResourceError
        raise kind(f"{doing}: Twilio refused", detail=f"Twilio said {error}") from error
    except TwilioError as error:
        raise FlexparkError(f"{doing}: no answer from Twilio", detail=str(error)) from error
