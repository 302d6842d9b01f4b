"""A stack away from its account: an emulator, a backend of its own, and a copy of the stack file without its secrets.

For whom must not have the secrets: forks, and environments that are not there yet.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flexpark import load_environment
from flexpark.cli.rehearsal import ROOT, Rehearsal, open_rehearsal


@contextmanager
def offline(stack: str) -> Iterator[Rehearsal]:
    """The stack on an emulator whose account has the queues that the stack file looks up. Gone at the end.

    Raises what `open_rehearsal` does.
    """
    with (
        tempfile.TemporaryDirectory(prefix="flexpark-") as folder,
        open_rehearsal(Path(folder) / "away", stack) as away,
    ):
        seed_looked_up(away)
        yield away


def seed_looked_up(rehearsal: Rehearsal) -> None:
    """Make the queues in the emulator that the environment looks up by name."""
    environment = load_environment(ROOT, rehearsal.stack)
    queues = f"taskrouter.twilio.com/v1/Workspaces/{rehearsal.account['workspaceSid']}/TaskQueues"
    for queue in environment.queues:
        name = queue.existing.name if queue.existing else None
        if name is not None and name not in rehearsal.account["queues"]:
            rehearsal.api("POST", queues, FriendlyName=name, TargetWorkers="1==1")
