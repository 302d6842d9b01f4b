"""Where the CLI writes.

Data to stdout, messages to stderr. Rich honours NO_COLOR and drops colour without a terminal.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flexpark.errors import ConfigurationError

_WIDEST = 10_000

messages = Console(stderr=True, highlight=False, soft_wrap=True)
data = Console(highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """A message for the person at the terminal; rich's markup is not read in it."""
    messages.print(text, markup=False)


def show_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows on stdout, aligned, as wide as they are: what is cut short can be neither copied nor searched."""
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(highlight=False, width=_WIDEST).print(table)  # `data` takes no more than its own width


def need_terminal(stack: str, *, yes: bool) -> None:
    """Before any work of a command that asks. Raises `ConfigurationError` where there is nobody to ask."""
    if not yes and not sys.stdin.isatty():
        raise ConfigurationError(f"{stack}: there is no terminal to ask at", remedy="allowed without one: --yes")


def write_json(value: Any) -> None:
    """One JSON document on stdout, for other programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n")
    sys.stdout.flush()
