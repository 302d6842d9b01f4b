"""Who we are to Twilio, read from the environment. The only place that reads these variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from twilio_api.errors import CredentialsMissing

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


def from_environment(environment: Mapping[str, str]) -> Credentials:
    """The credentials of the environment; an API key wins over an auth token. Raises CredentialsMissing."""
    account = environment.get("TWILIO_ACCOUNT_SID", "")
    key, secret = environment.get("TWILIO_API_KEY", ""), environment.get("TWILIO_API_SECRET", "")
    token = environment.get("TWILIO_AUTH_TOKEN", "")
    if not account and not key and not token:
        raise CredentialsMissing(f"There are no Twilio credentials in the environment. {_WAYS}")
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
