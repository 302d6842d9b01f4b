"""The request log: what was asked of the emulator and by it. Credentials and tokens never enter it."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

SOURCE_HEADER = "x-emulator-source"
"""Requests that deployed functions make carry this header with the value `function`; the redirect of the runner adds
it.
"""
_SECRET = re.compile(r"token|secret|password|credential|authorization|signature", re.IGNORECASE)
_KEPT, _LONGEST = 100_000, 2_000


class RequestLog:
    """Requests in order, numbered from 1.

    `source`: api (from outside), function (a deployed function's call) or webhook (the emulator's own).
    """

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []
        self._last = 0

    def add(
        self,
        *,
        at: str,
        host: str,
        method: str,
        path: str,
        status: int,
        operation: str,
        source: str,
        form: Iterable[tuple[str, Any]] = (),
    ) -> None:
        """Adds one answered request. Status 0: no answer was given."""
        self._last += 1
        entry = {"n": self._last, "at": at, "host": host, "method": method, "path": path}
        entry |= {"status": status, "operation": operation, "source": source}
        shown = redacted(form)
        if shown:
            entry["form"] = shown
        self._entries.append(entry)
        if len(self._entries) > _KEPT:
            del self._entries[: _KEPT // 10]

    def since(self, n: int = 0, source: str | None = None) -> list[dict[str, Any]]:
        """Requests numbered above `n`, of one source where given."""
        return [entry for entry in self._entries if entry["n"] > n and source in {None, entry["source"]}]

    def counts(self, source: str | None = None) -> dict[str, int]:
        """How often each operation was asked for, by one source where given."""
        return dict(Counter(entry["operation"] for entry in self.since(0, source)))

    def clear(self) -> None:
        """Forgets all; numbers go on."""
        self._entries.clear()


def redacted(form: Iterable[tuple[str, Any]]) -> dict[str, list[str]]:
    """The form without what might be secret: named like a secret, or the Value of something whose Key is.

    Uploads become their names.
    """
    pairs = [(name, value) for name, value in form]
    secret_values = any(name == "Key" and isinstance(value, str) and _SECRET.search(value) for name, value in pairs)
    shown: dict[str, list[str]] = {}
    for name, value in pairs:
        hidden = _SECRET.search(name) or (secret_values and name == "Value")
        text = value if isinstance(value, str) else f"<upload {getattr(value, 'filename', '')}>"
        shown.setdefault(name, []).append("***" if hidden else text[:_LONGEST])
    return shown
