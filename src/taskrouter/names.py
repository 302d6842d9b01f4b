"""Which names an expression may use, by the place it stands in.

https://www.twilio.com/docs/taskrouter/expression-syntax, "Queue, Matching Tasks, and Matching Workers Expressions";
https://www.twilio.com/docs/taskrouter/worker-presence
"""

from dataclasses import dataclass
from typing import TypeAlias

from taskrouter import nodes

Key: TypeAlias = nodes.Key

_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Why a name may not stand here, and which may."""

    what: str
    allowed: str


Verdict: TypeAlias = Forbidden | None


def is_sid(text: str, prefix: str) -> bool:
    """Whether the text is the prefix (two letters) and 32 hexadecimal digits."""
    return len(text) == 34 and text.startswith(prefix) and _HEXADECIMAL.issuperset(text[2:])


def in_filter(key: Key) -> Verdict:
    """A filter sees a single task."""
    if key.root in ("worker", "workers"):
        return Forbidden("a filter is evaluated against the task alone", "names of the task's attributes")
    return None


def in_target(key: Key) -> Verdict:
    """A target sees the task and each worker of its queue, so every name says whose it is."""
    if key.root not in ("task", "worker") or len(key.parts) == 1:
        return Forbidden("a target's names say whose they are", "task.<attribute> or worker.<attribute>")
    return None


def in_skip_if(key: Key) -> Verdict:
    """A skip sees how many of the queue's workers are in which activity."""
    last = key.parts[-1]
    counted = key.root == "workers" and len(key.parts) == 2 and isinstance(last, str)
    if counted and (last in ("available", "unavailable") or is_sid(str(last), "WA")):
        return None
    return Forbidden(
        "a skip counts the queue's workers", "workers.available, workers.unavailable or workers.<activity SID>"
    )
