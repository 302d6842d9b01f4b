# ruff: noqa: PLC0415 - the SDK and requests are imported by the first request, not by the provider's start

"""The door: one object per account in use, built on the SDK's client, made of nothing until the first request."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twilio_api.credentials import Credentials
from twilio_api.errors import Refused
from twilio_api.upload import Upload

if TYPE_CHECKING:
    from twilio.base.client_base import ClientBase
    from twilio.http.response import Response

    from twilio_api.transport import Transport

PAGED_BY_TOKEN = (
    "conversations.twilio.com/v2/",
    "insights.twilio.com/v3/",
    "intelligence.twilio.com/v3/",
    "knowledge.twilio.com/v2/",
    "memory.twilio.com/v1/",
    "voice.twilio.com/v3/",
    "webhooks.twilio.com/v1/",
)
__all__ = ["Answer", "Door", "Listed", "Upload"]


@dataclass(frozen=True)
class Answer:
    """Twilio's answer: HTTP status, its JSON (empty for none), and its clock."""

    status: int
    json: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Listed:
    """The items of a collection as Twilio lists them; not ``complete`` where there are more than were asked for."""

    items: list[dict[str, Any]]
    complete: bool


class Door:
    """Requests of one account. ``cancelled`` ends every wait; a request in flight is finished all the same."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        region: str | None = None,
        edge: str | None = None,
        endpoint: str | None = None,
        cancelled: threading.Event | None = None,
    ) -> None:
        self.credentials = credentials
        self._region = region
        self._edge = edge
        self._endpoint = endpoint
        self._cancelled = cancelled or threading.Event()
        self._lock = threading.Lock()
        self._ahead = timedelta(0)
        self._made: tuple[ClientBase, Transport] | None = None

    def request(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, object] | None = None,
        json: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        upload: Mapping[str, Upload] | None = None,
        repeatable: bool = False,
    ) -> Answer:
        """Send one request to ``https://<host>/<path>``. What may be said twice is ``repeatable``. A body is one of
        ``form`` (with an ``upload``: multipart) and ``json``.

        Raises Refused for an error that Twilio answers, Unreachable or Interrupted.
        """
        client, transport = self._open()
        data: dict[str, object] = {**(form or {}), **(json or {}), **(upload or {})}
        headers = {} if json is None else {"Content-Type": "application/json"}
        asked = dict(query) if query else None
        with _repeatable(transport, repeatable):
            response = client.request(method, url, params=asked, data=data or None, headers=headers)
        answer = _answer(response)
        self._ahead = answer.at - datetime.now(UTC)
        return answer

    def list(self, url: str, *, pages: int, size: int = 1000) -> Listed:
        """The items of a collection, ``size`` a page, at most ``pages`` pages. Newer products page by tokens."""
        items: list[dict[str, Any]] = []
        address: str | None = url
        by_token = any(part in url for part in PAGED_BY_TOKEN)
        asked: dict[str, object] | None = {"pageSize" if by_token else "PageSize": size}
        for _ in range(pages):
            if address is None:
                break
            answer = self.request("GET", address, query=asked).json
            meta = answer.get("meta") or {}
            key = meta.get("key") or next((name for name, held in answer.items() if isinstance(held, list)), "")
            items += answer.get(key, [])
            following, token = meta.get("next_page_url") or answer.get("next_page_uri"), meta.get("nextToken")
            if token:
                asked = {"pageSize": size, "pageToken": token}
            else:
                address, asked = (_same_host(url, following) if following else None), None
        return Listed(items, complete=address is None)

    def pause(self, seconds: float, deadline: float | None = None) -> None:
        """Wait between polls. Raises Interrupted when cancelled or past ``deadline`` (``time.monotonic``)."""
        self._open()[1].pause(seconds, deadline)

    def now(self) -> datetime:
        """Twilio's clock, as far as the last answer and our own count of time since then tell it."""
        return datetime.now(UTC) + self._ahead

    @staticmethod
    def deadline(seconds: float) -> float:
        """The moment that many seconds from now."""
        return time.monotonic() + seconds

    def _open(self) -> "tuple[ClientBase, Transport]":
        with self._lock:
            if self._made is None:
                from twilio.base.client_base import ClientBase

                from twilio_api.transport import Transport

                transport = Transport(self._endpoint, self._cancelled)
                client = ClientBase(
                    self.credentials.username,
                    self.credentials.password,
                    self.credentials.account_sid,
                    region=self._region,
                    edge=self._edge,
                    http_client=transport,
                    environment={"": ""},  # nothing is read behind our back; an empty mapping would mean os.environ
                    user_agent_extensions=["pulumi-twilio"],
                )
                self._made = (client, transport)
            return self._made


@contextmanager
def _repeatable(transport: "Transport", repeatable: bool) -> Iterator[None]:
    transport.attempts.repeatable = repeatable
    try:
        yield
    finally:
        transport.attempts.repeatable = False


def _same_host(url: str, following: str) -> str:
    host = urlsplit(url).netloc
    parts = urlsplit(following)
    return f"https://{host}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _answer(response: "Response") -> Answer:
    try:
        body = json.loads(response.text) if response.text else {}
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {"value": body}
    if response.status_code >= 400:
        code = body.get("code")
        message = body.get("message") or body.get("detail") or "no explanation"
        raise Refused(
            response.status_code, code if isinstance(code, int) else None, str(message), body.get("more_info")
        )
    return Answer(response.status_code, body, _clock(response))


def _clock(response: "Response") -> datetime:
    try:
        return parsedate_to_datetime((response.headers or {})["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        return datetime.now(UTC)
