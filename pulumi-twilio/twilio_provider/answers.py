"""Answers as the protocol says them: the failures of a check, a difference. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from twilio_provider.diff import Change
from twilio_provider.telling import without
from twilio_provider.values import is_secret

_KINDS = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
}


def failures_of(failures: Iterable[tuple[str, str]]) -> list[Any]:
    """(Argument, reason) of a function."""
    return [provider_pb2.CheckFailure(property=name, reason=reason) for name, reason in failures]


def check_failures(
    failures: list[tuple[str, str]],
    given: Mapping[str, Any],
    secret: Callable[[str], bool],
    secrets: Iterable[str],
) -> list[Any]:
    """(Property, reason) of inputs. ``secret`` says which are secret by nature, ``secrets`` are the texts of those.

    The engine prints the value of the property that a failure names, marked as a secret or not. One that may be a
    secret therefore names none, and its reason begins with the path.
    """
    hide = {name for name, _ in failures if is_secret(given.get(_root(name)), named=secret(_root(name)))}
    told = [(name, without(reason, secrets)) for name, reason in failures]
    return failures_of(("", f"{name}: {reason}") if name in hide else (name, reason) for name, reason in told)


def _root(path: str) -> str:
    """The property that a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def diff_response(changes: Iterable[Change], stables: tuple[str, ...], *, delete_first: bool = False) -> Any:
    """What changed, and what it asks for."""
    changes = list(changes)
    response = provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changes else provider_pb2.DiffResponse.DIFF_NONE,
        replaces=[change.name for change in changes if change.replace],
        diffs=[change.name for change in changes],
        stables=stables,
        deleteBeforeReplace=delete_first,
        hasDetailedDiff=bool(changes),
    )
    for change in changes:
        kind = _KINDS[change.kind, change.replace]
        response.detailedDiff[change.name].CopyFrom(provider_pb2.PropertyDiff(kind=kind, inputDiff=True))
    return response
