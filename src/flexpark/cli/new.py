"""`flexpark new`: the stack file of a new environment."""

import os
import sys
from typing import Annotated

import typer

from flexpark.cli.console import say, write_json
from flexpark.cli.options import AsJson, layers
from flexpark.cli.root import ROOT
from flexpark.environment.load import FOLDER, Resolved, resolve_text
from flexpark.environment.newfile import new_stack_id, new_stack_text
from flexpark.environment.suggest import shown
from flexpark.errors import ConfigurationError, Problem

# Where a problem of the new file was typed.
_TYPED = {
    "flexpark:customer": "CUSTOMER",
    "flexpark:environment": "ENVIRONMENT",
    "flexpark:layer": "--layer",
    "twilio:accountSid": "--account-sid",
}


def command(  # noqa: PLR0917 - Typer calls it by name
    customer: Annotated[str, typer.Argument(help="Small letters, digits and single dashes.")],
    environment: Annotated[str, typer.Argument(help="As the customer, at most 16 characters.")],
    layer: Annotated[str, typer.Option(help="The layer that it builds on.", autocompletion=layers)],
    account_sid: Annotated[
        str | None, typer.Option(help="The account, AC...; TWILIO_ACCOUNT_SID, or a question, if left out.")
    ] = None,
    queue: Annotated[
        list[str] | None, typer.Option(metavar="NAME=SID", help="A queue that is there already; several are allowed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the stack file of a new environment; nothing else is made. A file that is there is never overwritten.

    Example: flexpark new acme prod --layer standard --account-sid AC00000000000000000000000000000001
    """
    problems: list[str] = []
    queues = _queues(queue or [], problems)
    name = f"{customer}-{environment}"
    stack_id = new_stack_id()
    text = new_stack_text(
        customer, environment, layer=layer, account_sid=account_sid or _account(), queues=queues, stack_id=stack_id
    )
    resolved = resolve_text(ROOT, text, "the new file")
    problems += [_told(problem) for problem in resolved.problems]
    if problems:
        raise ConfigurationError("\n".join(problems), remedy="nothing was written")
    file = FOLDER / f"Pulumi.{name}.yaml"
    _write(resolved, file.as_posix(), text)
    if as_json:
        write_json({"file": file.as_posix(), "stack": name, "stackId": stack_id})
    say(f"wrote {file}; next: `flexpark rehearse -s {name}`, then `pulumi stack init {name}`")


def _account() -> str:
    if given := os.environ.get("TWILIO_ACCOUNT_SID"):
        return given
    if sys.stdin.isatty() and sys.stderr.isatty():
        return str(typer.prompt("Account SID (AC...)", err=True)).strip()
    raise ConfigurationError(
        "new: no account: without a terminal nothing is asked", remedy="give --account-sid, or set TWILIO_ACCOUNT_SID"
    )


def _queues(given: list[str], problems: list[str]) -> dict[str, str]:
    """Queue SIDs by name; the SID is what comes after the last `=`."""
    found: dict[str, str] = {}
    for text in given:
        name, sign, sid = text.rpartition("=")
        if not sign or not name:
            problems.append(f"--queue: is {shown(text)}; allowed: NAME=SID, such as Sales=WQ...")
        elif name in found:
            problems.append(f"--queue: {shown(name)} is given twice; allowed: each once")
        else:
            found[name] = sid
    return found


def _told(problem: Problem) -> str:
    """A problem at the argument where it was typed, or in the layer where it was written."""
    typed = _TYPED.get(problem.path) or ("--queue" if problem.path.startswith("flexpark:queues") else None)
    if typed is None:
        return str(problem)
    return str(
        Problem(
            typed,
            problem.path.removeprefix("flexpark:queues") if typed == "--queue" else "",
            problem.what,
            problem.allowed,
        )
    )


def _write(resolved: Resolved, file: str, text: str) -> None:
    resolved.valid()
    try:
        with (ROOT / file).open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError as error:
        raise ConfigurationError(
            f"new: there is {file} already, and it stays as it is", remedy="edit it, or choose another name"
        ) from error
