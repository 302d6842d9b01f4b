"""Counting a request log. Pure: requests in, numbers out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Request:
    """One answered request: what was asked, by whom (`api`, `function`), and from when to when (ms of one clock)."""

    operation: str
    source: str
    began: float
    ended: float


@dataclass(frozen=True)
class Counts:
    """`raw` are all requests; `polls` ask how far a build is; `credential_checks` ask who the account is."""

    raw: int
    polls: int
    credential_checks: int

    @property
    def counted(self) -> int:
        """All but status polls and one credential check: a second check is a request like any other."""
        return self.raw - self.polls - min(self.credential_checks, 1)


def read(entries: Iterable[Mapping[str, Any]], source: str) -> list[Request]:
    """The requests of one source in the emulator's timed log; calls of deployed functions themselves are none."""
    return [
        Request(entry["operation"], entry["source"], entry["began"], entry["ended"])
        for entry in entries
        if entry["source"] == source and entry["operation"] != "InvokeFunction"
    ]


def count(requests: Sequence[Request]) -> Counts:
    """How many of which kind."""
    operations = [request.operation for request in requests]
    return Counts(len(requests), operations.count("FetchBuildStatus"), operations.count("FetchAccount"))


def longest_chain(requests: Iterable[Request]) -> int:
    """The most requests of which each began after the one before it had ended.

    Under an injected latency that dwarfs all else, this is the number of round trips that the whole takes.
    """
    length, free = 0, float("-inf")
    for request in sorted(requests, key=lambda request: request.ended):
        if request.began >= free:
            length, free = length + 1, request.ended
    return length
