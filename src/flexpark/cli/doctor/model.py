"""What a check finds, and what it may ask."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

State: TypeAlias = Literal["ok", "warning", "problem", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one check: what was seen, and what to do where it is not in order."""

    check: str
    state: State
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: a checkout, a stack of it (none: the machine alone), and environment variables."""

    root: Path
    stack: str | None
    environ: Mapping[str, str]


Check: TypeAlias = Callable[[Patient], Iterator[Finding]]
