"""Reads an ASGI request: where it is meant to go, and its body in the forms that Twilio's clients send."""

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from twilio_emulator.core.call import Params
from twilio_emulator.core.errors import ApiError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_TWILIO = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.twilio\.com")
_LARGEST_PART = 64 * 1024 * 1024
_FUNCTIONS = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.twil\.io")


@dataclass(frozen=True)
class Address:
    """Where a request goes: a Twilio host or a deployed domain (empty: the emulator itself), and the path there, as it
    was encoded.
    """

    host: str
    path: str

    @property
    def is_function(self) -> bool:
        """Whether a deployed function is meant."""
        return self.host.endswith(".twil.io")


def is_imitated(host: str) -> bool:
    """Whether a host is one of Twilio's, or a deployed domain."""
    return bool(_TWILIO.fullmatch(host.lower()) or _FUNCTIONS.fullmatch(host.lower()))


def address_of(scope: Scope, headers: dict[str, str]) -> Address:
    """Reads the address from the path's first segment, else from the Host header.

    Edges and regions lead to the same product.
    """
    path = scope.get("raw_path", b"").decode("latin-1").partition("?")[0] or scope["path"]
    first, _, rest = path.lstrip("/").partition("/")
    for candidate, remaining in (
        (first.lower(), "/" + rest),
        (headers.get("host", "").partition(":")[0].lower(), path),
    ):
        if _FUNCTIONS.fullmatch(candidate):
            return Address(candidate, remaining)
        if _TWILIO.fullmatch(candidate):
            return Address(candidate.partition(".")[0] + ".twilio.com", remaining)
    return Address("", path)


async def read_body(receive: Receive) -> bytes:
    """The whole body."""
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def read_form(headers: dict[str, str], body: bytes) -> tuple[Params, Any]:
    """The form and the JSON value of a body; 400 with 20001 where it is not what its content type says."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            return Params(), json.loads(body) if body else None
        except ValueError:
            raise ApiError(400, 20001, "The body is not JSON") from None
    if kind == "multipart/form-data":

        async def stream() -> Any:
            yield body

        try:
            form = await MultiPartParser(Headers(headers), stream(), max_part_size=_LARGEST_PART).parse()
        except MultiPartException as error:
            raise ApiError(400, 20001, f"The multipart body cannot be read: {error.message}") from None
        return Params(form.multi_items()), None
    return Params(query_pairs(body.decode("utf-8", "replace"))), None


def query_pairs(text: str) -> list[tuple[str, str]]:
    """Names and values of a query or an urlencoded form."""
    return parse_qsl(text, keep_blank_values=True)
