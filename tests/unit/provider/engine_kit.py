"""A small engine: it talks to the provider as Pulumi's does, one connection each, and remembers what it recorded."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2
from twilio_provider.values import decode, encode


@dataclass
class Resource:
    """What a state holds of a resource."""

    token: str
    name: str
    identity: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    parent_type: str = ""

    @property
    def urn(self) -> str:
        return urn(self.token, self.name, self.parent_type)

    @property
    def sid(self) -> str:
        return str(self.outputs["sid"])


@dataclass
class Failed(Exception):  # noqa: N818 - what happened
    """An RPC's error, as the engine would show it, and what of a half-made resource came with it."""

    code: str
    message: str
    half: Any = None


@dataclass
class CheckFailed(Exception):  # noqa: N818 - what happened
    """Failures of a check: property -> reason."""

    failures: dict[str, str] = field(default_factory=dict)


def urn(token: str, name: str, parent_type: str = "") -> str:
    """A URN; under a component the type is ``parent$child``."""
    return f"urn:pulumi:dev::acme::{parent_type + '$' if parent_type else ''}{token}::{name}"


class Engine:
    """One connection to a provider process."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._channel = grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)])
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def __enter__(self) -> "Engine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()

    def configure(self, **settings: str) -> None:
        """CheckConfig, then Configure."""
        answer = self.call("CheckConfig", provider_pb2.CheckRequest(news=encode(settings)))
        if answer.failures:
            raise CheckFailed(_reasons(answer))
        self.call("Configure", provider_pb2.ConfigureRequest(args=encode(settings), acceptSecrets=True))

    def check(self, token: str, inputs: dict[str, Any], *, olds: dict[str, Any] | None = None, name: str = "it") -> Any:
        """The checked inputs. Raises CheckFailed."""
        request = provider_pb2.CheckRequest(urn=urn(token, name), news=encode(inputs), olds=encode(olds or {}))
        answer = self.call("Check", request)
        if answer.failures:
            raise CheckFailed(_reasons(answer))
        return decode(answer.inputs)

    def create(
        self,
        token: str,
        inputs: dict[str, Any],
        *,
        name: str = "it",
        parent_type: str = "",
        preview: bool = False,
        timeout: float = 0,
    ) -> Resource:
        """Check, then create; ``timeout`` is that of ``customTimeouts``, in seconds."""
        checked = self.check(token, inputs, name=name)
        request = provider_pb2.CreateRequest(
            urn=urn(token, name, parent_type), properties=encode(checked), preview=preview, timeout=timeout
        )
        answer = self.call("Create", request)
        return Resource(token, name, answer.id, checked, decode(answer.properties), parent_type)

    def diff(self, resource: Resource, inputs: dict[str, Any]) -> Any:
        """Check, then diff."""
        checked = self.check(resource.token, inputs, olds=resource.inputs, name=resource.name)
        request = provider_pb2.DiffRequest(
            id=resource.identity,
            urn=resource.urn,
            olds=encode(resource.outputs),
            old_inputs=encode(resource.inputs),
            news=encode(checked),
        )
        return self.call("Diff", request)

    def update(
        self, resource: Resource, inputs: dict[str, Any], *, preview: bool = False, timeout: float = 0
    ) -> Resource:
        """Check, then update."""
        checked = self.check(resource.token, inputs, olds=resource.inputs, name=resource.name)
        request = provider_pb2.UpdateRequest(
            id=resource.identity,
            urn=resource.urn,
            olds=encode(resource.outputs),
            old_inputs=encode(resource.inputs),
            news=encode(checked),
            preview=preview,
            timeout=timeout,
        )
        outputs = decode(self.call("Update", request).properties)
        return Resource(resource.token, resource.name, resource.identity, checked, outputs)

    def refresh(self, resource: Resource) -> Resource | None:
        """Read what is recorded."""
        request = provider_pb2.ReadRequest(
            id=resource.identity,
            urn=resource.urn,
            properties=encode(resource.outputs),
            inputs=encode(resource.inputs),
        )
        answer = self.call("Read", request)
        if not answer.id:
            return None
        return Resource(resource.token, resource.name, answer.id, decode(answer.inputs), decode(answer.properties))

    def import_(self, token: str, identity: str, *, name: str = "it") -> Resource | None:
        """Read what nothing is recorded of."""
        answer = self.call("Read", provider_pb2.ReadRequest(id=identity, urn=urn(token, name)))
        if not answer.id:
            return None
        return Resource(token, name, answer.id, decode(answer.inputs), decode(answer.properties))

    def delete(self, resource: Resource, *, timeout: float = 0) -> None:
        """Delete."""
        request = provider_pb2.DeleteRequest(
            id=resource.identity,
            urn=resource.urn,
            properties=encode(resource.outputs),
            old_inputs=encode(resource.inputs),
            timeout=timeout,
        )
        self.call("Delete", request)

    def invoke(self, token: str, **arguments: Any) -> Any:
        """Call a function. Raises CheckFailed."""
        answer = self.call("Invoke", provider_pb2.InvokeRequest(tok=token, args=encode(arguments)))
        if answer.failures:
            raise CheckFailed(_reasons(answer))
        return decode(getattr(answer, "return"))

    def listed(self, request: Any) -> list[Any]:
        """All responses of a List. Raises Failed."""
        try:
            return list(self.stub.List(request, timeout=60))
        except grpc.RpcError as error:
            raise Failed(error.code().name, error.details() or "", None) from None

    def call(self, method: str, request: Any) -> Any:
        """Any RPC. Raises Failed."""
        try:
            return getattr(self.stub, method)(request, timeout=60)
        except grpc.RpcError as error:
            raise Failed(error.code().name, error.details() or "", _half(error)) from None

    def raw(self, method: str, content: bytes) -> bytes:
        """Any RPC with any bytes. Raises Failed."""
        send = self._channel.unary_unary(f"/pulumirpc.ResourceProvider/{method}", bytes, bytes)
        try:
            return bytes(send(content, timeout=60))
        except grpc.RpcError as error:
            raise Failed(error.code().name, error.details() or "") from None


def _reasons(answer: Any) -> dict[str, str]:
    """By property; what is wrong with a secret names none, and begins with it."""
    return {f.property or f.reason.partition(":")[0]: f.reason for f in answer.failures}


def _half(error: Any) -> Any:
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status = status_pb2.Status.FromString(value)
            detail = provider_pb2.ErrorResourceInitFailed()
            packed = AnyMessage()
            packed.CopyFrom(status.details[0])
            if packed.Unpack(detail):
                return detail
    return None
