"""Which faults can be asked for."""

from typing import Any

import pytest

from twilio_emulator.core.faults import Fault


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "exactly one of status and action"),
        ({"status": 500, "action": "reset"}, "exactly one of status and action"),
        ({"action": "explode"}, "action: reset, hang, kill or hold"),
        ({"status": 500, "when": "during"}, "when: before or after"),
        ({"status": 500, "path": "("}, r"path: '\(' is no regular expression"),
        ({"status": "500"}, "status: a whole number"),
        ({"status": 500, "nth": 0}, "nth: a whole number"),
        ({"status": 500, "times": True}, "times: a whole number"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_is_allowed(given: dict[str, Any], told: str) -> None:
    """When it is asked for, not when a call meets it."""
    with pytest.raises(ValueError, match=told):
        Fault(**given)
