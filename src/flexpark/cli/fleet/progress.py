"""What is shown while stacks are worked on: in a terminal a table that changes, elsewhere a line for each change."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.live import Live

from flexpark.cli.console import messages, say
from flexpark.cli.fleet.parallel import Outcome
from flexpark.cli.fleet.table import results_table


@contextmanager
def progress(stacks: Sequence[str]) -> Iterator[Callable[[Outcome], None]]:
    """Give a function that is told of every change, and shows it on stderr."""
    if not messages.is_terminal:
        yield _Lines().tell
        return
    known = {name: Outcome(name) for name in stacks}
    with Live(results_table(known.values()), console=messages, transient=True, refresh_per_second=8) as live:

        def tell(outcome: Outcome) -> None:
            known[outcome.stack] = outcome
            live.update(results_table(known.values()))

        yield tell


class _Lines:
    """A line where something new is known; what is told twice is shown once."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def tell(self, outcome: Outcome) -> None:
        line = f"{outcome.stack}: {outcome.status}" + (f": {outcome.told}" if outcome.told else "")
        if self._last.get(outcome.stack) != line:
            self._last[outcome.stack] = line
            say(line)
