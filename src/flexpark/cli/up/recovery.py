"""What a killed run left, put in order before the next one: its lock, and its operations without an end.

the lock             broken where its owner is provably dead: on this machine, and no such process any more
pending creates      looked for by the provider, at the create: what carries our marker, or was made by an open
                     intent (`TWILIO_OPEN_INTENTS`), is taken over; then they are cleared from the state
pending updates      cleared; the resource is read again before it is compared
pending deletes      cleared; the resource is in the state still, and a delete is content with what is gone
"""

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flexpark.cli.automation import Locked, Runner, name_of
from flexpark.cli.up.checkpoint import latest, mend
from flexpark.cli.up.journal import Intent, Journal
from flexpark.cli.up.locks import is_dead, refuse_while_held
from flexpark.errors import FlexparkError

OPEN_INTENTS = "TWILIO_OPEN_INTENTS"
TRIES = 5
# How long a request of a killed engine's provider may still have been on its way after the last checkpoint.
IN_FLIGHT = timedelta(seconds=120)


@dataclass(frozen=True)
class Left:
    """What was found of earlier runs.

    Creates whose fate is open, other operations that were cleared (`updating x`), the owner of a lock that was broken.
    """

    intents: tuple[Intent, ...] = ()
    cleared: tuple[str, ...] = ()
    lock: str = ""


def put_in_order(runner: Runner, journal: Journal, environ: Mapping[str, str]) -> Left:
    """Look at the state and the journal; clear what is pending, breaking a dead owner's lock for it.

    Raises `Locked` where the owner of the lock lives or cannot be known: what is pending then is its own.
    """
    refuse_while_held(runner.name, environ)
    mend(runner.name, environ)
    for _ in range(TRIES):
        deployment = latest(runner.name, environ) or _exported(runner)["deployment"]
        recorded = {resource.get("id") for resource in deployment.get("resources") or []}
        noted = journal.open_intents(recorded)
        if not deployment.get("pending_operations"):
            return Left(intents=tuple(noted))
        left = _cleared(runner, journal, noted)
        if left is not None:
            return left
    raise FlexparkError(
        f"{runner.name}: the state changes while it is put in order",
        remedy="wait until nobody changes it, run it again",
    )


def _cleared(runner: Runner, journal: Journal, noted: list[Intent]) -> Left | None:
    """What was pending, cleared from the state; None where another command has written that meanwhile."""
    content = _exported(runner)
    read = json.dumps(content)
    pending = content["deployment"].get("pending_operations") or []
    creating = [o["resource"]["urn"] for o in pending if o["type"] == "creating"]
    cleared = [f"{o['type']} {name_of(o['resource']['urn'])}" for o in pending if o["type"] != "creating"]
    since = {intent.urn: intent for intent in noted}
    until = datetime.fromisoformat(content["deployment"]["manifest"]["time"]) + IN_FLIGHT
    began = until
    if any(urn not in since for urn in creating):
        began = _last_end(runner) or _first_run(content["deployment"])
    found = [
        replace(since[urn], until=max(since[urn].until, until)) if urn in since else Intent(urn, began, until)
        for urn in creating
    ]
    if json.dumps(_exported(runner)) != read:
        return None
    forget = journal.carry([intent for intent in found if intent.urn not in since])
    _read_before(content["deployment"], {o["resource"]["urn"] for o in pending if o["type"] == "updating"})
    content["deployment"].pop("pending_operations", None)
    lock = ""
    try:
        _write(runner, content)
    except Locked as held:
        try:
            lock = break_lock(runner, held)
        except Locked:
            forget()  # it is pending in a run that goes on
            raise
        if json.dumps(_exported(runner)) != read:
            forget()
            return None
        _write(runner, content)
    others = [intent for intent in noted if intent.urn not in creating]
    return Left((*found, *others), tuple(cleared), lock)


def _write(runner: Runner, content: Mapping[str, Any]) -> None:
    with _as_file(content) as path:
        runner.pulumi("stack", "import", "--file", str(path))


def _exported(runner: Runner) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(runner.pulumi("stack", "export"))
    return content


def break_lock(runner: Runner, held: Locked) -> str:
    """Break the lock if all its owners are provably dead; who they were. Else raises what was given."""
    if not held.owners or not all(is_dead(host, pid, since) for _, host, pid, since in held.owners):
        raise held
    runner.pulumi("cancel", "--yes")
    return "; ".join(f"{user}@{host}, process {pid}, of {since}" for user, host, pid, since in held.owners)


@contextlib.contextmanager
def told(intents: tuple[Intent, ...]) -> Iterator[Mapping[str, str]]:
    """The environment variable that tells the provider of open intents; within it, its file exists."""
    if not intents:
        yield {}
        return
    with _as_file({"version": 1, "intents": [intent.as_json() for intent in intents]}) as path:
        yield {OPEN_INTENTS: str(path)}


def _last_end(runner: Runner) -> datetime | None:
    """When the last update of this stack that was recorded ended: a killed one is not, and came after it."""
    history = json.loads(runner.pulumi("stack", "history", "--json", "--page-size", "1", "--page", "1") or "[]")
    ended = history[0].get("endTime") if history else None
    return datetime.fromisoformat(ended) if ended else None


def _first_run(deployment: Mapping[str, Any]) -> datetime:
    """When the first run of a stack began, by what it recorded before its first create at Twilio: the stack itself.

    Never earlier: what was there before is nobody's open intent.
    """
    made = [resource["created"] for resource in deployment.get("resources") or [] if resource.get("created")]
    return datetime.fromisoformat(min(made) if made else deployment["manifest"]["time"])


def _read_before(deployment: dict[str, Any], urns: set[str]) -> None:
    for resource in deployment.get("resources") or []:
        if resource["urn"] in urns:
            resource["refreshBeforeUpdate"] = True


@contextlib.contextmanager
def _as_file(content: Any) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="flexpark-") as folder:
        path = Path(folder) / "content.json"
        path.write_text(json.dumps(content))
        yield path
