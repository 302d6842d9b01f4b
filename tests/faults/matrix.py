"""The table of the fault matrix: which calls, which faults, what follows or comes in between; each combination a case.

The calls are not written by hand: `calls.json` is what an undisturbed run was seen to make (`python -m
tests.faults.recording` writes it), and a test fails as soon as a run makes others.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

RECORDING = Path(__file__).with_name("calls.json")

Operation = Literal["park", "repark", "message", "agent", "close", "ended", "studio", "repair"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
"""Park; park of what was parked and resumed before; unpark by a customer's message; unpark by an agent; close; the end
of a task that nobody took; the end of a Studio flow; the reconciler, where a message has not been acted on.
"""
WHOLE: tuple[Operation, ...] = ("park", "repark", "message", "agent")
"""Those whose calls meet every fault with all that may follow; the others' meet `MOST` of them."""


@dataclass(frozen=True)
class Call:
    """One call that an operation makes: the `nth` of those with this method and path (a regular expression)."""

    name: str
    host: str
    method: str
    path: str
    nth: int

    def struck(self, fault: Mapping[str, Any]) -> dict[str, Any]:
        """The fault as the emulator's control API takes it, for this call."""
        return {"host": self.host, "method": self.method, "path": self.path, "nth": self.nth, **fault}


# Longer than any call of the functions waits (35 % of 8 s).
_HANG = {"action": "hang", "hang_seconds": 4}
FAULTS: Mapping[str, Mapping[str, Any]] = {
    "not_sent": {"action": "reset", "when": "before"},
    "429_once": {"status": 429, "retry_after": 0},
    "429_ever": {"status": 429, "retry_after": 30, "times": None},
    "500_before": {"status": 500, "when": "before"},
    "500_after": {"status": 500, "when": "after"},
    "503_after": {"status": 503, "when": "after"},
    "reset_after": {"action": "reset", "when": "after"},
    "hang_before": {**_HANG, "when": "before"},
    "hang_after": {**_HANG, "when": "after"},
    "late": {"action": "hold", "when": "before", "hang_seconds": 9},
    "404": {"status": 404},
    "409": {"status": 409},
    "412": {"status": 412},
    "kill": {"action": "kill", "when": "after"},
}
"""What call k meets: once, but for `429_ever`. `late`: a write has its effect after the operation has answered.
`kill`: the call has its effect, and the process ends with it.
"""
MOST = ("500_before", "reset_after", "hang_after", "late", "kill")

HOLDS: Mapping[str, Mapping[str, Any]] = {
    "held_before": {"action": "hold", "when": "before", "hang_seconds": 5},
    "held_after": {"action": "hold", "when": "after", "hang_seconds": 5},
}
"""Where other handlers come in between: call k waits for them, before or after its effect."""

Follow = Literal["same", "message", "agent", "reconcile"]
FOLLOWS: tuple[Follow, ...] = get_args(Follow)
"""The same request again (a webhook: the same delivery); a further message; a resume by the agent; the reconciler."""

_PARK_MEETS: tuple[tuple[Follow, ...], ...] = (
    ("same",),
    ("message",),
    ("agent",),
    ("reconcile",),
    ("same", "message"),
    ("message", "same"),
    ("message", "agent"),
)
BETWEEN: Mapping[Operation, tuple[tuple[Follow, ...], ...]] = {
    "park": _PARK_MEETS,
    "repark": _PARK_MEETS,
    "message": (
        ("message",),
        ("agent",),
        ("reconcile",),
        ("message", "message"),
        ("message", "agent"),
        ("agent", "message"),
    ),
    "agent": (("same",), ("message",), ("reconcile",), ("same", "message"), ("message", "same")),
}
"""What one or two further handlers do from beginning to end while the first is held."""

SWITCHES: tuple[tuple[str, Any], ...] = (
    ("closed_participants_listed", False),
    ("invites_list_fresh", False),
    ("invite_answer", "bare"),
    ("queue_sid_alone", True),
    ("invite_into_inactive", "refuse"),
    ("conversation_state_after_inactive", "active"),
    ("closing_resets_180_days", False),
    ("second_interaction", "refuse"),
    ("replay_after_inclusive", True),
    ("messages_list_lag_ms", 300),
    ("missing_attribute_false", False),
    ("terminal_events_order", "canceled_first"),
    ("ended_tasks_vanish_seconds", 0),
    ("json_body_signature", False),
    ("events_delivered_twice", True),
    ("studio_messages_fire", False),
)
"""Each uncertain behaviour of the emulator that park can meet, at the value that is not its default."""
_SWITCHED_CALLS = {
    "CreateDocument",
    "UpdateDocument",
    "CreateConversationScopedWebhook",
    "CreateInteractionChannelInvite",
    "UpdateInteractionChannelParticipant",
}
_SWITCHED_FAULTS = ("500_before", "500_after", "reset_after")


