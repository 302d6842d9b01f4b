"""The official Twilio client, aimed at an emulator in two ways: by address, and unmodified through the HTTPS proxy."""

from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from twilio_emulator.testing import Emulator


class ByAddress(TwilioHttpClient):
    """Sends `https://<host>/<path>` to the emulator's `/<host>/<path>`."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """One request, its address changed."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, f"{self._url}/{parts.netloc}{parts.path}{query}", *args, **kwargs)


def client_by_address(emulator: Emulator, user: str | None = None, password: str | None = None) -> Client:
    """The official client with the account's credentials, or with others."""
    http = ByAddress(emulator.url)
    return Client(user or emulator.account_sid, password or emulator.auth_token, emulator.account_sid, http_client=http)
