"""The provider behind its gRPC door, and a recording stand-in for Twilio behind the provider."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2_grpc
from twilio_provider.servicer import Servicer

from tests.unit.provider.engine_kit import Engine
from tests.unit.provider.fake_twilio import FakeTwilio


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """Twilio, as far as these tests need it."""
    with FakeTwilio() as fake:
        yield fake


@pytest.fixture
def address(twilio: FakeTwilio) -> Iterator[str]:
    """The address of one provider process, not configured by anyone yet."""
    server = grpc.server(ThreadPoolExecutor(max_workers=16))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(twilio.environment), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(0)


@pytest.fixture
def engine(address: str, twilio: FakeTwilio) -> Iterator[Engine]:
    """An engine that has configured the provider for the account of the credentials."""
    with Engine(address) as engine:
        engine.configure(accountSid=twilio.account, stackId="5tack")
        yield engine
