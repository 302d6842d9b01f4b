"""Time that can be advanced: real time plus an offset, or stopped. It never goes back."""

import time
from datetime import UTC, datetime

from twilio_emulator.core.store import Store

_KIND, _SID = "emulator.clock", "clock"


class Clock:
    """The emulator's time, kept in the state file.

    Everything that depends on time asks here, and so does the `Date` header. Stopped, it moves when it is advanced and
    at no other time, so that how fast a machine is decides nothing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reload()

    def reload(self) -> None:
        """Reads it again, after the store was emptied or restored."""
        kept = self._store.get(_KIND, _SID) or {}
        self._offset = float(kept.get("offset", 0.0))
        self._stopped_at: float | None = kept.get("stopped_at")

    @property
    def stopped(self) -> bool:
        """Whether it moves only when it is advanced."""
        return self._stopped_at is not None

    def timestamp(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._offset if self._stopped_at is None else self._stopped_at

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def move_to(self, timestamp: float) -> None:
        """Advances to a time; one that has passed already changes nothing."""
        if self._stopped_at is None:
            self._offset = max(self._offset, timestamp - time.time())
        else:
            self._stopped_at = max(self._stopped_at, timestamp)
        self._keep()

    def stop(self, *, stopped: bool) -> None:
        """Stops it at this moment, or lets it go on from where it stands."""
        now = self.timestamp()
        self._offset, self._stopped_at = now - time.time(), now if stopped else None
        self._keep()

    def _keep(self) -> None:
        kept = {"offset": 0.0 if self.stopped else self._offset, "stopped_at": self._stopped_at}
        if self._store.get(_KIND, _SID) is None:
            self._store.put(_KIND, _SID, kept)
        else:
            self._store.update(_KIND, _SID, kept)
