"""A Flex-like account on a running emulator, and what people do there, in few words."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.contract.clients import client_by_address
from twilio_emulator.testing import Emulator

CUSTOMER, COMPANY = "+15005550010", "+15005550001"
WORKERS = [
    {"friendlyName": "ann", "attributes": {"skills": ["support"]}, "activity": "Available"},
    {"friendlyName": "bob", "attributes": {"skills": ["support"]}, "activity": "Available"},
]


def refusal(call: Any, *args: Any, **given: Any) -> tuple[int, int]:
    """Status and code of a call that must be refused."""
    with pytest.raises(TwilioRestException) as refused:
        call(*args, **given)
    return refused.value.status, refused.value.code


class Flex:
    """One fresh Flex-like account: the official client, SIDs by name, and people."""

    def __init__(self, emulator: Emulator, workers: list[dict[str, Any]] | None = None) -> None:
        emulator.control("POST", "/reset")
        self.emulator = emulator
        self.client = client_by_address(emulator)
        self.account = emulator.control("POST", "/flex-account", {"workers": WORKERS if workers is None else workers})
        self.workspace = self.client.taskrouter.v1.workspaces(self.account["workspaceSid"])
        self.everyone: str = self.account["queues"]["Everyone"]
        self.workers = {worker["friendlyName"]: worker["sid"] for worker in self.account["workers"]}

    def advance(self, seconds: float) -> None:
        """Moves the clock on."""
        self.emulator.control("POST", "/clock", {"advance": seconds})

    def workflow(self, rules: dict[str, Any], *, reservation_timeout: int = 120, name: str = "Test") -> str:
        """A workflow of our own; its SID."""
        made = self.workspace.workflows.create(
            friendly_name=name,
            configuration=json.dumps({"task_routing": rules}),
            task_reservation_timeout=reservation_timeout,
        )
        return str(made.sid)

    def conversation(self) -> str:
        """A customer's SMS conversation with a first message; its SID."""
        conversations = self.client.conversations.v1.conversations
        sid = str(conversations.create(friendly_name="test").sid)
        conversations(sid).participants.create(
            messaging_binding_address=CUSTOMER, messaging_binding_proxy_address=COMPANY
        )
        self.customer_says(sid, "Hello")
        return sid

    def customer_says(self, conversation_sid: str, body: str) -> list[dict[str, Any]]:
        """An SMS of the customer; the answers of the webhooks that it fired."""
        given = {"conversationSid": conversation_sid, "author": CUSTOMER, "body": body, "wait": True}
        found: list[dict[str, Any]] = self.emulator.control("POST", "/customer-message", given)["webhooks"]
        return found

    def routing(self, workflow_sid: str | None = None, **properties: Any) -> dict[str, Any]:
        """What is sent as `Routing`, by the account's own workflow unless another is named."""
        own = {"workspace_sid": self.account["workspaceSid"], "task_channel_unique_name": "chat"}
        return {"properties": {**own, "workflow_sid": workflow_sid or self.account["workflowSid"], **properties}}

    def interaction(self, conversation_sid: str, routing: dict[str, Any] | None = None) -> Any:
        """An inbound interaction as Flex makes it."""
        return self.client.flex_api.v1.interaction.create(
            channel={
                "type": "sms",
                "initiated_by": "customer",
                "properties": {"media_channel_sid": conversation_sid},
            },
            routing=routing or self.routing(attributes={"from": CUSTOMER}),
        )

    def channel(self, interaction: Any) -> Any:
        """The interaction's channel, ready for calls."""
        return self.client.flex_api.v1.interaction(interaction.sid).channels(interaction.channel["sid"])

    def offers(self, **wanted: str) -> list[dict[str, Any]]:
        """Reservations over all workers, filtered by workerSid, taskSid, status."""
        found: list[dict[str, Any]] = self.emulator.control("GET", "/reservations", wanted)["reservations"]
        return found

    def answer(self, task_sid: str, action: str) -> dict[str, Any]:
        """The worker who holds the task's open offer accepts or declines; or completes an accepted one."""
        status = "accepted" if action == "complete" else "pending"
        offer = self.offers(taskSid=task_sid, status=status)[0]
        self.emulator.control("POST", f"/reservations/{offer['sid']}/{action}")
        return offer

    def available(self, name: str, *, available: bool) -> None:
        """Puts a worker on or off line."""
        self.emulator.control("POST", f"/workers/{self.workers[name]}/availability", {"available": available})

    def status(self, task_sid: str) -> str:
        """The task's assignment status."""
        return str(self.workspace.tasks(task_sid).fetch().assignment_status)


class Receiver:
    """What arrived at an address of this machine: paths, forms and signatures."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.signatures: list[str] = []
        self.url = ""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A webhook's target on 127.0.0.1 that answers 200."""
    seen = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            seen.forms.append(dict(parse_qsl(body, keep_blank_values=True)))
            seen.signatures.append(self.headers["x-twilio-signature"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.url = f"http://127.0.0.1:{server.server_port}/webhook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
