"""What the core asks of products beyond routes. They put themselves into the world at setup: no import runs upwards."""

from collections.abc import Mapping
from typing import Protocol

from twilio_emulator.core.call import Reply


class FunctionHost(Protocol):
    """Who answers for deployed domains."""

    async def serve(  # noqa: PLR0917 - what a request has
        self, domain: str, method: str, path: str, query_string: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        """The answer to a request for a deployed domain."""
        ...

    @property
    def busy(self) -> bool:
        """Whether a Function is at work."""
        ...

    def kill(self) -> None:
        """Ends every process that runs Functions, in the middle of what it does; the next request starts one anew."""
        ...


class FlowHost(Protocol):
    """Who takes what is sent to a flow's webhook address."""

    def receive(self, path: str, form: Mapping[str, str]) -> int:
        """The status of its answer."""
        ...
