"""Which things are spoken for: those that some state knows, and those that this process has made or taken over.

After a create whose fate is unknown, a thing of the same name may be the one that was asked for, or a sister's of the
same name, made by another thread a moment ago. So one thing is claimed once, and whoever looks waits for the creates
of the same collection that are under way.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Claims:
    """Of one session. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._made: set[str] = set()
        self._under_way: dict[str, set[object]] = {}

    def remember(self, identity: str) -> None:
        """Note that the state knows this id, whatever its URN, so that it is never taken for a lost twin."""
        if identity:
            with self._lock:
                self._known.add(identity)

    def claim(self, identity: str) -> bool:
        """Take it as made by this process; False when it is spoken for already."""
        with self._lock:
            free = identity not in self._known and identity not in self._made
            self._made.add(identity)
            return free

    def adopt(self, identity: str) -> bool:
        """Take it over from an earlier run, with what may be lost in it; False when it is spoken for already."""
        with self._lock:
            free = identity not in self._known and identity not in self._made
            self._known.add(identity)
            return free

    def is_free(self, identity: str) -> bool:
        """Whether neither a state nor this process has it."""
        with self._lock:
            return identity not in self._known and identity not in self._made

    def made(self) -> set[str]:
        """The ids of what this process has made."""
        with self._lock:
            return set(self._made)

    @contextmanager
    def creating(self, collection: str) -> Iterator[None]:
        """A create in this collection is under way until the block ends, by when what it made is claimed."""
        token = object()
        with self._lock:
            self._under_way.setdefault(collection, set()).add(token)
        try:
            yield
        finally:
            with self._lock:
                self._under_way[collection].discard(token)

    def under_way(self, collection: str) -> set[object]:
        """The creates in this collection that have not ended."""
        with self._lock:
            return set(self._under_way.get(collection, ()))
