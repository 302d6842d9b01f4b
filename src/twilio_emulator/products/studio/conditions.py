"""Conditions of split-based-on. Upper and lower case are alike, and spaces around do not count (as seen at Twilio; not
documented).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from twilio_emulator.products.studio.liquid import render


def _any_of(given: str, wanted: str) -> bool:
    return given in {part.strip() for part in wanted.split(",")}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _compared(given: str, wanted: str, sign: int) -> bool:
    left, right = _number(given), _number(wanted)
    return left is not None and right is not None and (left - right) * sign > 0


def _fits(given: str, pattern: str) -> bool:
    try:
        return re.fullmatch(pattern, given, re.IGNORECASE | re.DOTALL) is not None
    except re.error:
        return False


TYPES: dict[str, Callable[[str, str], bool]] = {
    "equal_to": lambda given, wanted: given == wanted,
    "not_equal_to": lambda given, wanted: given != wanted,
    "matches_any_of": _any_of,
    "does_not_match_any_of": lambda given, wanted: not _any_of(given, wanted),
    "is_blank": lambda given, _wanted: not given,
    "is_not_blank": lambda given, _wanted: bool(given),
    "contains": lambda given, wanted: wanted in given,
    "does_not_contain": lambda given, wanted: wanted not in given,
    "starts_with": lambda given, wanted: given.startswith(wanted),
    "does_not_start_with": lambda given, wanted: not given.startswith(wanted),
    "less_than": lambda given, wanted: _compared(given, wanted, -1),
    "greater_than": lambda given, wanted: _compared(given, wanted, 1),
    "regex": _fits,
}


def holds(condition: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
    """Whether one condition holds for its argument."""
    given = render((condition.get("arguments") or [""])[0], context).strip()
    wanted = render(condition.get("value", ""), context).strip()
    if condition["type"] == "regex":
        return TYPES["regex"](given, wanted)
    return TYPES[condition["type"]](given.casefold(), wanted.casefold())
