"""What is shown while stacks are worked on: in a terminal a table that changes, elsewhere a line for each change."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.live import Live

from flexpark.cli.console import messages, say
from flexpark.cli.fleet.parallel import Outcome
from flexpark.cli.fleet.table import results_table


@contextmanager
def progress(stacks: Sequence[str]) -> Iterator[Callable[[Outcome], None]]:
    """Give a function that is told of every change, and shows it on stderr."""
    if not messages.console.is_terminal:
        yield _Lines().tell
        return
    known = {name: Outcome(name) for name in stacks}
    with Live(results_table(known.values()), console=messages.console, transient=True, refresh_per_second=8) as live:

        def tell(outcome: Outcome) -> None:
            known[outcome.stack] = outcome
            live.update(results_table(known.values()))

        yield tell


class _Lines:
    """A line where a stack's status changes, and now and then where it stands."""

    SECONDS = 10.0

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, float]] = {}

    def tell(self, outcome: Outcome) -> None:
        status, at = self._last.get(outcome.stack, ("", 0.0))
        now = time.monotonic()
        if outcome.status != status or now - at > self.SECONDS:
            self._last[outcome.stack] = (outcome.status, now)
            say(f"{outcome.stack}: {outcome.status}" + (f": {outcome.told}" if outcome.told else ""))
