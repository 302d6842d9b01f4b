# ruff: noqa: N818 - exceptions are named for what happened

"""Errors as the user reads them, in three parts: what was being done, what Twilio said, what to try."""

from twilio_api.errors import CredentialsMissing, Interrupted, Refused, TwilioError, Unreachable

from twilio_provider.catalogue.model import ResourceType
from twilio_provider.paths import BadId

_BY_STATUS = {
    401: "Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or the API key, and TWILIO_REGION.",
    403: "The credentials may not do this: use an auth token, or a key with the permission.",
    404: "What this belongs to may have been deleted: run `pulumi refresh`, then `pulumi up`.",
    429: "Twilio is still limiting requests: run it again later, or with a lower --parallel.",
}


class Fault(Exception):
    """An error fit for the engine. ``kind`` is the name of a gRPC status code."""

    def __init__(self, doing: str, said: str, hint: str = "", kind: str = "UNKNOWN") -> None:
        self.kind = kind
        self.said = said
        self.hint = hint
        super().__init__(f"{doing}: {said}" + (f"\n{hint}" if hint else ""))


class HalfMade(Exception):
    """A resource that exists but is not finished: it is recorded with its id, and repaired by the next update."""

    def __init__(self, identity: str, outputs: dict[str, object], inputs: dict[str, object], reason: str) -> None:
        self.identity = identity
        self.outputs = outputs
        self.inputs = inputs
        self.reason = reason
        super().__init__(reason)


def fault(doing: str, error: Exception) -> Fault:  # noqa: PLR0911 - one case per kind
    """The error of an operation, told in three parts; no traceback and no secret."""
    match error:
        case Fault():
            return error
        case CredentialsMissing():
            return Fault(doing, str(error), kind="UNAUTHENTICATED")
        case Refused():
            kind = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ALREADY_EXISTS"}
            return Fault(doing, f"Twilio said {error}", _hint(error), kind.get(error.status, "UNKNOWN"))
        case Unreachable():
            hint = (
                "It may have been done nevertheless: look before repeating it." if error.sent else "Nothing was done."
            )
            return Fault(doing, str(error), hint + " Check the network and TWILIO_ENDPOINT.", "UNAVAILABLE")
        case Interrupted():
            return Fault(doing, str(error), "Run it again to go on.", "CANCELLED")
        case TwilioError():
            return Fault(doing, str(error), kind="FAILED_PRECONDITION")
        case BadId():
            return Fault(doing, str(error), kind="INVALID_ARGUMENT")
        case _:
            return Fault(
                doing,
                f"the provider failed ({type(error).__name__}: {_one_line(error)})",
                "This is a fault of the provider: please report it with the command and the type.",
                "INTERNAL",
            )


def exists(doing: str, resource: ResourceType, name: str, refusal: Refused, identity: str | None) -> Fault:
    """A create that Twilio refused because the name is taken."""
    if identity is None:
        return Fault(doing, f"Twilio said {refusal}", "Another one has this name: choose another.", "ALREADY_EXISTS")
    return Fault(
        doing,
        f"Twilio said {refusal}. It exists already: {identity.rsplit('/', 1)[-1]}",
        f"If this stack is to manage it: pulumi import {resource.token} {name} {identity}\nElse choose another name.",
        "ALREADY_EXISTS",
    )


def _hint(error: Refused) -> str:
    if error.status >= 500:
        return "The fault is Twilio's: run it again."
    return _BY_STATUS.get(error.status, "Correct the inputs that Twilio names and run it again.")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
