"""What no document of Twilio settles: named switches, each with a default and a meaning.

docs/emulator.md holds the same table (tested).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Switch:
    """One uncertain behaviour. `allowed` lists the values; a type stands for any value of it."""

    name: str
    default: bool | int | str
    allowed: tuple[bool | str, ...] | type[int]
    meaning: str

    @property
    def allowed_text(self) -> str:
        """The allowed values in words."""
        if isinstance(self.allowed, tuple):
            return ", ".join(str(value).lower() for value in self.allowed)
        return "a whole number, 0 or more"


_YES_NO = (True, False)
SWITCHES = (
    Switch(
        "closed_participants_listed",
        True,
        _YES_NO,
        "An interaction channel's list of participants still shows those that were closed.",
    ),
    Switch(
        "invites_list_fresh",
        True,
        _YES_NO,
        "The list of invites shows each task as it is now; false: as it was when the invite was made.",
    ),
    Switch(
        "invite_answer",
        "full",
        ("full", "bare"),
        "An invite answers with the whole task under routing.properties; bare: with what was sent only.",
    ),
    Switch("queue_sid_alone", False, _YES_NO, "An invite may name a queue without a worker."),
    Switch(
        "invite_into_inactive",
        "accept",
        ("accept", "refuse"),
        "What an invite into an inactive interaction channel gets.",
    ),
    Switch(
        "conversation_state_after_inactive",
        "inactive",
        ("inactive", "active"),
        "The conversation's state after its channel became inactive.",
    ),
    Switch(
        "closing_resets_180_days", True, _YES_NO, "Closing an interaction channel counts as an update for its 180 days."
    ),
    Switch("second_interaction", "accept", ("accept", "refuse"), "What a second interaction on one conversation gets."),
    Switch(
        "replay_after_inclusive",
        False,
        _YES_NO,
        "ReplayAfter of a scoped webhook replays the message of that very index too.",
    ),
    Switch(
        "messages_list_lag_ms",
        0,
        int,
        "A conversation's list of messages shows a message only after so many milliseconds.",
    ),
    Switch(
        "message_webhook_lag_ms",
        0,
        int,
        "A conversation's webhooks are called only so many (real) milliseconds after what they tell of.",
    ),
    Switch(
        "json_body_signature",
        True,
        _YES_NO,
        "A protected function checks the signature of JSON bodies (bodySHA256), not of forms alone.",
    ),
    Switch(
        "missing_attribute_false",
        True,
        _YES_NO,
        "A workflow expression that compares an attribute which is not there is false; false: the negations hold.",
    ),
    Switch(
        "terminal_events_order",
        "timeout_first",
        ("timeout_first", "canceled_first"),
        "Of workflow.timeout and task.canceled, which comes first.",
    ),
    Switch("ended_tasks_vanish_seconds", 300, int, "After so many seconds a completed or canceled task is gone (404)."),
    Switch(
        "function_timeout_ms",
        10_000,
        int,
        "A deployed Function that has not answered after so many milliseconds is ended (504).",
    ),
    Switch(
        "webhook_timeout_ms",
        5_000,
        int,
        "A webhook of a conversation or a sink that has not answered after so many milliseconds has failed.",
    ),
    Switch("build_polls", 0, int, "So many times the status of a Build is building, before it is completed."),
    Switch(
        "sync_rate_limits",
        False,
        _YES_NO,
        "Sync refuses what exceeds 20 reads, writes (2 from 10 KiB up) or creations a second for 10 s (429, 54009).",
    ),
    Switch(
        "task_search_limit",
        False,
        _YES_NO,
        "TaskRouter refuses more than 3 searches a second by EvaluateTaskAttributes (429, 20429).",
    ),
    Switch(
        "flex_rate_limit",
        False,
        _YES_NO,
        "Flex answers 20 requests a second at each endpoint of its Interactions API, further ones with 429 (45780).",
    ),
    Switch(
        "product_rate_limit",
        0,
        int,
        "So many requests a second each other product but Sync answers, then 429 (20429); 0: as many as come.",
    ),
    Switch(
        "events_order",
        "kept",
        ("kept", "reversed"),
        "In which order the events that wait for one sink are delivered.",
    ),
    Switch(
        "events_gathered_ms",
        0,
        int,
        "A sink's events are gathered for so many milliseconds before they are delivered in one array.",
    ),
    Switch("events_delivered_twice", False, _YES_NO, "Every event comes a second time, events_retry_seconds later."),
    Switch(
        "events_retry_seconds",
        5,
        int,
        "After so many seconds a refused event comes again; doubled each time, at most 600, for four hours.",
    ),
    Switch(
        "events_retry_4xx",
        False,
        _YES_NO,
        "An event refused with 4xx comes again too, not only after 5xx, 429 or no answer.",
    ),
    Switch(
        "sink_starts",
        "active",
        ("active", "initialized"),
        "A new sink's status; initialized: it takes no subscription until a test event was validated.",
    ),
    Switch("sink_shared", False, _YES_NO, "A sink may have more than one subscription."),
    Switch(
        "studio_messages_fire",
        True,
        _YES_NO,
        "What a Studio flow says in a conversation fires the conversation's webhooks (never a flow's).",
    ),
)
_BY_NAME = {switch.name: switch for switch in SWITCHES}


class Switches:
    """The values in force. `world.switches["queue_sid_alone"]`; a name that is in no table is a mistake (KeyError)."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name, _BY_NAME[name].default)

    def set(self, values: Mapping[str, Any]) -> None:
        """Changes all that are named, or none; raises ValueError that says what is allowed."""
        for name, value in values.items():
            _check(name, value)
        self._values |= values

    def all(self) -> dict[str, Any]:
        """Every switch with its value."""
        return {name: self[name] for name in _BY_NAME}

    def reset(self) -> None:
        """Back to the defaults."""
        self._values.clear()


def _check(name: str, value: Any) -> None:
    switch = _BY_NAME.get(name)
    if switch is None:
        raise ValueError(f"there is no switch {name}; there are {', '.join(_BY_NAME)}")
    if isinstance(switch.allowed, tuple):
        fits = any(value is allowed or (isinstance(allowed, str) and value == allowed) for allowed in switch.allowed)
    else:
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if not fits:
        raise ValueError(f"{name} allows {switch.allowed_text}")
