"""How the demo is told: numbered steps with their facts as they happen, and one table at the end."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.markup import escape
from rich.table import Table

from flexpark.cli.console import data, messages, write_json
from flexpark.cli.rehearsal import Rehearsal


@dataclass
class Step:
    """One step: its facts (name -> value), its requests to Twilio by whom, and its seconds."""

    title: str
    facts: dict[str, Any] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0

    def fact(self, name: str, value: object) -> None:
        """A fact of this step, shown at once."""
        self.facts[name] = value
        messages.print(f"   [dim]{escape(name):<22}[/dim] {escape(str(value))}")


class Report:
    """Collects the steps of one demo and shows them."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    @contextmanager
    def step(self, title: str, rehearsal: Rehearsal | None = None) -> Iterator[Step]:
        """One step: what is requested of Twilio within it is counted, and shown by operation."""
        step = Step(title)
        self.steps.append(step)
        messages.print(f"\n[bold cyan]{len(self.steps)}[/bold cyan]  [bold]{escape(title)}[/bold]")
        start = time.monotonic()
        if rehearsal is None:
            yield step
        else:
            with rehearsal.counting() as seen:
                yield step
            made = [request for request in seen if request["source"] in {"api", "function"}]
            step.requests = len(made)
            if made:
                step.fact("requests to Twilio", f"{len(made)}: {operations(made)}")
        step.seconds = time.monotonic() - start

    def table(self) -> None:
        """What happened, as a table on stdout."""
        table = Table(title="What happened", show_lines=False)
        for name in ("#", "step", "requests", "seconds"):
            table.add_column(name, justify="left" if name == "step" else "right")
        for number, step in enumerate(self.steps, 1):
            table.add_row(str(number), escape(step.title), str(step.requests), f"{step.seconds:.1f}")
        data.print(table)

    def json(self) -> None:
        """The same for other programs."""
        write_json(
            [
                {"step": s.title, "facts": s.facts, "requests": s.requests, "seconds": round(s.seconds, 2)}
                for s in self.steps
            ]
        )


def operations(requests: Sequence[dict[str, Any]]) -> str:
    """Requests by operation, the most frequent first."""
    counts = Counter(request["operation"] or f"{request['method']} {request['path']}" for request in requests)
    return ", ".join(f"{name} x{count}" if count > 1 else name for name, count in counts.most_common())
