"""Locks of a backend in a folder: `.pulumi/locks/organization/<project>/<stack>/*.json`.

Source: pulumi/pulumi, pkg/backend/diy/lock.go. Other backends keep theirs where only their owner looks.
"""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flexpark.cli.up.recovery import is_dead

PROJECT = "flexpark"


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
    url = urlsplit(backend)
    if url.scheme != "file":
        return
    folder = (
        Path(unquote(f"{url.netloc}{url.path}")).expanduser() / ".pulumi" / "locks" / "organization" / PROJECT / stack
    )
    for path in sorted(folder.glob("*.json")):
        said = json.loads(path.read_text())
        host, pid, since = str(said["hostname"]), int(said["pid"]), str(said["timestamp"])
        yield Lock(str(said["username"]), host, pid, since, is_dead(host, pid, since))
