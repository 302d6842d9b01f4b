"""Where the CLI writes.

Data to stdout, messages to stderr. Rich honours NO_COLOR and drops colour without a terminal.
"""

# ruff: noqa: PLC0415 - rich is loaded when there is something to show: an engine is started before
import json
import sys
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flexpark.cli.root import ROOT
from flexpark.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console

_WIDEST = 10_000


class Output:
    """One of the two streams."""

    def __init__(self, *, stderr: bool) -> None:
        self._stderr = stderr

    @cached_property
    def console(self) -> "Console":
        """Rich's console for it."""
        from rich.console import Console

        return Console(stderr=self._stderr, highlight=False, soft_wrap=True)

    def print(self, *shown: Any, **how: Any) -> None:
        """What `rich.console.Console.print` does."""
        self.console.print(*shown, **how)


messages = Output(stderr=True)
data = Output(stderr=False)


def say(text: str) -> None:
    """A message for the person at the terminal; rich's markup is not read in it."""
    messages.print(text, markup=False)


def shortened(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def show_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows on stdout, aligned, as wide as they are: what is cut short can be neither copied nor searched."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(highlight=False, width=_WIDEST).print(table)  # `data` takes no more than its own width


def need_terminal(stack: str, config_file: Path | None, *, yes: bool) -> None:
    """Before any work of a command that asks. Raises `ConfigurationError` where there is nobody to ask."""
    if not yes and not sys.stdin.isatty():
        from flexpark.environment.load import stack_file

        stack_file(ROOT, config_file or stack)  # who names no stack would be refused with --yes too
        raise ConfigurationError(f"{stack}: there is no terminal to ask at", remedy="allowed without one: --yes")


def write_json(value: Any) -> None:
    """One JSON document on stdout, for other programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n")
    sys.stdout.flush()
