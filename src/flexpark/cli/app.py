"""The command line: the table of commands, and the one place where an error becomes a message and an exit code."""

import signal
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Annotated

import typer
from typer.core import TyperGroup

from flexpark.cli import process
from flexpark.cli.console import messages, say
from flexpark.cli.engine import EngineError
from flexpark.errors import Cancelled, ConfigurationError, FlexparkError

# {command: its module}, which has a function `command`, or an `app` with commands of its own. Only the module of the
# command that is called is imported.
COMMANDS: dict[str, str] = {
    "adopt": "adopt",
    "backup": "backup",
    "ci": "ci",
    "demo": "demo",
    "doctor": "doctor",
    "drain": "drain",
    "drift": "drift",
    "emulate": "emulate",
    "explain": "explain",
    "impact": "impact",
    "layers": "layers",
    "new": "new",
    "parked": "parked",
    "policy": "policy",
    "preview": "preview",
    "reconcile": "reconcile",
    "rehearse": "rehearse",
    "render": "render",
    "restore": "restore",
    "rollback": "rollback",
    "rollout": "rollout",
    "route": "route",
    "schema": "schema",
    "test-routing": "test_routing",
    "up": "up",
    "validate": "validate",
}

FORESEEN = (typer.TyperException, FlexparkError, EngineError, OSError)
INTERRUPTED = 130  # what Typer makes of a KeyboardInterrupt


def build(names: Iterable[str]) -> typer.Typer:
    """The application with these commands."""
    app = typer.Typer(
        name="flexpark",
        help="Park and resume Twilio Flex conversations: what fleets of environments need beside plain `pulumi`.",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)  # without it, an application of one command would be that command
    for name in names:
        module = import_module(f"flexpark.cli.{COMMANDS[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(module.command)
    return app


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"flexpark {version('flexpark')}")
        raise typer.Exit


def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    pass


def main() -> None:
    """Run one command. Exit codes are those of the Pulumi CLI (`flexpark.errors`)."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # whoever ends us, or closes our terminal, wants no process left
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    code = run(sys.argv[1:], on_end=process.deaf)
    process.leave(code)


def run(arguments: list[str], on_end: Callable[[], object] = bool) -> int:
    """Run one command and answer its exit code. `on_end` is called before an end that is not a good one is told.

    Every error is a short message on stderr: the traceback of one that nobody foresaw is shown where it is asked for.
    """
    called = arguments[0] if arguments else ""
    try:
        app = build([called] if called in COMMANDS else COMMANDS)
        result = app(arguments or ["--help"], prog_name="flexpark", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        on_end()
        result = INTERRUPTED
    except Exception as error:
        on_end()
        text, code = refusal(error) if isinstance(error, FORESEEN) else _other(error, called)
        messages.print("error:", style="bold red", end=" ")
        say(text)
        return code
    if result == INTERRUPTED:
        say("\ncancelled")
        return Cancelled.exit_code
    return result if isinstance(result, int) else 0


def refusal(error: Exception) -> tuple[str, int]:
    """What to say about a foreseen error, and the exit code."""
    match error:
        case typer.TyperException():
            return usage(error), ConfigurationError.exit_code
        case FlexparkError():
            return str(error), error.exit_code
        case OSError(filename=str(name), strerror=str(why)):
            return f"{name}: {why}", FlexparkError.exit_code
        case _:
            return str(error), FlexparkError.exit_code


def _other(error: Exception, called: str) -> tuple[str, int]:
    """The same for an address that does not answer, for what Twilio said to a command that did not foresee it, and for
    a fault of ours.
    """
    import httpx  # noqa: PLC0415 - of no use unless something has gone wrong
    from twilio_api.errors import TwilioError  # noqa: PLC0415

    from flexpark.cli import fault  # noqa: PLC0415

    if isinstance(error, httpx.HTTPError):
        return f"{error.request.url.copy_with(path='/')} does not answer: {error}", FlexparkError.exit_code
    if not isinstance(error, TwilioError):
        return fault.told(error), FlexparkError.exit_code
    from flexpark.cli.account import as_ours  # noqa: PLC0415

    return refusal(as_ours(f"flexpark {called}", error))


def usage(error: typer.TyperException) -> str:
    """What is wrong with the command line, what is allowed, and where to read on."""
    context = getattr(error, "ctx", None)
    text = error.format_message()
    if context is None:
        return text
    if isinstance(context.command, TyperGroup):
        allowed = sorted(context.command.commands)
    elif hasattr(error, "option_name"):
        allowed = [name for option in context.command.params for name in option.opts if name.startswith("--")]
    else:
        allowed = []
    said = f"{text}\nallowed: {', '.join(allowed)}" if allowed else text
    return f"{said}\nsee `{context.command_path} --help`"
