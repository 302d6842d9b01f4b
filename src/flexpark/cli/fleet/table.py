"""The results of several stacks: one table, one JSON form, one error."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from flexpark.cli.fleet.parallel import Outcome
from flexpark.errors import Cancelled, FlexparkError

_COLOURS = {
    "done": "green",
    "unchanged": "green",
    "failed": "red",
    "cancelled": "yellow",
    "cancelling": "yellow",
    "running": "cyan",
    "looking": "cyan",
}


def results_table(outcomes: Iterable[Outcome]) -> Table:
    """A row for each stack."""
    table = Table(box=None, pad_edge=False)
    for name in ("stack", "status", "seconds", ""):
        table.add_column(name, no_wrap=bool(name), justify="right" if name == "seconds" else "left")
    for outcome in outcomes:
        status = Text(outcome.status, style=_COLOURS.get(outcome.status, ""))
        seconds = f"{outcome.seconds:.1f}" if outcome.seconds else ""
        table.add_row(Text(outcome.stack), status, seconds, Text(outcome.told))
    return table


def results_json(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """`[{stack, status, told, seconds, exit_code, error, ...}]`."""
    return [
        {
            "stack": outcome.stack,
            "status": outcome.status,
            "told": outcome.told,
            "seconds": round(outcome.seconds, 2),
            "exit_code": outcome.exit_code,
            "error": str(outcome.error) if outcome.error else None,
            **outcome.detail,
        }
        for outcome in outcomes
    ]


def raise_for(outcomes: Sequence[Outcome], *, doing: str, interrupted: bool) -> None:
    """Raise `Cancelled` after Ctrl-C, else an error that tells each failure; its exit code is what they share, or 1."""
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    detail = "\n".join(_named(outcome) for outcome in failed)
    if interrupted:
        left = sum(outcome.status == "cancelled" for outcome in outcomes)
        raise Cancelled(f"{doing}: cancelled; {left} of {_stacks(outcomes)} not finished", detail=detail)
    if not failed:
        return
    codes = {outcome.exit_code for outcome in failed}
    error = FlexparkError(
        f"{doing}: {len(failed)} of {_stacks(outcomes)} failed",
        detail=detail,
        remedy="the others are done; run the same again for those that failed" if len(outcomes) > len(failed) else "",
    )
    error.exit_code = codes.pop() if len(codes) == 1 else FlexparkError.exit_code
    raise error


def _named(failed: Outcome) -> str:
    """What failed begins with the stack's name, once."""
    told = str(failed.error)
    return told if told.startswith(f"{failed.stack}:") else f"{failed.stack}: {told}"


def _stacks(outcomes: Sequence[Outcome]) -> str:
    return "1 stack" if len(outcomes) == 1 else f"{len(outcomes)} stacks"
