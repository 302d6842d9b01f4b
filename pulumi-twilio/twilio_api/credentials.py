"""Who we are to Twilio: from the environment, a file, a command or the stack's config, read when they are needed.

All four hold the same names. Where several are given, the more particular wins: command, file, config, environment.
"""

import json
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from twilio_api.errors import CredentialsMissing

NAMES = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET")
COMMAND_SECONDS = 60
_WAYS = (
    "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET "
    "(https://console.twilio.com)."
)


@dataclass(frozen=True)
class Credentials:
    """An account, and the user name and password that requests carry. The password is in no repr."""

    account_sid: str
    username: str
    password: str = field(repr=False)

    @property
    def by_key(self) -> bool:
        """Whether an API key is used, which may be forbidden to read its own account."""
        return self.username.startswith("SK")

    @property
    def named(self) -> str:
        """How to speak of them without telling the secret."""
        return f"TWILIO_API_KEY {self.username}" if self.by_key else f"TWILIO_ACCOUNT_SID {self.account_sid}"


def from_environment(environment: Mapping[str, str], where: str = "in the environment") -> Credentials:
    """The credentials among these variables; an API key wins over an auth token. Raises CredentialsMissing.

    ``where`` says in the message what was looked through.
    """
    account = environment.get("TWILIO_ACCOUNT_SID", "")
    key, secret = environment.get("TWILIO_API_KEY", ""), environment.get("TWILIO_API_SECRET", "")
    token = environment.get("TWILIO_AUTH_TOKEN", "")
    if not account and not key and not token:
        raise CredentialsMissing(f"There are no Twilio credentials {where}. {_WAYS}")
    if not account:
        raise CredentialsMissing(f"TWILIO_ACCOUNT_SID is not set. {_WAYS}")
    if not (account.startswith("AC") and len(account) == 34):
        raise CredentialsMissing("TWILIO_ACCOUNT_SID is not an account SID (AC and 32 hexadecimal digits).")
    if key or secret:
        if not (key and secret):
            raise CredentialsMissing(f"TWILIO_API_KEY and TWILIO_API_SECRET belong together; one is missing. {_WAYS}")
        return Credentials(account, key, secret)
    if not token:
        raise CredentialsMissing(f"TWILIO_AUTH_TOKEN is not set. {_WAYS}")
    return Credentials(account, account, token)


def find(
    environment: Mapping[str, str],
    *,
    config: Mapping[str, str] | None = None,
    file: str | None = None,
    command: str | None = None,
    folder: Path | None = None,
    account_sid: str | None = None,
) -> Credentials:
    """The credentials of the most particular source that is given. Raises CredentialsMissing.

    ``config`` has the names of NAMES; ``file`` and the output of ``command`` hold lines NAME=value, or one JSON object.
    A relative ``file`` starts at ``folder``, where the command runs too. ``account_sid`` stands in where a source
    other than the environment names no account.
    """
    given: Mapping[str, str]
    if command:
        given, where = _parsed(_output(command, folder), f"the output of {_first(command)}"), "in the command's output"
    elif file:
        given, where = _parsed(_text((folder or Path.cwd()) / file), f"the file {file}"), f"in {file}"
    elif config:
        given, where = config, "in the stack's config"
    else:
        return from_environment(environment)
    if account_sid and not given.get("TWILIO_ACCOUNT_SID"):
        given = {**given, "TWILIO_ACCOUNT_SID": account_sid}
    return from_environment(given, where)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise CredentialsMissing(f"The credentials file {path} cannot be read: {reason}.") from None


def _output(command: str, folder: Path | None) -> str:
    """What it prints. What it says of its own failure may hold a secret, so that is not passed on."""
    try:
        ran = subprocess.run(
            shlex.split(command), cwd=folder, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS
        )
    except (OSError, ValueError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CredentialsMissing(f"The credentials command {_first(command)} cannot be run: {reason}.") from None
    except subprocess.TimeoutExpired:
        raise CredentialsMissing(
            f"The credentials command {_first(command)} took more than {COMMAND_SECONDS} s."
        ) from None
    if ran.returncode != 0:
        raise CredentialsMissing(
            f"The credentials command {_first(command)} ended with code {ran.returncode}. Run it by hand to see why."
        )
    return ran.stdout


def _first(command: str) -> str:
    return repr(command.split(maxsplit=1)[0] if command.split() else command)


def _parsed(text: str, what: str) -> dict[str, str]:
    """NAME=value lines, as a shell's exports or a .env file has them, or one JSON object."""
    read: Callable[[str], dict[str, str]] = _json if text.lstrip().startswith("{") else _lines
    try:
        return {name: value for name, value in read(text).items() if name in NAMES}
    except ValueError:
        raise CredentialsMissing(
            f"{what[0].upper()}{what[1:]} cannot be understood: lines NAME=value or one JSON object, with the names "
            + ", ".join(NAMES)
            + "."
        ) from None


def _json(text: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in json.loads(text).items()}


def _lines(text: str) -> dict[str, str]:
    made = {}
    for line in text.splitlines():
        entry = line.strip().removeprefix("export ").strip()
        if entry and not entry.startswith("#"):
            name, equals, value = entry.partition("=")
            if not equals:
                raise ValueError
            made[name.strip()] = value.strip().strip("\"'")
    return made
