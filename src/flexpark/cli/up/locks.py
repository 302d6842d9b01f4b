"""Locks of a backend in a folder: `.pulumi/locks/organization/<project>/<stack>/*.json`.

Source: pulumi/pulumi, pkg/backend/diy/lock.go. Other backends keep theirs where only their owner looks.
"""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flexpark.cli.automation.failures import locked
from flexpark.cli.up.checkpoint import folder_of

PROJECT = "flexpark"
# When a process began is told by a clock that moves with the machine's: it may have been set forward meanwhile.
CLOCK_STEPS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds a stack; `dead` where that process has provably ended."""

    user: str
    host: str
    pid: int
    since: str
    dead: bool

    def __str__(self) -> str:
        where = "" if self.host == socket.gethostname() else f"@{self.host}"
        return f"{self.user}{where}, process {self.pid}, since {self.since}"


def locks_of(backend: str, stack: str) -> Iterator[Lock]:
    """The locks on a stack, where the backend is a folder of this machine."""
    folder = folder_of({"PULUMI_BACKEND_URL": backend})
    if folder is None:
        return
    for path in sorted((folder / ".pulumi" / "locks" / "organization" / PROJECT / stack).glob("*.json")):
        try:
            said = json.loads(path.read_text())
        except (OSError, ValueError):  # released, or half written
            continue
        host, pid, since = str(said["hostname"]), int(said["pid"]), str(said["timestamp"])
        yield Lock(str(said["username"]), host, pid, since, is_dead(host, pid, since))


def refuse_while_held(stack: str, environ: Mapping[str, str]) -> None:
    """Raise `Locked` where somebody who may live holds the stack, as far as that can be seen without the engine."""
    held = [lock for lock in locks_of(environ.get("PULUMI_BACKEND_URL", ""), stack) if not lock.dead]
    if held:
        raise locked(f"{stack}: up", [(lock.user, lock.host, lock.pid, lock.since) for lock in held])


def is_dead(host: str, pid: int, since: str) -> bool:
    """Whether a process of this machine has ended: there is none of that number, or a later one has it."""
    if host != socket.gethostname():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    try:  # only Linux tells more
        state, *others = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        booted = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime"))
        began = int(booted.split()[1]) + int(others[18]) / os.sysconf("SC_CLK_TCK")
    except (OSError, StopIteration, ValueError, IndexError):
        return False
    unburied = state == "Z"  # in a container without an init nobody takes the entry away
    return unburied or datetime.fromtimestamp(began, UTC) > datetime.fromisoformat(since) + CLOCK_STEPS
