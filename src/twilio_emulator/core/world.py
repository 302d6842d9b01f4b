"""Everything one emulator knows: what handlers get beside the call."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from twilio_emulator.core.accounts import KIND as ACCOUNT
from twilio_emulator.core.accounts import ensure_account
from twilio_emulator.core.clock import Clock
from twilio_emulator.core.effects import Effects
from twilio_emulator.core.faults import Fault, Faults
from twilio_emulator.core.hosts import FlowHost, FunctionHost
from twilio_emulator.core.log import RequestLog
from twilio_emulator.core.routing import Product, Router
from twilio_emulator.core.sids import Sids
from twilio_emulator.core.store import Store
from twilio_emulator.core.switches import Switches
from twilio_emulator.core.webhooks import WebhookResult, deliver, deliver_json

_log = structlog.get_logger("twilio_emulator.world")
_SETTLE_SECONDS, _REPEATS, _TICK_AGAIN_SECONDS = 15.0, 100, 5.0


@dataclass(frozen=True)
class Settings:
    """How this emulator was started; `port` and `proxy_port` are those it listens on. `flex`: the first account is as
    switching Flex on leaves it.
    """

    port: int = 0
    proxy_port: int | None = None
    state: Path | None = None
    account_sid: str | None = None
    auth_token: str | None = None
    flex: bool = False


class World:
    """The store, the clock and what acts on them; one a process."""

    def __init__(self, products: Iterable[Product], settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.products = tuple(products)
        self.store = Store(self.settings.state)
        self.clock = Clock(self.store)
        self.sids = Sids()
        self.effects = Effects(self._after_effect)
        self.switches = Switches()
        self.faults = Faults()
        self.log = RequestLog()
        self.routers: dict[str, Router] = {}
        for product in self.products:
            router = self.routers.setdefault(product.host, Router())
            for route in product.routes:
                router.add(route)
        self.functions: FunctionHost | None = None
        self.flows: FlowHost | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._snapshots: dict[str, tuple[sqlite3.Connection, Mapping[str, Any]]] = {}
        self._prepare()

    @property
    def account_sid(self) -> str:
        """The account whose credentials are printed at start: the one asked for, else the first."""
        return self.settings.account_sid or str(self.store.list(ACCOUNT)[0]["sid"])

    def auth_token(self, account_sid: str | None = None) -> str:
        """The auth token of an account, the first one by default."""
        account = self.store.get(ACCOUNT, account_sid or self.account_sid)
        if account is None:
            raise KeyError(account_sid)
        return str(account["auth_token"])

    async def invoke_webhook(
        self,
        url: str,
        params: Mapping[str, str],
        *,
        method: str = "POST",
        timeout: float | None = None,
        account_sid: str | None = None,
    ) -> WebhookResult:
        """Calls a webhook, signed; see `webhooks.deliver`. To be awaited within an effect."""
        return await deliver(self, url, params, method=method, timeout=timeout, account_sid=account_sid)

    async def invoke_json_webhook(
        self, url: str, value: Any, *, timeout: float | None = None, account_sid: str | None = None
    ) -> WebhookResult:
        """POSTs JSON to a webhook, signed with bodySHA256; see `webhooks.deliver_json`. To be awaited within an
        effect.
        """
        return await deliver_json(self, url, value, timeout=timeout, account_sid=account_sid)

    async def suffer(self, fault: Fault) -> None:
        """What a fault does besides its answer: it ends the processes of Functions, or takes its time."""
        if fault.action == "kill" and self.functions is not None:
            self.functions.kill()
        if fault.action == "hang":
            await self.faults.hold(fault)

    async def advance(self, seconds: float) -> None:
        """Moves the clock on, stopping wherever something is due on the way, and lets what that causes settle."""
        target = self.clock.timestamp() + seconds
        previous, repeated = None, 0
        while (due := self._next_due()) is not None and due <= target and repeated < _REPEATS:
            repeated = repeated + 1 if due == previous else 0
            self.clock.move_to(due)
            self.tick()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.effects.idle(), _SETTLE_SECONDS)
            previous = due
        self.clock.move_to(target)
        self.tick()

    async def settle(self) -> None:
        """Returns once nothing is under way and nothing is due."""
        for _ in range(_REPEATS):
            await self.effects.idle()
            due = self._next_due()
            if due is None or due > self.clock.timestamp():
                return
            self.tick()

    def tick(self) -> None:
        """Lets every product do what is due, commits, and waits for the next time that something is.

        What a product wrote that fails in it is undone; the products before it keep theirs.
        """
        for product in self.products:
            if product.tick is not None and product.next_due is not None:
                due = product.next_due(self)
                if due is None or due > self.clock.timestamp():
                    continue
                self.store.commit()
                try:
                    product.tick(self)
                except BaseException:
                    self.store.rollback()
                    raise
        self.store.commit()
        self.plan_tick()

    def plan_tick(self) -> None:
        """Sets the timer to what is due next. To be called after anything was written."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._next_due()
        if due is not None and not (self.clock.stopped and due > self.clock.timestamp()):
            wait = max(0.01, due - self.clock.timestamp())
            self._timer = asyncio.get_running_loop().call_later(min(wait, 3600.0), self._tick_safely)

    def snapshot(self, name: str) -> None:
        """Keeps all there is under a name, in memory: what `restore` brings back."""
        self.store.commit()
        self._snapshots[name] = (self.store.copy(), self.switches.all())

    async def restore(self, name: str) -> bool:
        """Everything is as it was when that snapshot was taken (KeyError where there is none); no fault is in force,
        the log is empty, and nothing that was under way goes on: whether Functions were at work, and were ended.
        """
        copy, switches = self._snapshots[name]
        self.faults.clear()
        await self.effects.cancel()
        busy = self.functions is not None and self.functions.busy
        if self.functions is not None and busy:
            self.functions.kill()
        self.store.become(copy)
        self.switches.set(switches)
        self.log.clear()
        self.clock.reload()
        self.plan_tick()
        return busy

    async def reset(self) -> None:
        """Forgets everything but the first account's credentials, and starts the products anew."""
        sid, token = self.account_sid, self.auth_token()
        await self.stop()
        self.store.clear()
        self._snapshots.clear()
        self.faults.clear()
        self.faults.latency_ms = 0.0
        self.switches.reset()
        self.log.clear()
        self.clock.reload()
        ensure_account(self.store, self.clock, sid, token)
        self._prepare()

    async def stop(self) -> None:
        """Ends effects and what products started (processes)."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self.effects.cancel()
        for product in self.products:
            if product.stop is not None:
                await product.stop(self)
        self.store.commit()

    def _prepare(self) -> None:
        if not self.store.count(ACCOUNT) or self.settings.account_sid:
            ensure_account(
                self.store, self.clock, self.settings.account_sid or self.sids.new("AC"), self.settings.auth_token
            )
        for product in self.products:
            if product.setup is not None:
                product.setup(self)
        self.store.commit()

    def _next_due(self) -> float | None:
        due = [
            moment for product in self.products if product.next_due and (moment := product.next_due(self)) is not None
        ]
        return min(due, default=None)

    def _tick_safely(self) -> None:
        try:
            self.tick()
        except Exception:
            _log.exception("a tick failed")
            self._timer = asyncio.get_running_loop().call_later(_TICK_AGAIN_SECONDS, self._tick_safely)

    def _after_effect(self) -> None:
        self.store.commit()
        self.plan_tick()
