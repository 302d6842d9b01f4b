"""`flexpark restore`: what `flexpark backup` has written, put back."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from flexpark.cli.automation import Runner, open_runner
from flexpark.cli.backup import FORMAT, KEYS, digest
from flexpark.cli.console import say, write_json
from flexpark.cli.options import AsJson
from flexpark.cli.root import ROOT
from flexpark.environment.load import FOLDER
from flexpark.errors import ConfigurationError, StackNotFound


def command(
    file: Annotated[Path, typer.Argument(help="What `flexpark backup` has written.")],
    force: Annotated[
        bool, typer.Option("--force", help="Over a state, or a stack file, that is there and different.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a stack's state back from a backup; the stack is made where the backend has none. Twilio is not asked.

    Afterwards `flexpark preview` says what has changed since the backup.

    Example: flexpark restore acme-dev.backup.json
    """
    content = read(file)
    restore(content, force=force)
    if as_json:
        write_json({"stack": content["stack"], "at": content["at"]})
    say(f"{content['stack']}: the state of {content['at']} is back; see `flexpark preview -s {content['stack']}`")


def read(file: Path) -> dict[str, Any]:
    """A backup that is whole and of a format that is known. Raises `ConfigurationError`."""
    try:
        content: Any = json.loads(file.read_text())
    except (ValueError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: is no backup", detail=str(error)) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.keys() != KEYS:
        found = content.get("format") if isinstance(content, dict) else None
        raise ConfigurationError(f"{file}: is no backup of format {FORMAT}", detail=f"its format is {found!r}")
    if content["sha256"] != digest(content):
        raise ConfigurationError(f"{file}: is damaged: its content has not the hash that it names")
    return content


def restore(content: Mapping[str, Any], *, force: bool = False, environ: Mapping[str, str] | None = None) -> None:
    """Put stack file and state back. Where something else is there nothing is changed: `ConfigurationError`."""
    name = str(content["stack"])
    path = ROOT / FOLDER / f"Pulumi.{name}.yaml"
    runner = open_runner(name, environ=environ)
    there = _resources(runner)
    in_the_way = []
    if path.exists() and path.read_text() != content["stack_file"]:
        in_the_way.append(f"{path.relative_to(ROOT).as_posix()} is there and different")
    if there:
        in_the_way.append(f"the backend's state has {there} resources")
    if in_the_way and not force:
        raise ConfigurationError(
            f"{name}: " + "; ".join(in_the_way), remedy="--force puts the backup over it; make a backup of that first"
        )
    path.write_text(content["stack_file"])
    if there is None:
        runner.pulumi("stack", "init")
        path.write_text(content["stack_file"])  # the engine may have written into it
    with tempfile.TemporaryDirectory(prefix="flexpark-") as folder:
        state = Path(folder) / "state.json"
        state.touch(mode=0o600)
        state.write_text(json.dumps(content["state"]))
        runner.pulumi("stack", "import", "--file", str(state))


def _resources(runner: Runner) -> int | None:
    """How many resources the backend's state has; None where it has no such stack."""
    try:
        state = json.loads(runner.pulumi("stack", "export"))
    except StackNotFound:
        return None
    return len((state.get("deployment") or {}).get("resources") or [])
