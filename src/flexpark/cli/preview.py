"""`flexpark preview`: what an `up` would do, in words that are safe in public, judged by the guard rails."""

import os
from typing import Annotated, Literal

import typer

from flexpark.cli.automation import open_runner
from flexpark.cli.console import data, say, write_json
from flexpark.cli.options import AsJson, ConfigFile, Stack
from flexpark.cli.planning import Judged, plan_stack
from flexpark.errors import ChangesFound
from flexpark.plan import as_json as plan_as_json
from flexpark.plan import as_markdown, as_text

Form = Literal["text", "markdown", "json"]
OFFLINE = "offline: against an emulator, without secrets; what stands at Twilio is not known, so all is to be created"


def command(  # noqa: PLR0917 - options, as typer wants them
    stack: Stack,
    summary: Annotated[Form, typer.Option(help="How the plan is told; `markdown` is made for a comment.")] = "text",
    expect_no_changes: Annotated[
        bool, typer.Option("--expect-no-changes", help="Exit code 7 where there are changes.")
    ] = False,
    without_account: Annotated[
        bool,
        typer.Option(
            "--offline",
            help="Against an emulator, on a copy of the stack file without secrets: for forks, new environments.",
        ),
    ] = False,
    config_file: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what `up` would do: replaces and deletes first, properties by name, no value and no output.

    Every guard rail is asked; a mandatory one that refuses is exit code 5.

    Example: flexpark preview -s acme-dev --summary markdown
    """
    if without_account:
        from flexpark.cli.offline import offline  # noqa: PLC0415 - it loads the emulator's side

        with offline(stack) as away:
            judged = plan_stack(
                open_runner(stack, environ=away.environ, config_file=away.stack_file),
                away.environ,
                stack_file=away.stack_file,
            )
    else:
        judged = plan_stack(open_runner(stack, config_file=config_file), os.environ, stack_file=config_file)
    _tell(judged, "json" if as_json else summary, note=OFFLINE if without_account else "")
    judged.refuse()
    if expect_no_changes and judged.plan.steps:
        raise ChangesFound(f"{stack}: there are changes where none were expected")


def _tell(judged: Judged, form: Form, *, note: str) -> None:
    said = [str(violation) for violation in judged.violations]
    if form == "json":
        write_json({**plan_as_json(judged.plan), "policies": said, "offline": bool(note)})
        return
    if form == "markdown":
        data.print(as_markdown(judged.plan, notes=[*([note] if note else []), *said]), markup=False, end="")
        return
    data.print(as_text(judged.plan), markup=False)
    advice = [str(violation) for violation in judged.violations if violation.level == "advisory"]
    for line in [*([note] if note else []), *advice]:  # what refuses is said by the error
        say(line)
