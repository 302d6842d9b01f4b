"""How an RPC ends badly: whatever goes wrong in it reaches the engine as a status and a clean message.

No traceback, and no secret of the request: Twilio's messages may quote what was sent, and so may our own.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, status_pb2

from twilio_provider.faults import Fault, HalfMade, fault
from twilio_provider.values import decode, encode, secret_texts

Rpc = TypeVar("Rpc", bound=Callable[..., Any])


def telling(verb: str) -> Callable[[Rpc], Rpc]:
    """An RPC that tells all its errors so; ``verb`` says what it was doing. Its servicer says what is ``hidden``."""

    def decorate(rpc: Rpc) -> Rpc:
        @wraps(rpc)
        def answering(servicer: Any, request: Any, context: Any) -> Any:
            try:
                return rpc(servicer, request, context)
            except HalfMade as half:
                half.reason = without(half.reason, hidden(request, servicer.secret_names(request)))
                _abort_half_made(context, half)
            except Exception as error:
                told = fault(f"{verb} {shown(request)}".strip(), error)
                _abort(context, told.kind, without(str(told), hidden(request, servicer.secret_names(request))))

        return answering  # type: ignore[return-value]

    return decorate


def type_of(urn: str) -> str:
    """The type of a URN; under a component parent it is the part after the last ``$``. Raises Fault."""
    return _parts(urn)[2].rsplit("$", 1)[-1]


def name_of(urn: str) -> str:
    """The logical name of a URN. Raises Fault."""
    return _parts(urn)[3]


def _parts(urn: str) -> list[str]:
    parts = urn.split("::", 3)
    if len(parts) != 4 or not urn.startswith("urn:pulumi:"):
        raise Fault("reading the request", f"{urn!r} is not the URN of a resource", kind="INVALID_ARGUMENT")
    return parts


def shown(request: Any) -> str:
    """What a request is about, for a message; nothing where it does not say."""
    urn, token = getattr(request, "urn", ""), getattr(request, "tok", "")
    try:
        return f"{type_of(urn)} {name_of(urn)!r}" if urn else token
    except Fault:
        return repr(urn)


def hidden(request: Any, names: Iterable[str]) -> set[str]:
    """Every secret text of a request: what is marked as one, and what stands under one of these names."""
    found: set[str] = set()
    for _, value in request.ListFields():
        if isinstance(value, Struct):
            found |= secret_texts(decode(value), names)
    return found


def without(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret of it blotted out."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "[secret]") if len(secret) > 3 else text
    return text


def _abort(context: Any, kind: str, message: str) -> NoReturn:
    context.abort(grpc.StatusCode[kind], message)
    raise AssertionError("abort raises")


def _abort_half_made(context: Any, half: HalfMade) -> NoReturn:
    """Tell the engine that it exists: the id is kept, and the next update begins with a refresh."""
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=half.identity,
            properties=encode(half.outputs),
            inputs=encode(half.inputs),
            reasons=[half.reason],
            refresh_before_update=True,
        )
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=half.reason, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    _abort(context, "UNKNOWN", half.reason)
