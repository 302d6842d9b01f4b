# ruff: noqa: N818 - exceptions are named for what happened

"""What can go wrong at the door.

::

    TwilioError
    ├── CredentialsMissing   nothing in the environment says who we are
    ├── Refused              Twilio answered, and said no
    ├── Unreachable          no answer; `sent` says whether the request may have happened
    └── Interrupted          the wait was cancelled or ran into its deadline

No message holds a credential.
"""

_DOCS = "https://www.twilio.com/docs/api/errors/{}"


class TwilioError(Exception):
    """The root. Its text is fit for a user."""


class CredentialsMissing(TwilioError):
    """No complete set of credentials was found; the text names the variables."""


class Refused(TwilioError):
    """Twilio's answer was an error: HTTP ``status``, Twilio's ``code``, its ``message`` and the ``link`` about it."""

    def __init__(self, status: int, code: int | None, message: str, link: str | None = None) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.link = link or (_DOCS.format(code) if code else None)
        said = f"{status}" + (f", code {code}" if code else "")
        super().__init__(f"{said}: {message}" + (f" ({self.link})" if self.link else ""))

    @property
    def absent(self) -> bool:
        """Whether the thing is not there."""
        return self.status == 404

    @property
    def uncertain(self) -> bool:
        """Whether the request may have been carried out nevertheless."""
        return self.status >= 500


class Unreachable(TwilioError):
    """There was no answer. ``sent`` is False where the connection was never made, so that nothing can have happened."""

    def __init__(self, host: str, reason: str, *, sent: bool) -> None:
        self.sent = sent
        super().__init__(f"{host} gave no answer: {reason}")


class Interrupted(TwilioError):
    """A wait ended early: cancelled by the user, or its time was up."""