@dataclass(frozen=True)
class Case:
    """One row: `call` is None in a run without fault; with `between` it is held, and nothing follows."""

    operation: Operation
    number: int
    call: Call | None
    fault: str | None
    follow: Follow
    switch: tuple[str, Any] | None = None
    between: tuple[Follow, ...] = ()

    @property
    def id(self) -> str:
        """As pytest shows it, e.g. `park-12-CreateDocument-500_after-customer_message`."""
        names = {"same": "same_again", "message": "customer_message", "agent": "agent_unpark"} | {
            "reconcile": "reconcile"
        }
        follow = "+".join(names[each] for each in self.between or (self.follow,))
        switched = f"-{self.switch[0]}={self.switch[1]}" if self.switch else ""
        if self.call is None:
            return f"{self.operation}-undisturbed-{follow}{switched}"
        return f"{self.operation}-{self.number:02d}-{self.call.name}-{self.fault}-{follow}{switched}"

    @property
    def beginning(self) -> tuple[Any, ...]:
        """Cases that have it in common are alike until what follows."""
        return self.operation, self.number, self.fault, self.switch, self.between

    @property
    def kills(self) -> bool:
        """Whether a process ends in it."""
        return self.fault == "kill"


@cache
def recorded() -> Mapping[Operation, tuple[Call, ...]]:
    """The calls of each operation, in the order in which they were answered."""
    found = json.loads(RECORDING.read_text()) if RECORDING.exists() else {}
    return {operation: tuple(Call(**call) for call in found.get(operation, ())) for operation in OPERATIONS}


def record(calls: Mapping[Operation, Iterable[Call]]) -> None:
    """Write the recording."""
    text = json.dumps({operation: [asdict(call) for call in calls[operation]] for operation in OPERATIONS}, indent=1)
    RECORDING.write_text(text + "\n")


def _calls(*operations: Operation) -> list[tuple[Operation, int, Call]]:
    return [(each, n, call) for each in operations for n, call in enumerate(recorded()[each], start=1)]


def undisturbed() -> list[Case]:
    """No call meets a fault: each operation x what follows."""
    return [Case(operation, 0, None, None, follow) for operation in OPERATIONS for follow in FOLLOWS]


def faulted() -> list[Case]:
    """Every call x every fault x what follows."""
    return [
        Case(operation, number, call, fault, follow)
        for operation, number, call in _calls(*OPERATIONS)
        for fault in (FAULTS if operation in WHOLE else MOST)
        if fault != "late" or (call.method != "GET" and call.host != "iam.twilio.com")
        for follow in FOLLOWS
    ]


def interleaved() -> list[Case]:
    """Every call, held before and after its effect, x one or two other handlers that come in between."""
    return [
        Case(operation, number, call, held, between[0], between=between)
        for operation, number, call in _calls(*BETWEEN)
        for held in HOLDS
        for between in BETWEEN[operation]
    ]


def switched() -> list[Case]:
    """Each switch flipped alone: without a fault, and with what leaves the outcome of a write open."""
    cases = []
    for switch in SWITCHES:
        cases += [Case(each, 0, None, None, follow, switch) for each in OPERATIONS for follow in FOLLOWS]
        cases += [
            Case(operation, number, call, fault, "message", switch)
            for operation, number, call in _calls(*OPERATIONS)
            if call.name in _SWITCHED_CALLS
            for fault in _SWITCHED_FAULTS
        ]
    return cases


EXTENTS = ("sample", "no-kills", "whole", "apart")
_SAMPLED_INTERLEAVED, _SAMPLED_SWITCHED = 80, 50


def whole() -> list[Case]:
    """All of it."""
    return undisturbed() + faulted() + interleaved() + switched()


def chosen(extent: str, seed: int) -> list[Case]:
    """The cases of one run. `whole`: all; `apart`: and each is played to its end. `no-kills`: all in which no process
    ends, and a kill at every call with one of what may follow. `sample`: every call meets every fault, with one of what
    may follow, and some of the rest.
    """
    if extent in {"whole", "apart"}:
        return whole()
    rng = random.Random(seed)  # noqa: S311 - which cases are drawn is no secret
    groups: dict[tuple[Operation, int, str | None], list[Case]] = {}
    for case in faulted():
        groups.setdefault((case.operation, case.number, case.fault), []).append(case)
    drawn = {rng.choice(group) for group in groups.values()}
    if extent == "no-kills":
        return [case for case in whole() if not case.kills or case in drawn]
    more = ((interleaved(), _SAMPLED_INTERLEAVED), (switched(), _SAMPLED_SWITCHED))
    rest = [case for cases, number in more for case in rng.sample(cases, min(number, len(cases)))]
    return undisturbed() + [case for case in faulted() if case in drawn] + rest


def counted(cases: Iterable[Case]) -> Mapping[str, Mapping[str, int]]:
    """How many cases there are by operation, by fault, by what follows or comes in between, and by switch."""
    by: dict[str, Counter[str]] = {name: Counter() for name in ("operation", "fault", "follows", "between", "switch")}
    for case in cases:
        by["operation"][case.operation] += 1
        by["fault"][case.fault or "none"] += 1
        if case.between:
            by["between"][f"{len(case.between)} other handlers" if len(case.between) > 1 else "1 other handler"] += 1
        else:
            by["follows"][case.follow] += 1
        by["switch"][f"{case.switch[0]}={case.switch[1]}" if case.switch else "none flipped"] += 1
    return by
