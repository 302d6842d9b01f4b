# ruff: noqa: N818 - exceptions are named for what happened

"""Errors as the user reads them, in three parts: what was being done, what Twilio said, what to try."""

import re
import shlex

from twilio_api.errors import CredentialsMissing, Interrupted, Refused, TwilioError, Unreachable

from twilio_provider.catalogue.model import ResourceType
from twilio_provider.paths import BadId

_BY_STATUS = {
    401: "Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or the API key, and TWILIO_REGION.",
    403: "The credentials may not do this: use an auth token, or a key with the permission.",
    404: "What this belongs to may have been deleted: run `pulumi refresh`, then `pulumi up`.",
    429: "Twilio is still limiting requests: run it again later, or with a lower --parallel.",
}
# What else a refusal asks for depends on what was being done: the first word of the first part.
_BY_DOING = {
    "deleting": "Something may still use it: end that and run it again, or let go of it with `pulumi state delete`.",
    "reading": "Check its id, the credentials and TWILIO_REGION, and run it again.",
    "looking": "Check what is asked for, the credentials' account and TWILIO_REGION; nothing was changed.",
}
# How Twilio says that a name is taken, where it does not say it by a status of 409.
# The codes are each told of at https://www.twilio.com/docs/api/errors/<code>.
_TAKEN = re.compile(
    r"already (exists|in use|taken|registered|been (used|taken))|(is|are) not unique|must be unique|"
    r"(exists|in use) already|\bduplicate\b|same (friendly|unique) ?name",
    re.IGNORECASE,
)
_TAKEN_CODES = frozenset({20409, 50069, 54208, 54301, 60246, 60301, 80602, 80603, 90101})
_MAYBE = (
    "It may have been done nevertheless: look for it before you run it again, and import or delete what you find. "
    "Running it again makes another one."
)
_CORRECT = "Correct the inputs that Twilio names and run it again."


class Fault(Exception):
    """An error fit for the engine. ``kind`` is the name of a gRPC status code."""

    def __init__(self, doing: str, said: str, hint: str = "", kind: str = "UNKNOWN") -> None:
        self.kind = kind
        self.said = said
        self.hint = hint
        super().__init__((f"{doing}: " if doing else "") + said + (f"\n{hint}" if hint else ""))


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
            return Fault(doing, f"Twilio said {error}", _hint(doing, error), kind.get(error.status, "UNKNOWN"))
        case Unreachable():
            hint = (
                "It may have been done nevertheless: look before repeating it." if error.sent else "Nothing was done."
            )
            hint += " Check the network, TWILIO_REGION, TWILIO_EDGE and TWILIO_ENDPOINT."
            return Fault(doing, str(error), hint, "UNAVAILABLE")
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


def is_taken(refusal: Refused) -> bool:
    """Whether Twilio refused a create because there is one of that name."""
    said = refusal.code in _TAKEN_CODES or _TAKEN.search(refusal.message) is not None
    return refusal.status == 409 or (refusal.status in {400, 422} and said)


def uncertain(doing: str, error: TwilioError) -> Fault:
    """A create of which nobody knows whether it happened, and of which a second one would be a twin."""
    told = fault(doing, error)
    return Fault(doing, told.said, _MAYBE, told.kind)


def unnamed(doing: str, error: Exception) -> Fault:
    """A create that happened, with an answer that does not say what it made."""
    told = fault(doing, error)
    return Fault(doing, told.said, f"{told.hint}\n{_MAYBE}", told.kind)


def exists(doing: str, refusal: Refused, identity: str | None, command: str) -> Fault:
    """A create that Twilio refused because the name is taken. ``command`` imports the one that has it."""
    if identity is None:
        return Fault(doing, f"Twilio said {refusal}", "Another one has this name: choose another.", "ALREADY_EXISTS")
    return Fault(
        doing,
        f"Twilio said {refusal}. It exists already: {identity.rsplit('/', 1)[-1]}",
        f"If this stack is to manage it: {command}\n"
        f"or run `pulumi up` once with the option `import` of the resource set to {identity}\n"
        "Else choose another name.",
        "ALREADY_EXISTS",
    )


def import_command(resource: ResourceType, urn: str, identity: str, provider: str | None) -> str:
    """The command that brings an existing thing under this URN. ``provider`` is the URN of its provider, if it has one.

    A URN tells the types of the components above, but the name of none: that is left for the user to fill in.
    """
    stack, project, types, name = urn.split("::", 3)
    made = f"pulumi import {resource.token} {shlex.quote(name)} {shlex.quote(identity)}"
    above = types.rpartition("$")[0]
    if above:
        made += f" --parent 'parent={stack}::{project}::{above}::<name of that component>'"
    if provider:
        made += f" --provider {shlex.quote(f'provider={provider}')}"
    return made


def still_there(doing: str, error: TwilioError) -> Fault:
    """A delete of what holds other things, which failed: with ``deletedWith`` the engine has let go of those before."""
    told = fault(doing, error)
    hint = (
        f"{told.hint}\nWhat is inside and was to go with it (deletedWith) is in the state no more: destroy again. "
        "After a `pulumi up` instead, names that are taken have to be imported."
    )
    return Fault(doing, told.said, hint.strip(), told.kind)


def _hint(doing: str, error: Refused) -> str:
    if error.status >= 500:
        return "The fault is Twilio's: run it again."
    by_doing = _BY_DOING.get(doing.split(" ", 1)[0])
    if error.status == 404 and by_doing:
        return by_doing
    return _BY_STATUS.get(error.status) or by_doing or _CORRECT


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
