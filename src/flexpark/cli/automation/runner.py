"""The engine on one stack: preview, up, refresh, destroy by the inline program, and any other command."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pulumi import automation as auto

from flexpark.cli import engine
from flexpark.cli.automation.command import EngineCommand, EngineExit
from flexpark.cli.automation.failures import failure
from flexpark.cli.automation.inline import Inline, Program
from flexpark.cli.automation.steps import Recorder, Result, Step
from flexpark.errors import Cancelled

ROOT = Path(__file__).resolve().parents[4]

OnStep = Callable[[Step], object]
OnEvent = Callable[[auto.EngineEvent], object]


def open_runner(
    name: str,
    *,
    environ: Mapping[str, str] | None = None,
    config_file: Path | None = None,
    program: Program | None = None,
    project: Path = ROOT,
) -> "Runner":
    """The engine for one stack of this checkout's project. Nothing is started or asked yet.

    `environ` stands for this process's environment variables, `config_file` for the stack's file in `environments/`,
    `program` for that of `infra/`, `project` for the checkout. Raises `EngineError` where there is no engine.
    """
    environ = dict(os.environ) if environ is None else dict(environ)
    command = EngineCommand(engine.need(), environ)
    return Runner(name, command, config_file=config_file, program=program, project=project)


class Runner:
    """One stack's engine, for one operation at a time; see the package for how it is used."""

    def __init__(
        self,
        name: str,
        command: EngineCommand,
        *,
        config_file: Path | None,
        program: Program | None,
        project: Path,
    ) -> None:
        self.name = name
        self._command = command
        self._config_file = config_file
        self._program = program
        self._project = str(project)
        options = auto.LocalWorkspaceOptions(work_dir=self._project, pulumi_command=command)
        self._stack = _Stack(name, auto.LocalWorkspace(**vars(options)))

    def preview(self, *, on_step: OnStep | None = None, on_event: OnEvent | None = None, **options: Any) -> Result:
        """What `up` would do. With `expect_no_changes=True` raises `ChangesFound` where that is not nothing.

        `before_program`, here and elsewhere, is called before the program, where it runs.
        """
        return self._run("preview", self._stack.preview, on_step, on_event, options)

    def up(self, *, on_step: OnStep | None = None, on_event: OnEvent | None = None, **options: Any) -> Result:
        """Create, change and delete until the stack is as the program says; without a preview first."""
        return self._run("up", self._stack.up, on_step, on_event, options)

    def refresh(self, *, on_step: OnStep | None = None, on_event: OnEvent | None = None, **options: Any) -> Result:
        """Take into the state what has changed at Twilio. With `preview_only=True` only say what that is."""
        if options.pop("preview_only", False):
            return self._run("refresh", self._stack.preview_refresh, on_step, on_event, options)
        return self._run("refresh", self._stack.refresh, on_step, on_event, options)

    def destroy(self, *, on_step: OnStep | None = None, on_event: OnEvent | None = None, **options: Any) -> Result:
        """Delete everything that the stack manages."""
        return self._run("destroy", self._stack.destroy, on_step, on_event, options)

    def pulumi(self, *arguments: str) -> str:
        """Any other `pulumi` command on this stack; what it prints on stdout."""
        argv = [*arguments, "--stack", self.name]
        try:
            return str(self._command.run(argv, self._project, {}).stdout)
        except EngineExit as ended:
            raise failure(f"{self.name}: {' '.join(arguments[:2])}", ended, None, None) from None
        except KeyboardInterrupt:
            raise Cancelled(f"{self.name}: cancelled") from None

    def cancel(self) -> None:
        """Stop the operation under way, from any thread: gently the first time, at once the second."""
        self._command.cancel()

    def _run(
        self,
        operation: str,
        run: Callable[..., object],
        on_step: OnStep | None,
        on_event: OnEvent | None,
        options: dict[str, Any],
    ) -> Result:
        seen = Recorder()
        program = Inline(self._program, options.pop("before_program", None))

        def hear(event: auto.EngineEvent) -> None:
            step = seen.see(event)
            if on_event is not None:
                on_event(event)
            if on_step is not None and step is not None:
                on_step(step)

        given = {"config_file": str(self._config_file)} if self._config_file else {}
        try:
            run(program=program, on_event=hear, color="never", **{**given, **options})
        except EngineExit as ended:
            program.end()
            raise failure(f"{self.name}: {operation}", ended, seen, program.refusal) from None
        except KeyboardInterrupt:
            program.end()
            raise Cancelled(f"{self.name}: {operation}: cancelled") from None
        return seen.result(operation)


class _Stack(auto.Stack):
    """A stack that is neither selected first nor asked about afterwards: each is a process, and the events tell it all.

    Selecting also changes what plain `pulumi` commands in this checkout take for the current stack.
    """

    def __init__(self, name: str, workspace: auto.Workspace) -> None:
        # Not the base's own, which selects.
        self.name = name
        self.workspace = workspace

    def outputs(self) -> auto.OutputMap:
        """None: `Result.outputs` has them."""
        return {}

    def info(self, show_secrets: bool = True) -> auto.UpdateSummary:  # noqa: ARG002 - the base's own
        """An empty one: `Result` has it."""
        return _NOTHING


_NOTHING = auto.UpdateSummary(
    kind="update", start_time=datetime.now(UTC), message="", environment={}, config={}, result="succeeded"
)
