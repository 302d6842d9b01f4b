"""The single HTTP client that the SDK is given: endpoint override, repeats, time-outs, a budget, uploads.

It logs nothing, so that no header or field can leak; cancelling ends waits at once and abandons no request in flight.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.http import HttpClient
from twilio.http.response import Response

from twilio_api.deadline import remaining
from twilio_api.errors import Interrupted, Unreachable
from twilio_api.retry import Outcome, wait_before_repeat
from twilio_api.upload import Upload

BUDGET = 16  # requests at the same time, of all doors of the process
HOSTS = 32  # that connections are kept to: Twilio has one for each product
TIMEOUT = (10.0, 60.0)
_TIME_IS_UP = "the time given for this operation is up"
_LOOK_SECONDS = 0.05
_budget = threading.BoundedSemaphore(BUDGET)


@dataclass
class Attempts(threading.local):
    """What the calling thread has asked for: whether its next request says the same when said twice."""

    repeatable: bool = False


class Transport(HttpClient):  # type: ignore[misc]  # the SDK has no types
    """One per door. Safe to use from many threads."""

    def __init__(self, endpoint: str | None, cancelled: threading.Event) -> None:
        self.is_async = False
        self.attempts = Attempts()
        self._endpoint = endpoint.rstrip("/") if endpoint else None
        self._cancelled = cancelled
        self._session = requests.Session()
        if self._endpoint:
            self._session.trust_env = False  # an emulator on loopback is never reached through a proxy
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=HOSTS, pool_maxsize=BUDGET))

    def request(  # noqa: PLR0917 - the SDK's signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """The SDK's seam. Returns the last answer, whatever its status; raises Unreachable or Interrupted."""
        method = method.upper()
        repeatable = method in {"GET", "DELETE"} or self.attempts.repeatable
        host = urlsplit(uri).netloc
        arguments = _arguments(params, data, headers)
        ended = Counter[bool]()  # attempts that were limited, and the others
        waited = 0.0
        while True:
            answer: requests.Response | None = None
            trouble: requests.RequestException | None = None
            try:
                with self._turn():
                    answer = self._session.request(
                        method,
                        self._address(uri),
                        auth=auth,
                        timeout=_patience(timeout),
                        allow_redirects=allow_redirects,
                        **arguments,
                    )
            except requests.RequestException as error:
                trouble = error
            outcome = (
                Outcome(answer.status_code, answer.headers.get("Retry-After"))
                if answer is not None
                else Outcome(None, sent=not _never_sent(trouble))
            )
            if answer is not None and answer.status_code < 400:
                return Response(answer.status_code, answer.text, answer.headers)
            ended[outcome.limited] += 1
            wait = wait_before_repeat(outcome, repeatable=repeatable, attempt=ended[outcome.limited], waited=waited)
            if wait is None:
                if answer is not None:
                    return Response(answer.status_code, answer.text, answer.headers)
                raise Unreachable(self._shown(host), _reason(trouble), sent=outcome.sent) from None
            waited += wait if outcome.limited else 0.0
            self.pause(wait)

    def pause(self, seconds: float, deadline: float | None = None) -> None:
        """Wait, unless cancelled or past a deadline: this one (of ``time.monotonic``) or the operation's.

        Raises Interrupted.
        """
        left = remaining()
        if (deadline is not None and time.monotonic() + seconds > deadline) or (left is not None and seconds > left):
            raise Interrupted(_TIME_IS_UP)
        if self._cancelled.wait(seconds):
            raise Interrupted("cancelled")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One of the process's requests. Waiting for it ends as any wait does; nothing was sent then. Interrupted."""
        while not _budget.acquire(timeout=_LOOK_SECONDS):
            self.pause(0)
            _patience(None)
        try:
            yield
        finally:
            _budget.release()

    def _address(self, uri: str) -> str:
        if not self._endpoint:
            return uri
        parts = urlsplit(uri)
        return f"{self._endpoint}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def _shown(self, host: str) -> str:
        return f"{self._endpoint} (for {host})" if self._endpoint else host


def _patience(answer_within: float | None) -> tuple[float, float]:
    """Seconds to connect and to wait for the answer, neither beyond the operation's own. Raises Interrupted."""
    left = remaining()
    if left == 0:
        raise Interrupted(_TIME_IS_UP)
    connect, answer = TIMEOUT[0], answer_within or TIMEOUT[1]
    return (connect, answer) if left is None else (min(connect, left), min(answer, left))


def _arguments(
    params: Mapping[str, object] | None, data: Mapping[str, object] | None, headers: Mapping[str, str] | None
) -> dict[str, Any]:
    if (headers or {}).get("Content-Type") == "application/json":
        return {"params": dict(params or {}) or None, "json": dict(data or {}), "headers": dict(headers or {})}
    fields = dict(data or {})
    files = {name: (v.filename, v.content, v.content_type) for name, v in fields.items() if isinstance(v, Upload)}
    sent = dict(headers or {})
    if files:
        sent.pop("Content-Type", None)  # requests writes it, with the boundary
    return {
        "params": dict(params or {}) or None,
        "data": {name: value for name, value in fields.items() if name not in files} or None,
        "files": files or None,
        "headers": sent,
    }


def _never_sent(trouble: requests.RequestException | None) -> bool:
    if isinstance(trouble, requests.ConnectTimeout):
        return True
    reason = getattr(trouble.args[0], "reason", None) if trouble is not None and trouble.args else None
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}


def _reason(trouble: requests.RequestException | None) -> str:
    match trouble:
        case requests.exceptions.SSLError():
            return "its certificate is not trusted"
        case requests.exceptions.ProxyError():
            return "the proxy could not be reached"
        case requests.Timeout():
            return "it took too long"
        case requests.ConnectionError() if _never_sent(trouble):
            return "no connection could be made"
        case _:
            return "the connection was lost"
