"""`flexpark reconcile`: hold every record against what is there, and put right what was lost."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from flexpark.cli.console import data, say, write_json
from flexpark.cli.options import AsJson, Stack
from flexpark.cli.stack import open_stack
from flexpark.errors import ResourceError


def command(
    stack: Stack,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and why; change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Repair what is parked: lost messages, lost webhooks, handlers that did not come back, tasks that nobody took.

    It can be ended and begun again at any point, and run beside everything else. A scheduled job runs it.

    Example: flexpark reconcile -s acme-dev --dry-run
    """
    looked_at, items = reconcile(stack, dry_run=dry_run)
    if as_json:
        write_json({"dry_run": dry_run, "looked_at": looked_at, "items": items})
    else:
        for item in items:
            for step in item["steps"]:
                data.print(f"{item['conversationSid']}: {step['do']}: {step['why']}", markup=False)
    failed = [item for item in items if "failed" in item]
    done = sum(len(item["steps"]) for item in items)
    say(f"{stack}: {looked_at} records looked at, {done} steps {'would be taken' if dry_run else 'taken'}")
    if failed:
        first = failed[0]["failed"]
        raise ResourceError(
            f"{stack}: {len(failed)} records could not be repaired",
            detail=f"{first['conversationSid']}: {first['code']}",
            remedy="run flexpark reconcile again; --json tells each",
        )


def reconcile(
    name: str, *, dry_run: bool = False, environ: Mapping[str, str] | None = None
) -> tuple[int, list[dict[str, Any]]]:
    """Repair one stack's records, batch by batch.

    Answers how many records were looked at, and `{conversationSid, parkId, state, steps: [{do, why}], failed?}` of each
    that was not in order.
    """
    looked_at, items = 0, list[dict[str, Any]]()
    for batch in open_stack(name, environ).batches("reconcile", action="repair", dry_run=str(dry_run).lower()):
        looked_at += int(batch["looked_at"])
        items += [dict(item) for item in batch["items"]]
        items += [_newer(sid) for sid in batch["newer"]]
    return looked_at, items


def _newer(conversation: str) -> dict[str, Any]:
    """A record that a newer version of the functions has written is left alone by those that are deployed."""
    failed = {"conversationSid": conversation, "code": "parked by a newer version: deploy it again", "twilio": None}
    return {"conversationSid": conversation, "parkId": None, "state": "newer", "steps": [], "failed": failed}
