"""The provider behind its gRPC door, and a recording stand-in for Twilio behind the provider."""

from collections.abc import Iterator

import pytest
from twilio_provider import sending

from tests.unit.provider.engine_kit import Engine
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.serving import served


@pytest.fixture(autouse=True)
def polls_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in needs no time for an operation; how a Build is polled is a test of its own."""
    monkeypatch.setattr(sending, "POLL_SECONDS", 0.01)


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """Twilio, as far as these tests need it."""
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture
def address(twilio: FakeTwilio) -> Iterator[str]:
    """The address of one provider process, not configured by anyone yet."""
    with served(twilio.environment) as where:
        yield where


@pytest.fixture
def engine(address: str, twilio: FakeTwilio) -> Iterator[Engine]:
    """An engine that has configured the provider for the account of the credentials."""
    with Engine(address) as engine:
        engine.configure(accountSid=twilio.account, stackId="5tack")
        yield engine
