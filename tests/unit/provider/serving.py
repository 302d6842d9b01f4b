"""A provider process of the test's own: its environment, and whether it belongs to one engine."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from pulumi.runtime.proto import provider_pb2_grpc
from twilio_provider.servicer import Servicer


@contextmanager
def served(environment: Mapping[str, str], *, private: bool = False, workers: int = 16) -> Iterator[str]:
    """The address of one, not configured by anyone yet."""
    server = grpc.server(ThreadPoolExecutor(max_workers=workers))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(dict(environment), private=private), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0)
