"""The one way in which commands run the engine on a stack, with the program of `infra/` inline.

Enters: a stack's name, environment variables, callbacks. Leaves: a frozen `Result`, or an error of `flexpark.errors`
with its exit code. Nothing is printed here; no process is started before the first operation. Start reading in
`runner.py`; `operation.py` is one operation: the engine (`command.py`) is started with what it calls (`host.py`), then
the program (`program.py`, `inline.py`) is loaded and the provider (`provider.py`) started. `steps.py` is what the
engine tells, `failures.py` why it failed.

    runner = open_runner("acme-dev")
    result = runner.preview(on_step=lambda step: say(f"{step.op} {step.name}"))
    if result.changes:
        runner.up(on_step=...)

- `preview`, `up`, `refresh`, `destroy` take the engine's own options by keyword (`refresh=True`, `target=[...]`,
  `expect_no_changes=True`), `on_step` for progress, and `on_event` for the engine's events as they are
  (`pulumi.automation.EngineEvent`). Callbacks run in a thread of their own; what they raise is lost.
- `with runner.begin("preview") as operation:` starts the engine; what is done before `operation.finish()` costs no
  time. Left without it, the engine is ended and has done nothing.
- Ctrl-C, SIGTERM and SIGHUP in the main thread cancel the engine gently; when it has ended, `Cancelled` is raised. A
  second one ends it at once. `runner.cancel()` does the same from any thread: that is how a
  roll-out over several stacks, each in a thread of its own with a runner of its own, is stopped.
- `environ` is the whole environment of the engine and its provider, so that two stacks can have two accounts.
- `runner.pulumi("stack", "export")` is any other `pulumi` command on the stack, with the same errors.
"""

from flexpark.cli.automation.failures import Locked
from flexpark.cli.automation.operation import OnCancel
from flexpark.cli.automation.program import Load, own_program
from flexpark.cli.automation.provider import Provider, shared_provider
from flexpark.cli.automation.runner import Runner, open_runner
from flexpark.cli.automation.steps import Result, Step, name_of

__all__ = [
    "Load", "Locked", "OnCancel", "Provider", "Result", "Runner", "Step", "name_of", "open_runner", "own_program",
    "shared_provider",
]  # fmt: skip
