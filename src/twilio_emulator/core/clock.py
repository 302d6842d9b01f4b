"""Time that can be advanced: real time plus an offset. It never goes back."""

import time
from datetime import UTC, datetime

from twilio_emulator.core.store import Store

_KIND, _SID = "emulator.clock", "clock"


class Clock:
    """The emulator's time, kept in the state file.

    Everything that depends on time asks here, and so does the `Date` header.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reload()

    def reload(self) -> None:
        """Reads the offset again, after a reset of the store."""
        self._offset = float((self._store.get(_KIND, _SID) or {"offset": 0.0})["offset"])

    def timestamp(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._offset

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def move_to(self, timestamp: float) -> None:
        """Advances to a time; one that has passed already changes nothing."""
        self._offset = max(self._offset, timestamp - time.time())
        if self._store.get(_KIND, _SID) is None:
            self._store.put(_KIND, _SID, {"offset": self._offset})
        else:
            self._store.update(_KIND, _SID, {"offset": self._offset})
