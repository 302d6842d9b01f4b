"""When an attempt is repeated: a table of what happened and what follows."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from twilio_api.retry import ATTEMPTS, LONGEST_WAIT, PATIENCE, Outcome, wait_before_repeat


@pytest.mark.parametrize(
    ("outcome", "repeatable", "repeated"),
    [
        (Outcome(429), False, True),
        (Outcome(429), True, True),
        (Outcome(500), True, True),
        (Outcome(503), True, True),
        (Outcome(501), True, False),
        (Outcome(500), False, False),
        (Outcome(400), True, False),
        (Outcome(404), True, False),
        (Outcome(None, sent=True), True, True),
        (Outcome(None, sent=True), False, False),
        (Outcome(None, sent=False), False, True),
    ],
)
def test_only_what_cannot_have_happened_twice_is_repeated(outcome: Outcome, repeatable: bool, repeated: bool) -> None:
    """A POST is never repeated blindly."""
    wait = wait_before_repeat(outcome, repeatable=repeatable, attempt=1)
    assert (wait is not None) is repeated


def test_retry_after_is_obeyed_in_seconds_and_as_a_date() -> None:
    """Up to a limit, beyond which giving up is kinder."""
    assert wait_before_repeat(Outcome(429, "7"), repeatable=False, attempt=1) == 7
    ahead = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    wait = wait_before_repeat(Outcome(429, ahead), repeatable=False, attempt=1)
    assert wait is not None
    assert 27 <= wait <= 30
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert wait_before_repeat(Outcome(429, past), repeatable=False, attempt=1) == 0
    assert wait_before_repeat(Outcome(429, str(LONGEST_WAIT + 1)), repeatable=False, attempt=1) is None


def test_waits_grow_and_end() -> None:
    """Exponential with jitter, and a last attempt."""
    waits = [wait_before_repeat(Outcome(503), repeatable=True, attempt=n, jitter=1.0) for n in range(1, ATTEMPTS + 1)]
    assert waits == [0.25, 0.5, 1.0, 2.0, 4.0, None]


@pytest.mark.parametrize("retry_after", [None, "0", "30"])
def test_a_limit_is_waited_for_for_minutes(retry_after: str | None) -> None:
    """It was never processed, and will be: giving up would leave half a stack. Neither in haste nor for ever."""
    waited, attempts = 0.0, 0
    while True:
        attempts += 1
        outcome = Outcome(429, retry_after)
        wait = wait_before_repeat(outcome, repeatable=False, attempt=attempts, waited=waited, jitter=0.5)
        if wait is None:
            break
        waited += wait
    assert PATIENCE - 30 <= waited <= PATIENCE
    assert attempts < 40
