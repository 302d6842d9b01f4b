"""The command line: the table of commands, and the one place where an error becomes a message and an exit code."""

import signal
import sys
from collections.abc import Callable
from typing import Any

import httpx
import typer
from typer.core import TyperGroup

from flexpark.cli import (
    ci,
    demo,
    drain,
    emulate,
    explain,
    impact,
    layers,
    new,
    parked,
    policy,
    preview,
    reconcile,
    rehearse,
    render,
    rollout,
    route,
    schema,
    test_routing,
    up,
    validate,
)
from flexpark.cli.console import messages, say
from flexpark.cli.engine import EngineError
from flexpark.errors import Cancelled, ConfigurationError, FlexparkError

COMMANDS: dict[str, Callable[..., Any] | typer.Typer] = {
    "ci": ci.app,
    "demo": demo.command,
    "drain": drain.command,
    "emulate": emulate.command,
    "explain": explain.command,
    "impact": impact.command,
    "layers": layers.command,
    "new": new.command,
    "parked": parked.command,
    "policy": policy.command,
    "preview": preview.command,
    "reconcile": reconcile.command,
    "rehearse": rehearse.command,
    "render": render.command,
    "rollout": rollout.command,
    "route": route.command,
    "schema": schema.command,
    "test-routing": test_routing.command,
    "up": up.command,
    "validate": validate.command,
}

FORESEEN = (typer.TyperException, FlexparkError, EngineError, httpx.HTTPError, OSError)
INTERRUPTED = 130  # what Typer makes of a KeyboardInterrupt

app = typer.Typer(
    name="flexpark",
    help="Park and resume Twilio Flex conversations: what fleets of environments need beside plain `pulumi`.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, command in COMMANDS.items():
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name)
    else:
        app.command(name)(command)


def main() -> None:
    """Run one command. Exit codes are those of the Pulumi CLI (`flexpark.errors`)."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends us wants no process left either
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and answer its exit code.

    Every foreseen error is a short message on stderr, never a traceback.
    """
    try:
        result = app(arguments or ["--help"], prog_name="flexpark", standalone_mode=False)
    except FORESEEN as error:
        messages.print("error:", style="bold red", end=" ")
        text, code = refusal(error)
        say(text)
        return code
    except (KeyboardInterrupt, typer.Abort):
        result = INTERRUPTED
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
        case httpx.HTTPError():
            return f"{error.request.url.copy_with(path='/')} does not answer: {error}", FlexparkError.exit_code
        case OSError(filename=str(name), strerror=str(why)):
            return f"{name}: {why}", FlexparkError.exit_code
        case _:
            return str(error), FlexparkError.exit_code


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
