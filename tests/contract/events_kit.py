"""A webhook sink on this machine: what arrived, and what it answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Sink:
    """Arrays of events as they came, with the address and the signature of each request.

    `answers` are the statuses of the next answers; 204 once they are used up.
    """

    def __init__(self) -> None:
        self.arrays: list[list[dict[str, Any]]] = []
        self.bodies: list[str] = []
        self.targets: list[str] = []
        self.signatures: list[str] = []
        self.answers: list[int] = []
        self.url = ""

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event that came, repetitions too."""
        return [event for array in self.arrays for event in array]

    @property
    def types(self) -> list[str]:
        """Their types, without `com.twilio.`."""
        return [event["type"].removeprefix("com.twilio.") for event in self.events]


@contextmanager
def webhook_sink() -> Iterator[Sink]:
    """Takes events at `url` until the end."""
    seen = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            assert self.headers["content-type"] == "application/json"
            seen.bodies.append(body)
            seen.arrays.append(json.loads(body))
            seen.targets.append(self.path)
            seen.signatures.append(self.headers["x-twilio-signature"])
            self.send_response(seen.answers.pop(0) if seen.answers else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.url = f"http://127.0.0.1:{server.server_port}/events"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
