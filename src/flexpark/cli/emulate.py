"""`flexpark emulate`: the emulator of the Twilio APIs in use, in the foreground."""

import os
import sys
from typing import Annotated

import typer

from flexpark.cli.options import stacks
from flexpark.cli.root import ROOT


def command(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port for plain HTTP; 0 takes a free one.")] = 8010,
    proxy_port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="The port of the HTTPS proxy for unmodified clients; 0 takes a free one."),
    ] = 0,
    stack: Annotated[
        str | None,
        typer.Option("--stack", "-s", help="Whose account it is, with Flex switched on.", autocompletion=stacks),
    ] = None,
    state: Annotated[str | None, typer.Option(help="A SQLite file to keep the state in; memory if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON once it answers.")] = False,
) -> None:
    """Start an emulator of the Twilio APIs that flexpark uses, on 127.0.0.1, until Ctrl-C.

    With `-s` it is that stack's account, with Flex switched on: `flexpark up -s STACK` brings the stack up there.

    Example: flexpark emulate --port 0 --json

    Example: flexpark emulate -s acme-dev
    """
    arguments = ["--port", str(port), "--proxy-port", str(proxy_port)]
    if stack is not None:
        from flexpark import load_environment  # noqa: PLC0415 - not needed without a stack

        arguments += ["--flex", "--account-sid", str(load_environment(ROOT, stack).account_sid)]
    if state is not None:
        arguments += ["--state", state]
    if as_json:
        arguments.append("--json")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "twilio_emulator", *arguments])  # noqa: S606 - the same Python, in this one's place
