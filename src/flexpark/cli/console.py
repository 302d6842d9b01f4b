"""Where the CLI writes.

Data to stdout, messages to stderr. Rich honours NO_COLOR and drops colour without a terminal.
"""

import json
import sys
from typing import Any

from rich.console import Console

messages = Console(stderr=True, highlight=False, soft_wrap=True)
data = Console(highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """A message for the person at the terminal; rich's markup is not read in it."""
    messages.print(text, markup=False)


def write_json(value: Any) -> None:
    """One JSON document on stdout, for other programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n")
    sys.stdout.flush()
