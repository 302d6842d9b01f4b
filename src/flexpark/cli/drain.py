"""`flexpark drain`: empty an environment of parked conversations, so that it can be destroyed or switched off."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

import typer

from flexpark.cli.console import say, write_json
from flexpark.cli.options import AsJson, Stack
from flexpark.cli.stack import OpenStack, open_stack
from flexpark.errors import TimedOut

Mode = Literal["invite", "close"]


@dataclass(frozen=True)
class Drained:
    """What a drain did: records emptied, and live tasks that the stack's workflow still routes (counted up to 50)."""

    done: int
    tasks: int


def command(
    stack: Stack,
    mode: Annotated[
        Mode, typer.Option(help="`invite` brings every parked conversation back to agents, `close` closes them.")
    ] = "invite",
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Undo a drain: park works again, protection is back.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds until it gives up; what was done stays done.")] = 300,
    as_json: AsJson = False,
) -> None:
    """Refuse new parks, empty the records, then lift the protection, so that `pulumi destroy` can follow.

    Example: flexpark drain -s acme-dev --mode invite
    """
    if cancel:
        cancel_drain(stack)
        say(f"{stack}: drain cancelled; park works again, protection is back")
        if as_json:
            write_json({"cancelled": True})
        return
    result = drain(stack, mode=mode, timeout=timeout)
    say(f"{stack}: drained; {result.done} records emptied. `flexpark drain -s {stack} --cancel` undoes this")
    if result.tasks:
        say(
            f"{stack}: {result.tasks} live tasks are in its workflow, which Twilio does not delete under them; "
            "the protection stays. Let agents finish or close them, then run this again"
        )
    else:
        say(f"{stack}: the protection is lifted; `pulumi destroy --stack {stack}` can follow")
    if as_json:
        write_json(asdict(result))


def drain(name: str, *, mode: Mode, timeout: float = 300, environ: Mapping[str, str] | None = None) -> Drained:
    """Drain one stack. It can be ended and begun again at any point: each step finds what the last one left.

    The protection is lifted only where the workflow has no live task: a destroy would stop half-way at it.

    Raises `TimedOut` when it is not empty after `timeout` seconds, with what failed last.
    """
    stack = open_stack(name, environ)
    until = time.monotonic() + timeout
    done, told = 0, None
    while True:
        answer = stack.call("reconcile", action="drain", mode=mode)
        done += int(answer["done"])
        if answer["ready"]:
            break
        if answer["remaining"] != told:
            told = answer["remaining"]
            say(f"{name}: park refuses now; {done} records emptied, {told} left; waiting for parks under way (10 s)")
        if time.monotonic() > until:
            raise TimedOut(
                f"{name}: not drained after {timeout:.0f} s; {told} records are left",
                detail="; ".join(f"{failed['conversationSid']}: {failed['code']}" for failed in answer["failed"]),
                remedy=f"run flexpark drain -s {name} again",
            )
        time.sleep(1)
    drained = Drained(done, int(answer["tasks"]))
    if drained.tasks == 0:
        stack.set_protection(on=False)
    return drained


def cancel_drain(name: str, environ: Mapping[str, str] | None = None) -> None:
    """Undo a drain: protection first, so that no moment is left in which parks are taken without it."""
    stack: OpenStack = open_stack(name, environ)
    stack.set_protection(on=True)
    stack.call("reconcile", action="drain-cancel")
