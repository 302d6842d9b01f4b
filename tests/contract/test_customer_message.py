"""A customer writes: the message is added, webhooks fire, signed, and their answers can be waited for."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from tests.contract.clients import client_by_address
from twilio_emulator.testing import Emulator


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent and answers 200."""

    seen: ClassVar[list[tuple[str, dict[str, str], str]]] = []

    def do_POST(self) -> None:
        """One delivery."""
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.seen.append((self.path, dict(parse_qsl(body, keep_blank_values=True)), self.headers["x-twilio-signature"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"taken")

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file."""
    with Emulator() as started:
        yield started


@pytest.fixture
def receiver() -> Iterator[str]:
    """The address of a receiver that has seen nothing yet."""
    Receiver.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def conversation_with(emulator: Emulator, url: str) -> Any:
    """A conversation with a customer by SMS and one scoped webhook."""
    conversation = client_by_address(emulator).conversations.v1.conversations.create()
    conversation.participants.create(messaging_binding_address="+15550100", messaging_binding_proxy_address="+15550199")
    conversation.webhooks.create(
        target="webhook", configuration_url=url, configuration_method="POST", configuration_filters=["onMessageAdded"]
    )
    return conversation


def test_the_webhook_is_signed_and_answered(emulator: Emulator, receiver: str) -> None:
    """`wait` gives what the receiver answered; the official validator accepts the signature."""
    conversation = conversation_with(emulator, f"{receiver}/hook?v=1")
    given = {"conversationSid": conversation.sid, "author": "+15550100", "body": "hello", "wait": True}
    answer = emulator.control("POST", "/customer-message", given)
    assert [(hook["status"], hook["body"]) for hook in answer["webhooks"]] == [(200, "taken")]
    path, form, signature = Receiver.seen[0]
    assert (form["EventType"], form["Body"], form["Author"]) == ("onMessageAdded", "hello", "+15550100")
    assert form["MessageSid"] == answer["messageSid"]
    assert RequestValidator(emulator.auth_token).validate(receiver + path, form, signature)
    assert conversation.messages.list()[0].body == "hello"


def test_deliveries_are_in_the_log(emulator: Emulator, receiver: str) -> None:
    """By source, without waiting: the log shows them once the emulator is idle."""
    conversation = conversation_with(emulator, receiver + "/logged")
    emulator.control(
        "POST", "/customer-message", {"conversationSid": conversation.sid, "author": "+15550100", "body": "hello"}
    )
    assert emulator.control("GET", "/idle") == {"idle": True}
    logged = emulator.control("GET", "/requests", {"source": "webhook"})["requests"]
    assert [(entry["path"], entry["status"]) for entry in logged if entry["path"] == "/logged"] == [("/logged", 200)]


def test_no_other_host_is_reached(emulator: Emulator) -> None:
    """A webhook that leads out of this machine is not called, and the answer says so."""
    conversation = conversation_with(emulator, "https://example.com/hook")
    given = {"conversationSid": conversation.sid, "author": "+15550100", "body": "hello", "wait": True}
    hook = emulator.control("POST", "/customer-message", given)["webhooks"][0]
    assert hook["status"] == 0
    assert "example.com is not reached" in hook["error"]


def test_a_webhook_meets_faults_too(emulator: Emulator, receiver: str) -> None:
    """After the effect: the receiver took it, Twilio saw a failure."""
    conversation = conversation_with(emulator, receiver + "/faulty")
    emulator.control("POST", "/faults", {"path": "^/faulty$", "when": "after", "status": 503})
    given = {"conversationSid": conversation.sid, "author": "+15550100", "body": "hello", "wait": True}
    assert emulator.control("POST", "/customer-message", given)["webhooks"][0]["status"] == 503
    assert len(Receiver.seen) == 1


def test_a_stranger_cannot_write(emulator: Emulator) -> None:
    """Only who takes part in the conversation writes into it."""
    conversation = conversation_with(emulator, "http://127.0.0.1:9/")
    with pytest.raises(RuntimeError):
        emulator.control(
            "POST", "/customer-message", {"conversationSid": conversation.sid, "author": "+15550111", "body": "hi"}
        )
