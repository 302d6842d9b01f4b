"""`flexpark backup`: a stack's state with the file that made it, in one file; `flexpark restore` puts it back.

Secrets stay encrypted as the engine has them: who restores needs the stack's passphrase (or key), as for any command.
What is parked is Twilio's, not the state's: it needs no backup, and loses nothing by a restore.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flexpark import stack_file
from flexpark.cli import engine
from flexpark.cli.automation import open_runner
from flexpark.cli.console import say, write_json
from flexpark.cli.options import AsJson, Stack
from flexpark.cli.root import ROOT
from flexpark.environment.load import resolve
from flexpark.errors import ConfigurationError

FORMAT = 1
KEYS = {"format", "stack", "at", "revision", "engine", "layers", "stack_file", "state", "sha256"}


def command(
    stack: Stack,
    out: Annotated[Path, typer.Option(help="The file to write; one that is there is not overwritten.")],
    as_json: AsJson = False,
) -> None:
    """Write a stack's state, its stack file and what else a restore needs into one file. Secrets stay encrypted.

    Example: flexpark backup -s acme-dev --out acme-dev.backup.json
    """
    content = backup(stack)
    _write_new(out, content)
    resources = len(content["state"].get("deployment", {}).get("resources") or [])
    if as_json:
        write_json({"file": str(out), "stack": stack, "resources": resources, "sha256": content["sha256"]})
    say(f"{stack}: {resources} resources in {out}; secrets are encrypted, and need the stack's passphrase")


def backup(name: str, environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The content of a backup. Raises what the runner does."""
    runner = open_runner(name, environ=environ)
    content = {
        "format": FORMAT,
        "stack": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": _revision(),
        "engine": ".".join(map(str, engine.need().version)),
        "layers": list(resolve(ROOT, name).layers),
        "stack_file": stack_file(ROOT, name).read_text(),
        "state": json.loads(runner.pulumi("stack", "export")),
    }
    return {**content, "sha256": digest(content)}


def _write_new(out: Path, content: Mapping[str, Any]) -> None:
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(content, file, indent=1)
    except FileExistsError:
        raise ConfigurationError(f"{out}: is there already", remedy="name another file with --out") from None


def digest(content: Mapping[str, Any]) -> str:
    """Over all but itself."""
    text = json.dumps({key: value for key, value in content.items() if key != "sha256"}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _revision() -> str | None:
    """The commit that is checked out, to find layers and templates of the time again; None without Git."""
    argv = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None
