"""How an `up` is shown: a line for each resource as it is done, a table at the end."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flexpark.cli.automation import Locked, Result, Step, name_of
from flexpark.cli.console import data, say, shortened
from flexpark.cli.interrupts import GENTLY
from flexpark.cli.up.recovery import Left

if TYPE_CHECKING:
    from rich.table import Table

WORDS = {
    "create": "created", "update": "changed", "delete": "deleted", "create-replacement": "replaced",
    "import": "imported", "refresh": "read again",
}  # fmt: skip
CANCELLING = f"cancelling, {GENTLY}"
# The engine tells a replacement three times: its create is what is shown.
TOLD_ALREADY = frozenset({"replace", "delete-replaced"})


class Progress:
    """Says each step that changes something at Twilio, once it has ended."""

    def __init__(self, tell: Callable[[str], object] = say) -> None:
        self._tell = tell
        self._began: dict[tuple[str, str], float] = {}

    def __call__(self, step: Step) -> None:
        """One step."""
        if not _is_shown(step):
            return
        key = step.urn, step.op
        if step.state == "begun":
            self._began[key] = time.monotonic()
            return
        took = time.monotonic() - self._began.get(key, time.monotonic())
        word = WORDS.get(step.op, step.op) if step.state == "done" else f"failed to {step.op}"
        self._tell(f"  {step.type} {step.name} {word} ({took:.1f} s)")


def tell_left(left: Left) -> None:
    """What an earlier run left, and what is done about it."""
    tell_lock(left)
    if left.intents:
        names = shortened(sorted({name_of(intent.urn) for intent in left.intents}))
        say(f"an earlier run was stopped while it created {names}: what it has made is looked for and taken over")
    for text in left.cleared:
        say(f"an earlier run was stopped in {text}: it is done again where that is needed")


def tell_lock(left: Left) -> None:
    """Whose lock was broken."""
    if left.lock:
        say(f"broke the lock of a process that has ended: {left.lock}")


def tell_wait(held: Locked) -> None:
    """Whose end is waited for."""
    say(f"waiting: {held.message}{f' ({held.detail})' if held.detail else ''}")


def tell_cancel(stack: str, times: int) -> None:
    """What a Ctrl-C does: the second one does not wait."""
    say(f"{stack}: up: {CANCELLING if times == 1 else 'ending at once'}")


def show(result: Result) -> None:
    """A table by type."""
    rows = [step for step in result.steps if _is_shown(step)]
    if rows:
        data.print(_table(rows))


def as_json(result: Result, left: Left) -> dict[str, Any]:
    """`{changes, unchanged, seconds, outputs, steps: [{op, type, name, urn, id}], left: {...}}`."""
    return {
        "changes": dict(result.changes),
        "unchanged": result.unchanged,
        "seconds": round(result.seconds, 3),
        "outputs": dict(result.outputs),
        "steps": [
            {"op": step.op, "type": step.type, "name": step.name, "urn": step.urn, "id": step.identity}
            for step in result.steps
        ],
        "warnings": list(result.warnings),
        "left": {
            "lock": left.lock,
            "creates": [intent.urn for intent in left.intents],
            "cleared": list(left.cleared),
        },
    }


def headline(result: Result) -> str:
    """`3 created, 78 unchanged`."""
    counts = Counter(step.op for step in result.steps if _is_shown(step))
    told = [f"{number} {WORDS.get(op, op)}" for op, number in counts.items()]
    return ", ".join([*told, f"{result.unchanged} unchanged"])


def _is_shown(step: Step) -> bool:
    return step.changes and step.op not in TOLD_ALREADY and step.type.startswith("twilio:")


def _table(rows: Iterable[Step]) -> "Table":
    from rich.table import Table  # noqa: PLC0415 - not before there is something to show

    counted: dict[str, Counter[str]] = {}
    for step in rows:
        counted.setdefault(step.type, Counter())[WORDS.get(step.op, step.op)] += 1
    words = [word for word in WORDS.values() if any(word in counts for counts in counted.values())]
    table = Table(box=None, pad_edge=False)
    table.add_column("type", no_wrap=True)
    for word in words:
        table.add_column(word, justify="right", no_wrap=True)
    for type_, counts in sorted(counted.items()):
        table.add_row(type_, *(str(counts[word] or "") for word in words))
    return table
