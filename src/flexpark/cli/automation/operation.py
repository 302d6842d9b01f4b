"""One operation of one engine: started at once, and given its program when that is loaded."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from flexpark.cli.automation.command import EngineCommand, EngineExit
from flexpark.cli.automation.failures import failure
from flexpark.cli.automation.port import Port
from flexpark.cli.automation.program import Load, Program
from flexpark.cli.automation.provider import Provider, start_beside
from flexpark.cli.automation.steps import OnEvent, OnStep, Recorder, Result
from flexpark.errors import Cancelled

if TYPE_CHECKING:
    from pulumi.automation import EngineEvent

Kind = Literal["preview", "up", "refresh", "refresh-preview", "destroy"]

_ARGUMENTS: Mapping[Kind, Sequence[str]] = {
    "preview": ("preview",),
    "up": ("up", "--yes", "--skip-preview"),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "refresh-preview": ("refresh", "--preview-only"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
# In the others the engine may want the provider before, or without, asking for the program.
_RUN_THE_PROGRAM: frozenset[Kind] = frozenset({"preview", "up"})


class Operation:
    """The engine has been started, and waits for its program: `finish` gives it, and waits for the end.

    A context: left without `finish`, it ends the engine, which has done nothing.
    """

    def __init__(  # noqa: PLR0917
        self,
        stack: str,
        kind: Kind,
        command: EngineCommand,
        load: Load,
        shared: Provider | None,
        options: Mapping[str, Any],
    ) -> None:
        self._doing = f"{stack}: {kind.partition('-')[0]}"
        self._kind = kind
        self._command = command
        self._load = load
        self._seen = Recorder()
        self._open = True
        self._provider = self._own = None
        if kind in _RUN_THE_PROGRAM and shared is not None and shared.lives:
            self._provider = shared
        elif kind in _RUN_THE_PROGRAM:
            self._provider = self._own = start_beside(Path(command.cwd), command.environ)
        port = Port()
        inline = [f"--client=127.0.0.1:{port.number}", "--exec-kind", "auto.inline"]
        events = ["--event-log", f"tcp://127.0.0.1:{port.number}"]
        flags = _flags({"color": "never", **options, "stack": stack})
        try:
            variables = self._provider.variables if self._provider else None
            self._engine = command.start([*_ARGUMENTS[kind], *flags, *inline, *events], variables)
            from flexpark.cli.automation import host  # noqa: PLC0415 - gRPC is loaded while the engine starts

            self._host = host.Host(port.number)
        except BaseException:
            command.cancel()
            self._let_go()
            raise
        finally:
            port.release()

    def finish(
        self,
        *,
        before_program: Program | None = None,
        on_step: OnStep | None = None,
        on_event: OnEvent | None = None,
    ) -> Result:
        """Run the program and wait for the end. `before_program` is called before it, where it runs.

        Raises an error of `flexpark.errors` with its exit code.
        """

        def hear(event: "EngineEvent") -> None:
            step = self._seen.see(event)
            if on_event is not None:
                on_event(event)
            if on_step is not None and step is not None:
                on_step(step)

        from flexpark.cli.automation.inline import Inline  # noqa: PLC0415

        program = Inline(self._load, before_program)
        try:
            program.load()
            if self._provider is not None:
                self._provider.serve(self._engine)
            self._host.serve(program, hear)
            self._wait()
        except EngineExit as ended:
            program.end()
            raise failure(self._doing, ended, self._seen, program.refusal) from None
        except KeyboardInterrupt:
            self._leave()
            program.end()
            raise Cancelled(f"{self._doing}: cancelled") from None
        return self._seen.result(self._kind)

    def __enter__(self) -> "Operation":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        """End the engine where it still runs: it is cancelled, and gets no program."""
        if not self._open:
            return
        self._command.cancel()
        self._host.refuse()
        with contextlib.suppress(EngineExit, KeyboardInterrupt):  # as it was asked to
            self._wait()

    def _wait(self) -> None:
        """Whatever this raises, the engine has ended then."""
        try:
            self._command.wait()
        finally:
            self._open = False
            self._close()

    def _close(self) -> None:
        self._host.close()
        self._let_go()

    def _let_go(self) -> None:
        if self._own is not None:
            self._own.close()


def _flags(options: Mapping[str, Any]) -> list[str]:
    """Options as the engine's command line takes them: `expect_no_changes=True`, `target=["urn..."]`, `parallel=4`."""
    flags: list[str] = []
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            flags.append(flag)
        elif value is False or value is None:
            continue
        elif isinstance(value, str | int | Path):
            flags += [flag, str(value)]
        else:
            flags += [part for item in value for part in (flag, str(item))]
    return flags
