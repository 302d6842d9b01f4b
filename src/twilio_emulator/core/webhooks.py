"""What the emulator itself calls: webhooks and callbacks, signed as Twilio signs them.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from twilio_emulator.core.call import Reply
from twilio_emulator.core.dates import iso
from twilio_emulator.core.effects import collector
from twilio_emulator.core.faults import Fault

if TYPE_CHECKING:
    from twilio_emulator.core.world import World

STUDIO_HOST = "webhooks.twilio.com"
"""Where Studio flows take webhooks: `/v1/Accounts/{AccountSid}/Flows/{FlowSid}`."""


@dataclass(frozen=True)
class WebhookResult:
    """An answer's status and text. Status 0: there was no answer, and `error` says why."""

    status: int
    body: str = ""
    error: str | None = None
    url: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the receiver took it."""
        return 200 <= self.status < 300


def signature(auth_token: str, url: str, params: Mapping[str, str]) -> str:
    """The value of X-Twilio-Signature: the URL and the form's sorted names and values under HMAC-SHA1 with the auth
    token.
    """
    text = url + "".join(f"{name}{params[name]}" for name in sorted(params))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


@dataclass(frozen=True)
class _Request:
    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes


async def deliver(
    world: "World",
    url: str,
    params: Mapping[str, str],
    *,
    method: str = "POST",
    timeout: float | None = None,
    account_sid: str | None = None,
) -> WebhookResult:
    """Calls a webhook and waits for its answer; never raises. Reached are deployed functions, Studio flows' addresses
    and this machine.
    """
    sent_url = f"{url}{_joint(url)}{urlencode(params)}" if method == "GET" and params else url
    signed = {} if method == "GET" else params
    headers = _headers("application/x-www-form-urlencoded", signature(world.auth_token(account_sid), sent_url, signed))
    request = _Request(sent_url, method, headers, urlencode(signed).encode())
    return await _exchange(world, url, request, timeout, params.items())


async def deliver_json(
    world: "World", url: str, value: Any, *, timeout: float | None = None, account_sid: str | None = None
) -> WebhookResult:
    """POSTs JSON as Event Streams does: the URL gets `bodySHA256`, and the signature covers that URL alone. Never
    raises.
    """
    body = json.dumps(value).encode()
    sent_url = f"{url}{_joint(url)}bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = _headers("application/json", signature(world.auth_token(account_sid), sent_url, {}))
    return await _exchange(world, url, _Request(sent_url, "POST", headers, body), timeout)


def _joint(url: str) -> str:
    return "&" if url.partition("?")[2] else "?"


def _headers(content_type: str, signed: str) -> dict[str, str]:
    return {
        "content-type": content_type,
        "user-agent": "TwilioProxy/1.1",
        "accept": "*/*",
        "x-twilio-signature": signed,
    }


async def _exchange(
    world: "World", url: str, request: _Request, timeout: float | None, form: Iterable[tuple[str, Any]] = ()
) -> WebhookResult:
    started = time.monotonic()
    timeout = world.switches["webhook_timeout_ms"] / 1000 if timeout is None else timeout
    host, path = "", url
    try:
        host, path = _place(url)
        result = await asyncio.wait_for(_send(world, host, path, request), timeout)
    except TimeoutError:
        result = WebhookResult(0, error=f"no answer within {timeout:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        result = WebhookResult(0, error=f"{type(error).__name__}: {error}")
    world.log.add(
        at=iso(world.clock.now()),
        host=host,
        method=request.method,
        path=path,
        status=result.status,
        operation="DeliverWebhook",
        source="webhook",
        form=form,
    )
    result = WebhookResult(result.status, result.body, result.error, url, time.monotonic() - started)
    if (collecting := collector.get()) is not None:
        collecting.results.append(result)
    return result


def _place(url: str) -> tuple[str, str]:
    """Host and path; raises httpx.InvalidURL where the URL cannot be read, its port included."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise httpx.InvalidURL(str(error)) from None
    return parts.hostname or "", parts.path or "/"


async def _send(world: "World", host: str, path: str, request: _Request) -> WebhookResult:
    async def struck(fault: Fault) -> WebhookResult:
        await world.suffer(fault)
        return WebhookResult(fault.status or 0, error="a fault that was asked for")

    fault = world.faults.strike(host, request.method, path)
    return await world.faults.meet(fault, lambda: _reach(world, host, path, request), struck)


async def _reach(world: "World", host: str, path: str, request: _Request) -> WebhookResult:
    parts = urlsplit(request.url)
    if world.functions is not None and host.endswith(".twil.io"):
        headers = {**request.headers, "host": host}
        reply = await world.functions.serve(host, request.method, path, parts.query, headers, request.body)
        return WebhookResult(reply.status, _text(reply))
    if world.flows is not None and host == STUDIO_HOST:
        form = parse_qsl(request.body.decode() or parts.query, keep_blank_values=True)
        return WebhookResult(world.flows.receive(path, dict(form)))
    if host in {"127.0.0.1", "localhost"} and parts.scheme == "http":
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.request(
                request.method, request.url, headers=request.headers, content=request.body, timeout=None
            )
        return WebhookResult(answer.status_code, answer.text)
    return WebhookResult(0, error=f"{host} is not reached: deployed functions (*.twil.io) and http://127.0.0.1 are")


def _text(reply: Reply) -> str:
    if isinstance(reply.body, bytes):
        return reply.body.decode(errors="replace")
    if isinstance(reply.body, str):
        return reply.body
    return "" if reply.body is None else json.dumps(reply.body)
