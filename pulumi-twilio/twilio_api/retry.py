"""Whether a failed attempt is repeated, and when. Pure: what happened goes in, seconds to wait or None come out.

A 429 was never processed, so every method repeats it, for minutes: limits of an account are shared by all who use it,
and giving up half-way through a stack helps nobody. A GET, a DELETE, or a POST that says the same thing when said
twice, repeats after a 5xx and after a lost connection, a few times. Any other POST repeats only if it was never sent.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

ATTEMPTS = 6
LONGEST_WAIT = 120.0
PATIENCE = 300.0  # seconds of waiting for a limit to pass, in all
_LONGEST_BACKOFF = {True: 20.0, False: 8.0}  # limited, or not


@dataclass(frozen=True)
class Outcome:
    """One attempt: the HTTP ``status`` (None without an answer), its Retry-After, and whether it was ``sent``."""

    status: int | None
    retry_after: str | None = None
    sent: bool = True

    @property
    def limited(self) -> bool:
        """Whether too much was asked for."""
        return self.status == 429


def wait_before_repeat(
    outcome: Outcome, *, repeatable: bool, attempt: int, waited: float = 0.0, jitter: float | None = None
) -> float | None:
    """Seconds until the next attempt, or None to give up.

    ``attempt`` counts from 1 what ended as this one did, limited or not; ``waited`` are the seconds that limits have
    taken so far; ``jitter`` is in 0..1.
    """
    if not _may_repeat(outcome, repeatable) or (attempt >= ATTEMPTS and not outcome.limited):
        return None
    asked = _seconds(outcome.retry_after)
    if asked is not None and asked > LONGEST_WAIT:
        return None
    spread = random.random() if jitter is None else jitter  # noqa: S311 - spreads load, guards nothing
    backoff = min(0.25 * 2.0 ** min(attempt - 1, 10), _LONGEST_BACKOFF[outcome.limited]) * (0.5 + spread / 2)
    wait = backoff if asked is None else asked
    if attempt >= ATTEMPTS:  # a Retry-After that has not helped so often is no more believed
        wait = max(wait, backoff)
    return None if outcome.limited and waited + wait > PATIENCE else wait


def _may_repeat(outcome: Outcome, repeatable: bool) -> bool:
    if outcome.status is None:
        return repeatable or not outcome.sent
    return outcome.limited or (outcome.status >= 500 and outcome.status != 501 and repeatable)


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
