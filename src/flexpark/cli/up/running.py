"""One `up` of one stack, whatever an earlier one left: what the command, roll-outs and benches call."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flexpark.cli.automation import Load, Locked, Provider, Result, Runner, Step, open_runner, own_program
from flexpark.cli.root import ROOT
from flexpark.cli.up.journal import Journal, journal_of
from flexpark.cli.up.recovery import Left, break_lock, put_in_order, told

# As many requests as the provider has under way at once (twilio_api.transport); the engine's own choice is four a core.
AT_ONCE = 16

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
    **options: Any,
) -> Upped:
    """Bring a stack to what its program says, after putting in order what a killed run left.

    `on_left` is told of that before anything is changed, `on_runner` of each engine before it starts, so that another
    thread can cancel it. `left` is what `recover` answered, where it was called. `load` and `project` stand for the
    program and the folder of this checkout, `provider` is one that several stacks share, `options` are the engine's.
    What is raised is the runner's; `Locked` where another command holds the stack.
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

    if left is None:
        left = put_in_order(make({}), journal, environ)
        if on_left is not None and left != Left():
            on_left(left)
    try:
        result = _journalled(make, journal, left, on_step, options)
    except Locked as held:  # an engine that was killed before it had anything pending
        owner = break_lock(make({}), held)
        left = Left(left.intents, left.cleared, owner)
        if on_left is not None:
            on_left(left)
        result = _journalled(make, journal, left, on_step, options)
    return Upped(result, left)


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
            result = make(variables).up(on_step=see, **{"parallel": AT_ONCE, **options})
        except BaseException:
            journal.end(well=False)
            raise
    journal.end(well=True)
    return result
