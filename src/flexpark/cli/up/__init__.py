"""`flexpark up`: bring a stack to what its program says, whatever an earlier run left behind.

`running.py` is one `up`, for commands and benches alike; `recovery.py` says what a killed run leaves and what becomes
of it, `journal.py` notes what is in flight, `showing.py` is what people see.
"""

import time
from pathlib import Path
from typing import Annotated

import typer

from flexpark.cli.console import data, need_terminal, say, write_json
from flexpark.cli.options import AsJson, ConfigFile, Stack, Wait
from flexpark.errors import Cancelled


def command(  # noqa: PLR0917 - options, as typer wants them
    stack: Stack,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    skip_preview: Annotated[
        bool, typer.Option("--skip-preview", "-f", help="Judge the environment, not the plan, and do it at once.")
    ] = False,
    wait: Wait = 0,
    config_file: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Create, change and delete until the stack is as its file says.

    It can be killed and run again at any point: it breaks the lock of a dead process, finds what was in flight and goes
    on from there. Guard rails are asked first; a mandatory one that refuses is exit code 5.

    Example: flexpark up -s acme-dev --yes --wait 300
    """
    from flexpark.cli.up import running, showing  # noqa: PLC0415 - they import the engine's API

    need_terminal(stack, config_file, yes=yes)
    until = time.monotonic() + wait
    left = running.patiently(lambda: running.recover(stack, config_file=config_file), wait, showing.tell_wait)
    showing.tell_left(left)
    if not judged(stack, config_file, preview=not skip_preview, ask=not yes):
        raise Cancelled(f"{stack}: nothing was changed")
    done = running.up(
        stack,
        config_file=config_file,
        on_step=showing.Progress(),
        on_left=showing.tell_lock,
        left=left,
        wait=max(0.0, until - time.monotonic()),
        on_wait=showing.tell_wait,
        on_cancel=lambda times: showing.tell_cancel(stack, times),
    )
    if as_json:
        write_json(showing.as_json(done.result, done.left))
    else:
        showing.show(done.result)
    for warning in done.result.warnings:
        say(f"warning: {warning}")
    say(f"{stack}: {showing.headline(done.result)} in {done.result.seconds:.1f} s")


def judged(stack: str, config_file: Path | None, *, preview: bool, ask: bool) -> bool:
    """Whether it may be done: raises what the guard rails say, shows the plan, asks."""
    import os  # noqa: PLC0415

    from flexpark import load_environment  # noqa: PLC0415
    from flexpark.cli.automation import open_runner  # noqa: PLC0415
    from flexpark.cli.planning import plan_stack  # noqa: PLC0415
    from flexpark.cli.policy.judging import judge_environment, refuse  # noqa: PLC0415
    from flexpark.cli.root import ROOT  # noqa: PLC0415
    from flexpark.plan import as_text  # noqa: PLC0415

    if not preview:
        refuse(stack, judge_environment(load_environment(ROOT, config_file or stack), os.environ))
        return not ask or typer.confirm("Do it?", err=True)
    found = plan_stack(open_runner(stack, config_file=config_file), os.environ, stack_file=config_file)
    found.refuse()
    if not ask:
        return True
    data.print(as_text(found.plan), markup=False)
    return typer.confirm("Do it?", err=True)
