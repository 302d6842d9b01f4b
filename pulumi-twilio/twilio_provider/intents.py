"""Creates that an earlier run was stopped in, as whoever runs the engine tells them. Pure but for reading one file.

A killed engine or provider leaves no record of a create under way. The file that ``TWILIO_OPEN_INTENTS`` names says
what was in flight, and when, by the clock of the machine that ran the engine::

    {"version": 1, "intents": [{"urn": "urn:pulumi:...", "since": "2026-01-01T10:00:00Z", "until": "..."}]}

What is made of it is in :mod:`twilio_provider.recovery`.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from twilio_provider.faults import Fault

VARIABLE = "TWILIO_OPEN_INTENTS"
# Twilio shows whole seconds, and what dates its answers and what dates its things need not be one clock. And a request
# that was on its way when its sender was killed may be carried out a little later.
EARLIER, LATER = timedelta(seconds=2), timedelta(seconds=30)


@dataclass(frozen=True)
class Window:
    """From when to when a create may have happened."""

    since: datetime
    until: datetime

    def holds(self, made: datetime) -> bool:
        """Whether a thing made then may be of it."""
        return self.since - EARLIER <= made <= self.until + LATER


def load(path: str | None) -> dict[str, list[Window]]:
    """The windows by URN; none without a file. Raises ``Fault`` for a file that cannot be understood."""
    if not path:
        return {}
    try:
        content = json.loads(Path(path).read_text("utf-8"))
        found: dict[str, list[Window]] = {}
        for intent in content["intents"]:
            window = Window(moment(intent["since"]), moment(intent["until"]))
            found.setdefault(str(intent["urn"]), []).append(window)
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = f"{VARIABLE}={path} cannot be read: {error}"
        raise Fault("reading what an earlier run was stopped in", said, kind="FAILED_PRECONDITION") from None
    return found


def moment(text: str) -> datetime:
    """A point in time with its zone. Raises ValueError for anything else."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return found
