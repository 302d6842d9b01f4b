"""The emulator in the place of the recording stand-in: what a project of these tests needs of Twilio."""

from types import TracebackType
from typing import Any

import httpx

from tests.unit.provider.fake_twilio import Request
from twilio_emulator.testing import Emulator


class Emulated:
    """Context manager; the same few names as the stand-in's."""

    def __init__(self) -> None:
        self.emulator = Emulator()
        self.url = self.emulator.url
        self.account = self.emulator.account_sid
        self.token = self.emulator.auth_token

    def __enter__(self) -> "Emulated":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.emulator.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What a user would export."""
        return {"TWILIO_ACCOUNT_SID": self.account, "TWILIO_AUTH_TOKEN": self.token, "TWILIO_ENDPOINT": self.url}

    @property
    def requests(self) -> list[Request]:
        """Every request so far."""
        log = self.emulator.control("GET", "/requests", {"source": "api"})["requests"]
        return [Request(r["method"], r["host"], r["path"], {}, {}, "") for r in log]

    def delete(self, path: str) -> None:
        """As somebody else would, behind the stack's back; ``path`` is host and path."""
        answer = httpx.delete(f"{self.url}/{path}", auth=(self.account, self.token), trust_env=False)
        answer.raise_for_status()

    def switch(self, **switches: Any) -> None:
        """The emulator's switches."""
        self.emulator.control("POST", "/switches", switches)
