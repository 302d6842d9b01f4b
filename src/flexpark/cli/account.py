"""The account of a stack, asked directly: with whose credentials, and what Twilio's refusals mean here.

Credentials and places come from where the provider takes them (infra.provider, twilio_provider.session,
twilio_provider.config), the stack's file before the environment variables: what a stack is brought up with is what
every command takes.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from twilio_api.credentials import Credentials, find
from twilio_api.door import Door
from twilio_api.errors import CredentialsMissing, Refused, TwilioError

from flexpark.cli.root import ROOT
from flexpark.environment.load import stack_file
from flexpark.environment.model import Environment
from flexpark.errors import AuthenticationError, ConfigurationError, FlexparkError, ResourceError, StackNotFound

FOLDER = ROOT / "infra"  # where the engine starts the provider, so where a relative file lies and a command runs
# What a stack's config may keep of the credentials, encrypted or not, and the variables of the same meaning.
IN_CONFIG = {
    "twilio:authToken": "TWILIO_AUTH_TOKEN",
    "twilio:apiKey": "TWILIO_API_KEY",
    "twilio:apiSecret": "TWILIO_API_SECRET",
}
_FORMS = {
    "TWILIO_REGION": (re.compile(r"[a-z]{2}\d"), "a region such as us1, ie1 or au1"),
    "TWILIO_EDGE": (re.compile(r"[a-z][a-z-]*"), "an edge location such as ashburn or dublin"),
}
_FORBIDDEN = frozenset({401, 403})


def open_door(
    environment: Environment, environ: Mapping[str, str] | None = None, *, config_file: Path | None = None
) -> Door:
    """The door to a stack's account; nothing is asked yet.

    Raises AuthenticationError for credentials that are missing, or another account's, and ConfigurationError for a
    region, an edge or an endpoint that cannot be.
    """
    environ = os.environ if environ is None else environ
    _refuse_places(environment, environ)
    credentials = credentials_of(environment, environ, config_file=config_file)
    region = environment.region or environ.get("TWILIO_REGION") or None
    edge = environment.edge or environ.get("TWILIO_EDGE") or None
    return Door(credentials, region=region, edge=edge, endpoint=endpoint_of(environment, environ))


def endpoint_of(environment: Environment, environ: Mapping[str, str]) -> str | None:
    """The emulator that stands for Twilio, if one does."""
    return environment.endpoint or environ.get("TWILIO_ENDPOINT") or None


def credentials_of(
    environment: Environment, environ: Mapping[str, str], *, config_file: Path | None = None
) -> Credentials:
    """Those of the most particular source that is given: a command, a file, the stack's config, the environment.

    Command and file are those that the stack's file names, or else an environment variable. `config_file` is the
    stack's file where it is not the one in `environments/`. Raises AuthenticationError, and what the engine says where
    it cannot decrypt a config.
    """
    command = environment.credentials_command or environ.get("TWILIO_CREDENTIALS_COMMAND")
    file = environment.credentials_file or environ.get("TWILIO_CREDENTIALS_FILE")
    config = {} if command or file else _of_config(environment.stack_name, environ, config_file)
    try:
        found = find(
            environ,
            config=config,
            file=file,
            command=command,
            folder=FOLDER,
            account_sid=environment.account_sid,
        )
    except CredentialsMissing as error:
        raise AuthenticationError(f"{environment.stack_name}: {error}") from error
    if found.account_sid != environment.account_sid:
        raise AuthenticationError(
            f"{environment.stack_name}: the stack belongs to account {environment.account_sid}, "
            f"and the credentials to {found.account_sid}",
            remedy="set those of the stack's account",
        )
    return found


def signing_token(
    environment: Environment, environ: Mapping[str, str], *, config_file: Path | None = None
) -> str | None:
    """The auth token that signs for a stack; None where there is an API key alone. Raises what `credentials_of` does.

    A token without an account is enough here: who checks the signature knows the account.
    """
    account = environ.get("TWILIO_ACCOUNT_SID") or environment.account_sid
    found = credentials_of(environment, {**environ, "TWILIO_ACCOUNT_SID": account}, config_file=config_file)
    return auth_token(found, environ)


def auth_token(credentials: Credentials, environ: Mapping[str, str]) -> str | None:
    """Theirs. An API key cannot sign: beside one, `TWILIO_AUTH_TOKEN` does, unless it is another account's."""
    if not credentials.by_key:
        return credentials.password
    theirs = environ.get("TWILIO_ACCOUNT_SID", "") in {"", credentials.account_sid}
    return (environ.get("TWILIO_AUTH_TOKEN") or None) if theirs else None


def as_ours(doing: str, error: TwilioError) -> FlexparkError:
    """What the door raised, as an error of ours: `doing` names the stack and what was being done."""
    if isinstance(error, Refused):
        kind = AuthenticationError if error.status in _FORBIDDEN else ResourceError
        return kind(f"{doing}: Twilio refused", detail=f"Twilio said {error}")
    if isinstance(error, CredentialsMissing):
        return AuthenticationError(f"{doing}: {error}")
    return FlexparkError(f"{doing}: no answer from Twilio", detail=str(error))


@contextmanager
def asking(doing: str) -> Iterator[None]:
    """Within it, what the door raises is told as an error of ours."""
    try:
        yield
    except TwilioError as error:
        raise as_ours(doing, error) from error


def _of_config(stack: str, environ: Mapping[str, str], path: Path | None) -> dict[str, str]:
    """The credentials in the stack's config, by variable. Only an encrypted one needs the engine, which decrypts it."""
    try:
        path = path or stack_file(ROOT, stack)
    except StackNotFound:
        return {}
    config: Mapping[str, object] = (yaml.safe_load(path.read_text("utf-8")) or {}).get("config") or {}
    given = {key: config[key] for key in IN_CONFIG if key in config}
    if any(not isinstance(value, str) for value in given.values()):
        from flexpark.cli.automation import open_runner  # noqa: PLC0415 - it imports the engine's API

        runner = open_runner(stack, environ=environ)
        shown = json.loads(runner.pulumi("config", "--show-secrets", "--json", "--config-file", str(path.resolve())))
        given = {key: shown[key].get("value") for key in given if key in shown}
    return {IN_CONFIG[key]: str(value) for key, value in given.items() if value}


def _refuse_places(environment: Environment, environ: Mapping[str, str]) -> None:
    """Refuse what would be an address that does not answer. Raises ConfigurationError with all that is wrong.

    Only variables can be: the stack's file has been checked, and what stands in it counts instead.
    """
    in_file = {"TWILIO_REGION": environment.region, "TWILIO_EDGE": environment.edge}
    given = {name: environ.get(name) or "" for name, value in in_file.items() if not value}
    wrong = [
        f"{name} is {value!r}, which is not {_FORMS[name][1]}"
        for name, value in given.items()
        if value and not _FORMS[name][0].fullmatch(value)
    ]
    endpoint = endpoint_of(environment, environ)
    if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
        wrong.append(f"TWILIO_ENDPOINT is {endpoint!r}, which is not an address such as http://127.0.0.1:8080")
    if wrong:
        raise ConfigurationError(f"{environment.stack_name}: " + "\n".join(wrong))
