"""A stack away from its account: an emulator, a backend of its own, and a copy of the stack file without its secrets.

For whom must not have the secrets: forks, and environments that are not there yet.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flexpark.cli.rehearsal import Rehearsal, open_rehearsal
from flexpark.cli.standins import stand_in


@contextmanager
def offline(stack: str) -> Iterator[Rehearsal]:
    """The stack on an emulator whose account has the queues that the stack file looks up. Gone at the end.

    Raises what `open_rehearsal` does.
    """
    with (
        tempfile.TemporaryDirectory(prefix="flexpark-") as folder,
        open_rehearsal(Path(folder) / "away", stack) as away,
    ):
        stand_in(away)
        yield away
