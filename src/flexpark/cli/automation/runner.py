"""The engine on one stack: preview, up, refresh, destroy by the inline program, and any other command."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flexpark.cli import engine
from flexpark.cli.automation.command import EngineCommand, EngineExit
from flexpark.cli.automation.failures import failure
from flexpark.cli.automation.operation import Kind, OnCancel, Operation
from flexpark.cli.automation.program import Load, own_program
from flexpark.cli.automation.provider import Provider, has_credentials
from flexpark.cli.automation.steps import OnEvent, OnStep, Result
from flexpark.cli.root import ROOT
from flexpark.errors import Cancelled


def open_runner(
    name: str,
    *,
    environ: Mapping[str, str] | None = None,
    config_file: Path | None = None,
    load: Load = own_program,
    project: Path = ROOT,
    provider: Provider | None = None,
) -> "Runner":
    """The engine for one stack of this checkout's project. Nothing is started or asked yet.

    `environ` stands for this process's environment variables, `config_file` for the stack's file in `environments/`,
    `load` for what loads the program of `infra/`, `project` for the checkout, `provider` for one that several stacks
    share. Raises `EngineError` where there is no engine.
    """
    environ = dict(os.environ) if environ is None else dict(environ)
    command = EngineCommand(engine.need(), environ, str(project))
    return Runner(name, command, config_file=config_file, load=load, provider=provider)


class Runner:
    """One stack's engine, for one operation at a time; see the package for how it is used."""

    def __init__(
        self, name: str, command: EngineCommand, *, config_file: Path | None, load: Load, provider: Provider | None
    ) -> None:
        self.name = name
        self._command = command
        self._config_file = config_file
        self._load = load
        self._provider = provider

    def begin(self, kind: Kind, **options: Any) -> Operation:
        """Start the engine, which waits for `finish`: what is done meanwhile costs no time. Leave it as a context."""
        given = {"config_file": self._config_file} if self._config_file else {}
        return Operation(self.name, kind, self._command, self._load, self._shared(options), {**given, **options})

    def preview(self, *, on_step: OnStep | None = None, on_event: OnEvent | None = None, **options: Any) -> Result:
        """What `up` would do. With `expect_no_changes=True` raises `ChangesFound` where that is not nothing."""
        return self._do("preview", on_step, on_event, options)

    def up(
        self,
        *,
        on_step: OnStep | None = None,
        on_event: OnEvent | None = None,
        on_cancel: OnCancel | None = None,
        **options: Any,
    ) -> Result:
        """Create, change and delete until the stack is as the program says; without a preview first."""
        with self.begin("up", **options) as operation:
            return operation.finish(on_step=on_step, on_event=on_event, on_cancel=on_cancel)

    def refresh(self, *, on_step: OnStep | None = None, on_event: OnEvent | None = None, **options: Any) -> Result:
        """Take into the state what has changed at Twilio. With `preview_only=True` only say what that is."""
        kind: Kind = "refresh-preview" if options.pop("preview_only", False) else "refresh"
        return self._do(kind, on_step, on_event, options)

    def destroy(self, *, on_step: OnStep | None = None, on_event: OnEvent | None = None, **options: Any) -> Result:
        """Delete everything that the stack manages."""
        return self._do("destroy", on_step, on_event, options)

    def pulumi(self, *arguments: str) -> str:
        """Any other `pulumi` command on this stack; what it prints on stdout."""
        try:
            return self._command.run([*arguments, "--stack", self.name])
        except EngineExit as ended:
            raise failure(f"{self.name}: {' '.join(arguments[:2])}", ended, None, None) from None
        except Cancelled:
            raise Cancelled(f"{self.name}: cancelled") from None

    def cancel(self) -> None:
        """Stop the operation under way, from any thread: gently the first time, at once the second.

        None is begun after that.
        """
        self._command.cancel()

    def _shared(self, options: Mapping[str, Any]) -> Provider | None:
        """The provider that several stacks share, where it can serve this one."""
        project = Path(self._command.cwd)
        usable = self._provider is not None and self._provider.lives and not options.get("refresh")
        return self._provider if usable and not has_credentials(self.name, project, self._config_file) else None

    def _do(self, kind: Kind, on_step: OnStep | None, on_event: OnEvent | None, options: dict[str, Any]) -> Result:
        with self.begin(kind, **options) as operation:
            return operation.finish(on_step=on_step, on_event=on_event)
