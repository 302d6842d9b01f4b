"""`flexpark parked`: what is parked in an environment, for how long, in which state, and what is stale."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from flexpark.cli.console import say, show_table, write_json
from flexpark.cli.options import AsJson, Stack
from flexpark.cli.stack import open_stack

# Twilio deletes an interaction channel 180 days after its last update
# (twilio.com/docs/flex/developer/conversations/interactions-api/interaction-channels).
CHANNEL_LIVES = timedelta(days=180)
ENDED = frozenset({"done", "dead"})

COLUMNS = {
    "conversation": "conversationSid",
    "state": "state",
    "for": "age",
    "channel": "channelType",
    "queue": "queueName",
    "worker": "workerSid",
    "stale": "stale",
}
# Of a record that a newer version of the functions has written, those that are deployed know no more.
_NEWER: Mapping[str, Any] = {
    **dict.fromkeys(
        ("parkId", "workerSid", "taskSid", "invitedTaskSid", "channelType", "queueName", "parkedAt", "leaseExpired")
    ),
    "due": None,
    "age": None,
    "state": "newer",
    "stale": "parked by a newer version: deploy it again",
}


def command(
    stack: Stack,
    every: Annotated[bool, typer.Option("--all", help="Also what is invited, and what has ended lately.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is parked, oldest first.

    Example: flexpark parked -s acme-dev
    """
    items = parked(stack, every=every)
    if as_json:
        write_json(items)
        return
    if items:
        show_table(list(COLUMNS), [[str(item[name] or "") for name in COLUMNS.values()] for item in items])
    stale = sum(item["stale"] is not None for item in items)
    say(f"{stack}: {len(items)} records, {stale} stale" + ("; see `flexpark reconcile`" if stale else ""))


def parked(name: str, *, every: bool = False, environ: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The records of one stack, oldest first, as `/reconcile` lists them.

    Beside that `age` (text) and `stale` (why, or None).
    """
    now = datetime.now(UTC)
    batches = open_stack(name, environ).batches("reconcile", action="list")
    items = []
    for batch in batches:
        items += [_told(item, now) for item in batch["items"] if every or _is_parked(item)]
        items += [{**_NEWER, "conversationSid": sid} for sid in batch["newer"]]
    return sorted(items, key=lambda item: str(item["parkedAt"] or ""))


def _told(item: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    age = now - datetime.fromisoformat(item["parkedAt"])
    return {**item, "age": _text(age), "stale": _stale(item, age)}


def _is_parked(item: Mapping[str, Any]) -> bool:
    return item["state"] not in ENDED and item["state"] != "invited"


def _stale(item: Mapping[str, Any], age: timedelta) -> str | None:
    if item["state"] in ENDED:
        return None
    if item["leaseExpired"]:
        return "its handler did not come back"
    if item["due"]:
        return "a message waits"
    if age > CHANNEL_LIVES:
        return "older than 180 days"
    return None


def _text(age: timedelta) -> str:
    """`3d 4h`, `2h 5m`, `12m`, `40s`."""
    seconds = max(0, int(age.total_seconds()))
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    if days:
        return f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m" if minutes else f"{seconds}s"
