"""One `up` of one stack, whatever an earlier one left: what the command, roll-outs and benches call."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from flexpark.cli.automation import Load, Locked, OnCancel, Provider, Result, Runner, Step, open_runner, own_program
from flexpark.cli.root import ROOT
from flexpark.cli.up.journal import Journal, journal_of
from flexpark.cli.up.recovery import Left, break_lock, put_in_order, told

# As many at once as the provider has under way (twilio_api.transport); the engine's own choice is four a core.
REQUESTS = 16

LOOK_AGAIN = 1.0  # seconds until a stack that another command holds is tried again

T = TypeVar("T")
MakeRunner = Callable[[Mapping[str, str]], Runner]


@dataclass(frozen=True)
class Upped:
    """What was done, and what an earlier run had left."""

    result: Result
    left: Left


def up(
    name: str,
    *,
    environ: Mapping[str, str] | None = None,
    config_file: Path | None = None,
    load: Load = own_program,
    project: Path = ROOT,
    provider: Provider | None = None,
    on_step: Callable[[Step], object] | None = None,
    on_left: Callable[[Left], object] | None = None,
    on_runner: Callable[[Runner], object] | None = None,
    left: Left | None = None,
    wait: float = 0,
    on_wait: Callable[[Locked], object] | None = None,
    on_cancel: OnCancel | None = None,
    **options: Any,
) -> Upped:
    """Bring a stack to what its program says, after putting in order what a killed run left.

    `on_left` is told of that before anything is changed, `on_runner` of each engine before it starts, so that another
    thread can cancel it, `on_cancel` of each Ctrl-C while one is at work. `left` is what `recover` answered, where it
    was called. `load` and `project` stand for the program and the folder of this checkout, `provider` is one that
    several stacks share, `options` are the engine's. What is raised is the runner's; `Locked` where another command
    holds the stack after `wait` seconds.
    """
    environ = dict(os.environ) if environ is None else dict(environ)
    journal = journal_of(name, environ)

    def make(more: Mapping[str, str]) -> Runner:
        runner = open_runner(
            name,
            environ={**environ, **more},
            config_file=config_file,
            load=load,
            project=project,
            provider=None if more else provider,  # a shared one knows nothing of this stack's open intents
        )
        if on_runner is not None:
            on_runner(runner)
        return runner

    known = [left] if left is not None else []
    given = {"on_cancel": on_cancel, **options}

    def once() -> Upped:
        # What was found before another command was waited for is no longer so.
        found = known.pop() if known else _put_in_order(make, journal, environ, on_left)
        try:
            return Upped(_journalled(make, journal, found, on_step, given), found)
        except Locked as held:  # an engine that was killed before it had anything pending
            found = Left(found.intents, found.cleared, break_lock(make({}), held))
            if on_left is not None:
                on_left(found)
            return Upped(_journalled(make, journal, found, on_step, given), found)

    return patiently(once, wait, on_wait)


def _put_in_order(
    make: MakeRunner, journal: Journal, environ: Mapping[str, str], on_left: Callable[[Left], object] | None
) -> Left:
    left = put_in_order(make({}), journal, environ)
    if on_left is not None and left != Left():
        on_left(left)
    return left


def patiently(do: Callable[[], T], wait: float, on_wait: Callable[[Locked], object] | None = None) -> T:
    """Do it again for so many seconds while another command, which lives, holds the stack.

    `on_wait` is told of it once. Raises `Locked` in the end.
    """
    until = time.monotonic() + wait
    while True:
        try:
            return do()
        except Locked as held:
            if time.monotonic() >= until:
                raise
            if on_wait is not None:
                on_wait(held)
                on_wait = None
            time.sleep(LOOK_AGAIN)


def recover(name: str, *, environ: Mapping[str, str] | None = None, config_file: Path | None = None) -> Left:
    """Put in order what a killed run left, without an `up`: what it answers is for `up(left=...)`."""
    environ = dict(os.environ) if environ is None else dict(environ)
    runner = open_runner(name, environ=environ, config_file=config_file)
    return put_in_order(runner, journal_of(name, environ), environ)


def _journalled(
    make: MakeRunner,
    journal: Journal,
    left: Left,
    on_step: Callable[[Step], object] | None,
    options: Mapping[str, Any],
) -> Result:
    def see(step: Step) -> None:
        journal.see(step)
        if on_step is not None:
            on_step(step)

    with told(left.intents) as variables:
        journal.begin()
        try:
            result = make(variables).up(on_step=see, **{"parallel": REQUESTS, **options})
        except BaseException:
            journal.end(well=False)
            raise
    journal.end(well=True)
    return result
