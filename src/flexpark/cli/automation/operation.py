"""One operation of one engine: started at once, and given its program when that is loaded."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from flexpark.cli.automation.command import EngineCommand, EngineExit
from flexpark.cli.automation.failures import failure
from flexpark.cli.automation.program import Load, Program
from flexpark.cli.automation.provider import Provider, beside
from flexpark.cli.automation.steps import OnEvent, OnStep, Recorder, Result
from flexpark.cli.interrupts import Interrupts
from flexpark.errors import Cancelled, FlexparkError

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
OnCancel = Callable[[int], object]  # is told how many times


class Operation:
    """The engine has been started, and waits for its program: `finish` gives it, and waits for the end.

    A context: left without `finish`, it ends the engine, which has done nothing. From its start to its end a Ctrl-C
    cancels the engine, and is told as `Cancelled` when that has ended.
    """

    def __init__(  # noqa: PLR0917
        self,
        stack: str,
        kind: Kind,
        command: EngineCommand,
        load: Load,
        provider: Provider | None,
        options: Mapping[str, Any],
    ) -> None:
        self._doing = f"{stack}: {kind.partition('-')[0]}"
        self._kind = kind
        self._command = command
        self._load = load
        self._seen = Recorder()
        self._on_cancel: OnCancel | None = None
        with ExitStack() as ends:
            self._interrupts = ends.enter_context(Interrupts(self._cancel))
            self._provider = provider
            if provider is None and _runs_the_program_first(kind, options):
                given = options.get("config_file")
                self._provider = beside(stack, Path(command.cwd), command.environ, given, writes=kind == "up")
                if self._provider is not None:
                    ends.callback(self._provider.close)
            from flexpark.cli.automation.host import Host  # noqa: PLC0415 - gRPC, for those alone that start an engine

            self._host = ends.enter_context(Host())
            flags = _flags({"color": "never", **options, "stack": stack})
            variables = self._provider.variables if self._provider else {}
            self._engine = command.start([*_ARGUMENTS[kind], *flags, *self._host.arguments], variables)
            self._ends: ExitStack | None = ends.pop_all()

    def finish(
        self,
        *,
        before_program: Program | None = None,
        on_step: OnStep | None = None,
        on_event: OnEvent | None = None,
        on_cancel: OnCancel | None = None,
    ) -> Result:
        """Run the program and wait for the end. `before_program` is called before it, where it runs, `on_cancel` at
        each Ctrl-C, in another thread.

        Raises an error of `flexpark.errors` with its exit code.
        """

        def hear(event: "EngineEvent") -> None:
            step = self._seen.see(event)
            if on_event is not None:
                on_event(event)
            if on_step is not None and step is not None:
                on_step(step)

        self._on_cancel = on_cancel
        from flexpark.cli.automation.inline import Inline  # noqa: PLC0415

        program = Inline(self._load, before_program)
        program.load()
        if self._provider is not None:
            self._provider.serve(self._engine.pid)
        self._host.serve(program, hear)
        try:
            self._engine.wait()
        except EngineExit as ended:
            program.end()
            if not self._interrupts.came:
                raise failure(self._doing, ended, self._seen, program.refusal) from None
        finally:
            self._end()
        if self._interrupts.came:
            again = "`flexpark up` again goes on from here" if self._kind == "up" else ""
            raise Cancelled(f"{self._doing}: cancelled", remedy=again)
        if not self._host.listened:
            raise FlexparkError(f"{self._doing}: the engine ended well, but told nothing of what it did")
        return self._seen.result(self._kind)

    def _cancel(self) -> None:
        self._command.cancel()
        if self._on_cancel is not None:
            self._on_cancel(self._interrupts.came)

    def __enter__(self) -> "Operation":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ends is not None:  # it was not finished: it is cancelled, and gets no program
            self._command.interrupt()
            self._host.refuse()
            with suppress(EngineExit):
                self._engine.wait()
            self._end()

    def _end(self) -> None:
        """The engine has ended: what was there for it goes."""
        self._ends, ends = None, self._ends
        if ends is not None:
            ends.close()


def _runs_the_program_first(kind: Kind, options: Mapping[str, Any]) -> bool:
    """Whether the engine asks for the program before it calls a provider. Else it has to start that by itself."""
    return kind in {"preview", "up"} and not options.get("refresh")


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
