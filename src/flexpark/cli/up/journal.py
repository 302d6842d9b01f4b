"""What an `up` had in flight: written as it happens, read by the next one if this one is killed.

One file of JSON lines beside the stack's state, gone once an `up` has succeeded. It names resources (URNs) and moments,
nothing of what is in them. An engine that is killed leaves its creates in the state, without ids; of a provider that is
killed only the engine's events tell what it was doing, and these are they.
"""

import contextlib
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flexpark.cli.automation import Step
from flexpark.cli.up.checkpoint import folder_of

CREATES = frozenset({"create", "create-replacement"})


@dataclass(frozen=True)
class Intent:
    """A create that may or may not have happened, and when: by this machine's clock."""

    urn: str
    since: datetime
    until: datetime

    def as_json(self) -> dict[str, str]:
        """As the provider reads it."""
        return {"urn": self.urn, "since": self.since.isoformat(), "until": self.until.isoformat()}


class Journal:
    """The journal of one stack: a folder with a file of JSON lines for each run that has not ended well.

    Each run writes its own, and deletes what it found when it began, for that is all settled then.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: Path | None = None
        self._created = False
        self._found: list[Path] = []

    def open_intents(self, recorded: Container[str]) -> list[Intent]:
        """Creates that were begun and of which nothing is recorded in the state, run by run.

        `recorded` are the ids in the state: it may be a step behind what the engine told.
        """
        return [intent for path in self._files() for intent in _open(_entries(path), recorded)]

    def carry(self, intents: Sequence[Intent]) -> Callable[[], None]:
        """Write down what was found elsewhere, before it is cleared there: should we be killed, it is not lost.

        Answers what takes it back.
        """
        if not intents:
            return lambda: None
        path = self._new()
        for intent in intents:
            _write(path, {"at": _text(intent.since), "urn": intent.urn, "state": "begun"})
            _write(path, {"at": _text(intent.until), "urn": intent.urn, "state": "failed"})
        return lambda: path.unlink(missing_ok=True)

    def begin(self) -> None:
        """A run begins. Raises OSError where it cannot be written: then nothing is created either."""
        self._found = list(self._files())
        self._own, self._created = self._new(), False
        _write(self._own, {"at": _text(datetime.now(UTC)), "run": os.getpid()})

    def see(self, step: Step) -> None:
        """One step of the engine."""
        if self._own is not None and step.op in CREATES and step.type.startswith("twilio:"):
            self._created = True
            entry = {"at": _text(datetime.now(UTC)), "urn": step.urn, "state": step.state, "id": step.identity}
            _write(self._own, {name: value for name, value in entry.items() if value})

    def end(self, *, well: bool) -> None:
        """The run has ended. Where it ended well, nothing is open any more."""
        if self._own is None:
            return
        if well:
            for path in self._found:
                path.unlink(missing_ok=True)
        if well or not self._created:
            self._own.unlink(missing_ok=True)
        else:
            _write(self._own, {"at": _text(datetime.now(UTC)), "end": True})
        with contextlib.suppress(OSError):  # another run has its own in it
            self._folder.rmdir()

    def _new(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.jsonl"))


def _write(path: Path, entry: Mapping[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


def _entries(path: Path) -> list[dict[str, Any]]:
    entries = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:  # its run has ended well meanwhile
        return []
    for line in lines:
        with contextlib.suppress(ValueError):  # cut short by the end of the machine
            entries.append(json.loads(line))
    return entries


def journal_of(stack: str, environ: Mapping[str, str]) -> Journal:
    """Beside the state where that is in a folder, else in this user's own."""
    backend = folder_of(environ)
    if backend is not None:
        return Journal(backend / ".flexpark" / stack)
    key = hashlib.sha256(environ.get("PULUMI_BACKEND_URL", "").encode()).hexdigest()[:12]
    return Journal(_users_own(environ) / "flexpark" / key / stack)


def _users_own(environ: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


def _open(run: list[dict[str, Any]], recorded: Container[str]) -> Iterator[Intent]:
    if not run:
        return
    last = _moment(run[-1]["at"])
    since: dict[str, datetime] = {}
    until: dict[str, datetime] = {}
    for entry in run:
        match entry:
            case {"urn": urn, "state": "begun"}:
                since.setdefault(urn, _moment(entry["at"]))
            case {"urn": urn, "state": "done", "id": identity} if identity in recorded:
                since.pop(urn, None)
            case {"urn": urn, "state": "done" | "failed"}:
                until[urn] = _moment(entry["at"])
    for urn, begun in since.items():
        yield Intent(urn, begun, until.get(urn, last))


def _text(moment: datetime) -> str:
    return moment.isoformat()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
