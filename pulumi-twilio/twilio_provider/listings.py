"""Collections as last listed, shared by all who ask at once. Any write of ours discards what was listed before."""

import threading
from collections.abc import Callable
from typing import Any

from twilio_api.door import PAGED_BY_TOKEN, Listed

PAGES = 10
PAGE = 1000
# refused beyond it (https://www.twilio.com/docs/sync/api/service); what pages by tokens says nothing of more than 100
SMALL_PAGES = {"sync.twilio.com/": 100} | dict.fromkeys(PAGED_BY_TOKEN, 100)
RECENT = 50


class Listings:
    """``fetch`` lists a collection: URL, number of pages, items a page."""

    def __init__(self, fetch: Callable[[str, int, int], Listed]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._listed: dict[str, tuple[Listed, int]] = {}
        self._items: dict[str, dict[str, Any]] = {}
        self._read: set[str] = set()
        self._writes = 0

    def whole(self, url: str) -> Listed:
        """The collection, at most 10 pages of it."""
        size = next((most for host, most in SMALL_PAGES.items() if f"//{host}" in url), PAGE)
        return self._once(url, PAGES, size)

    def recent(self, url: str) -> Listed:
        """Its first page: what was made last."""
        return self._once(url, 1, RECENT)

    def at_hand(self, url: str) -> Listed | None:
        """The collection, if it has been listed since the last write."""
        listed, _ = self._listed.get(url, (None, 0))
        return listed

    def is_first_read(self, url: str) -> bool:
        """Whether no item of the collection has been read since the last write. Whoever asks is about to read one."""
        with self._lock:
            first = url not in self._read
            self._read.add(url)
            return first

    def item(self, url: str, get: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        """One item by itself, by ``get``, unless it has been read since the last write."""
        with self._lock:
            lock = self._locks.setdefault(url, threading.Lock())
        with lock:
            found = self._items.get(url)
            if found is None:
                writes = self._writes
                found = get(url)
                with self._lock:
                    if writes == self._writes:
                        self._items[url] = found
            return dict(found)

    def discard(self) -> None:
        """Forget everything: something was written."""
        with self._lock:
            self._writes += 1
            self._items.clear()
            self._listed.clear()
            self._read.clear()

    def _once(self, url: str, pages: int, size: int) -> Listed:
        with self._lock:
            lock = self._locks.setdefault(url, threading.Lock())
        with lock:
            known, asked = self._listed.get(url, (None, 0))
            if known is not None and (known.complete or asked >= pages):
                return known
            writes = self._writes
            found = self._fetch(url, pages, size)
            with self._lock:
                if writes == self._writes:
                    self._listed[url] = found, pages
            return found
