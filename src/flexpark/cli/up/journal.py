"""What an `up` had in flight: written as it happens, read by the next one if this one is killed.

One file of JSON lines beside the stack's state, gone once an `up` has succeeded. It names resources (URNs) and moments,
nothing of what is in them. An engine that is killed leaves its creates in the state, without ids; of a provider that is
killed only the engine's events tell what it was doing, and these are they.
"""

import hashlib
import json
import os
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
    """The journal of one stack."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._noted = False

    def open_intents(self, recorded: Container[str]) -> list[Intent]:
        """Creates that were begun and of which nothing is recorded in the state, run by run.

        `recorded` are the ids in the state: it may be a step behind what the engine told.
        """
        return [intent for run in self._runs() for intent in _open(run, recorded)]

    def carry(self, intents: Sequence[Intent]) -> Callable[[], None]:
        """Write down what was found elsewhere, before it is cleared there: should we be killed, it is not lost.

        Answers what takes it back.
        """
        before = self.path.read_text("utf-8") if self.path.exists() else None
        for intent in intents:
            self._write({"at": _text(intent.since), "urn": intent.urn, "state": "begun"})
            self._write({"at": _text(intent.until), "urn": intent.urn, "state": "failed"})

        def forget() -> None:
            if intents and before is None:
                self.path.unlink()
            elif intents and before is not None:
                self.path.write_text(before, "utf-8")

        return forget

    def begin(self) -> None:
        """A run begins. Raises OSError where it cannot be written: then nothing is created either.

        It is noted with its first create: another run may hold the stack, and write here.
        """
        self._noted = False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.open("a").close()

    def see(self, step: Step) -> None:
        """One step of the engine."""
        if step.op in CREATES and step.type.startswith("twilio:"):
            if not self._noted:
                self._noted = True
                self._write({"at": _text(datetime.now(UTC)), "run": os.getpid()})
            entry = {"at": _text(datetime.now(UTC)), "urn": step.urn, "state": step.state, "id": step.identity}
            self._write({name: value for name, value in entry.items() if value})

    def end(self, *, well: bool) -> None:
        """The run has ended. Where it ended well, nothing is open any more."""
        if well:
            self.path.unlink(missing_ok=True)
        elif self._noted:
            self._write({"at": _text(datetime.now(UTC)), "end": True})

    def _write(self, entry: Mapping[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def _runs(self) -> Iterator[list[dict[str, Any]]]:
        run: list[dict[str, Any]] = []
        for line in self.path.read_text("utf-8").splitlines() if self.path.exists() else ():
            try:
                entry = json.loads(line)
            except ValueError:  # cut short by the end of the machine
                continue
            if "run" in entry and run:
                yield run
                run = []
            run.append(entry)
        if run:
            yield run


def journal_of(stack: str, environ: Mapping[str, str]) -> Journal:
    """Beside the state where that is in a folder, else in this user's own."""
    backend = folder_of(environ)
    if backend is not None:
        return Journal(backend / ".flexpark" / f"{stack}.jsonl")
    key = hashlib.sha256(environ.get("PULUMI_BACKEND_URL", "").encode()).hexdigest()[:12]
    return Journal(_users_own(environ) / "flexpark" / key / f"{stack}.jsonl")


def _users_own(environ: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


def _open(run: list[dict[str, Any]], recorded: Container[str]) -> Iterator[Intent]:
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
