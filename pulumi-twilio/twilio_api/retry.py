"""Whether a failed attempt is repeated, and when. Pure: what happened goes in, seconds to wait or None come out.

A 429 was never processed, so every method repeats it. A GET, a DELETE, or a POST that says the same thing when said
twice, repeats after a 5xx and after a lost connection. Any other POST repeats only if it was never sent.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

ATTEMPTS = 6
LONGEST_WAIT = 120.0


@dataclass(frozen=True)
class Outcome:
    """One attempt: the HTTP ``status`` (None without an answer), its Retry-After, and whether it was ``sent``."""

    status: int | None
    retry_after: str | None = None
    sent: bool = True


def wait_before_repeat(
    outcome: Outcome, *, repeatable: bool, attempt: int, jitter: float | None = None
) -> float | None:
    """Seconds until the next attempt, or None to give up. ``attempt`` counts from 1, ``jitter`` is in 0..1."""
    if attempt >= ATTEMPTS or not _may_repeat(outcome, repeatable):
        return None
    asked = _seconds(outcome.retry_after)
    if asked is not None:
        return asked if asked <= LONGEST_WAIT else None
    spread = random.random() if jitter is None else jitter  # noqa: S311 - spreads load, guards nothing
    return min(0.25 * 2.0 ** (attempt - 1), 8.0) * (0.5 + spread / 2)


def _may_repeat(outcome: Outcome, repeatable: bool) -> bool:
    if outcome.status is None:
        return repeatable or not outcome.sent
    return outcome.status == 429 or (outcome.status >= 500 and repeatable)


def _seconds(retry_after: str | None) -> float | None:
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (when.astimezone(UTC) - datetime.now(UTC)).total_seconds())
