"""The ASGI application: control plane, Twilio's hosts, deployed functions."""

import asyncio
import inspect
import json
import socket
import struct
from email.utils import format_datetime
from typing import Any

import structlog

from twilio_emulator.core.accounts import account_of
from twilio_emulator.core.call import Call, Params, Reply
from twilio_emulator.core.catalogue import named
from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import ApiError, method_not_allowed, not_found, not_imitated, unauthenticated
from twilio_emulator.core.faults import Fault
from twilio_emulator.core.log import SOURCE_HEADER
from twilio_emulator.core.rates import count_request
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.front.request import Address, Receive, Scope, Send, address_of, query_pairs, read_body, read_form

_log = structlog.get_logger("twilio_emulator.front")


class App:
    """Answers every request of one world; `control` is the application under `/_emulator`."""

    def __init__(self, world: World, control: Any) -> None:
        self.world = world
        self.control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI request."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        address = address_of(scope, headers)
        if not address.host:
            await self.control(scope, receive, send)
            return
        exchange = _Exchange(self.world, address, scope, headers)
        body = await read_body(receive)
        reply = await exchange.answer(body)
        await _send(self.world, send, reply)


class _Exchange:
    def __init__(self, world: World, address: Address, scope: Scope, headers: dict[str, str]) -> None:
        self.world = world
        self.address = address
        self.method: str = scope["method"]
        self.query_string: str = scope["query_string"].decode("latin-1")
        self.headers = headers
        self.form = Params()
        self.operation = "InvokeFunction" if address.is_function else "unknown"

    async def answer(self, body: bytes) -> Reply | None:
        """The reply, or None where the connection is to be reset."""
        world = self.world
        if world.faults.latency_ms and not self.address.is_function:
            await asyncio.sleep(world.faults.latency_ms / 1000)
        fault = world.faults.strike(self.address.host, self.method, self.address.path)
        reply = await world.faults.meet(fault, lambda: self._effect(body), self._struck)
        world.log.add(
            at=iso(world.clock.now()),
            host=self.address.host,
            method=self.method,
            path=self.address.path,
            status=reply.status if reply else 0,
            operation=self.operation,
            source="function" if self.headers.get(SOURCE_HEADER) == "function" else "api",
            form=self.form.pairs(),
        )
        return reply

    async def _struck(self, fault: Fault) -> Reply | None:
        self.operation = self._named_operation()
        await self.world.suffer(fault)
        if fault.action:
            return None
        error = fault.error()
        return Reply(error.status, error.body(), error.headers)

    async def _effect(self, body: bytes) -> Reply | None:
        try:
            if self.address.is_function and self.world.functions is not None:
                return await self.world.functions.serve(
                    self.address.host, self.method, self.address.path, self.query_string, self.headers, body
                )
            return await self._handle(body)
        except ApiError as error:
            return Reply(error.status, error.body(), error.headers)
        except Exception as error:
            _log.exception("a handler failed", operation=self.operation)
            return Reply(500, ApiError(500, 20500, f"The emulator failed: {type(error).__name__}: {error}").body())

    async def _handle(self, body: bytes) -> Reply:
        world, store = self.world, self.world.store
        route, names = self._route()
        self.operation = route.operation
        account_sid = account_of(store, self.headers.get("authorization"))
        if account_sid is None:
            raise unauthenticated()
        count_request(world, self.address.host, self.operation)
        json_value = None
        if body:
            self.form, json_value = await read_form(self.headers, body)
        call = Call(
            method=self.method,
            host=self.address.host,
            path=self.address.path,
            vars=names,
            query=Params(query_pairs(self.query_string)),
            form=self.form,
            json=json_value,
            headers=self.headers,
            account_sid=account_sid,
            body=body,
            query_string=self.query_string,
        )
        store.commit()  # what effects wrote is theirs: this handler's failure does not undo it
        try:
            result = route.handler(world, call)
        except BaseException:
            store.rollback()
            raise
        store.commit()
        try:
            answer = await result if inspect.isawaitable(result) else result
        finally:
            store.commit()
        if self.method != "GET":
            world.plan_tick()
        return answer if isinstance(answer, Reply) else Reply(route.status, answer)

    def _route(self) -> tuple[Route, dict[str, str]]:
        router = self.world.routers.get(self.address.host)
        match = router.match(self.address.path) if router else None
        if match and self.method in match.routes:
            return match.routes[self.method]
        if account_of(self.world.store, self.headers.get("authorization")) is None:
            raise unauthenticated()
        operation = named(self.address.host, self.method, self.address.path)
        if operation:
            self.operation = operation
            raise not_imitated(operation, self.method, self.address.host, self.address.path)
        if match:
            raise method_not_allowed()
        raise not_found(self.address.path)

    def _named_operation(self) -> str:
        if self.address.is_function:
            return self.operation
        try:
            return self._route()[0].operation
        except ApiError:
            return self.operation


async def _send(world: World, send: Send, reply: Reply | None) -> None:
    if reply is None:
        _abort(send)
        return
    headers = {"date": format_datetime(world.clock.now(), usegmt=True)} | {
        name.lower(): value for name, value in reply.headers.items()
    }
    content = b""
    if isinstance(reply.body, bytes):
        content = reply.body
    elif isinstance(reply.body, str):
        content = reply.body.encode()
    elif reply.body is not None:
        content = json.dumps(reply.body).encode()
        headers.setdefault("content-type", "application/json;charset=utf-8")
    if reply.status != 204:
        headers["content-length"] = str(len(content))
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
    await send({"type": "http.response.body", "body": content})


def _abort(send: Send) -> None:
    """Resets the connection: uvicorn's `send` belongs to a cycle that knows its transport."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("this server cannot reset a connection")
    if transport.is_closing():
        return
    sock = transport.get_extra_info("socket")
    if sock.fileno() < 0:  # the client went first
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
