"""`flexpark render`: the bundle as files to look at, and how it differs from what is deployed."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from flexpark import Environment, load_environment, render_bundle
from flexpark.cli.console import data, say, write_json
from flexpark.cli.deployed import deployed_files
from flexpark.cli.options import AsJson, Stack
from flexpark.cli.root import ROOT
from flexpark.cli.stack import open_stack
from flexpark.errors import ChangesFound, ConfigurationError
from flexpark.rendering.files import FLOW, bundle_files, differences

# Whatever else a folder holds, none of ours put it there.
OURS = ("functions", "workflow.json", "build.json", FLOW)


def command(
    stack: Stack,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the files go, made anew; build/render/STACK if left out.")
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Compare with what is deployed; exit code 7 where it differs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write what would be deployed: every function, the workflow, the build, and what a Studio flow needs.

    Queues that the stack creates have made-up SIDs, unless --diff reads the real ones. Nothing is changed at Twilio.

    Example: flexpark render -s acme-dev --out build/look
    """
    environment = load_environment(ROOT, stack)
    if diff:
        _compare(environment, as_json=as_json)
        return
    folder = out or ROOT / "build" / "render" / stack
    bundle = render_bundle(environment, ROOT)
    files = bundle_files(environment, bundle, ROOT)
    _write(folder, files)
    if as_json:
        write_json({"stack": stack, "folder": str(folder), "files": list(files), "sha256": bundle.sha256})
    else:
        for name in files:
            data.print(f"{folder / name}", markup=False)
    say(f"{stack}: {len(files)} files" + ("" if files else ": park.enabled is false"))


def _compare(environment: Environment, *, as_json: bool) -> None:
    found = compared(environment, open_stack(environment.stack_name).outputs)
    if as_json:
        write_json({"stack": environment.stack_name, "differs": found})
    else:
        for text in found.values():
            data.print(text, markup=False, end="")
    say(f"{environment.stack_name}: {len(found)} files differ from what is deployed")
    if found:
        raise typer.Exit(ChangesFound.exit_code)


def compared(environment: Environment, outputs: Mapping[str, Any]) -> dict[str, str]:
    """{file: unified diff} from what is deployed to what is rendered; of a Studio flow, its calls of our function."""
    bundle = render_bundle(environment, ROOT)
    sids, domain = outputs.get("queueSids"), outputs.get("domain")
    known = {"queue_sids": sids} if sids else {}
    rendered = bundle_files(environment, bundle, ROOT, **known, **({"domain": domain} if domain else {}))
    deployed = deployed_files(environment, outputs)
    sides = []
    for files in (deployed, rendered):
        url = f"https://{domain}/unpark-from-studio"
        sides.append({**files, FLOW: _calls(files[FLOW], url)} if FLOW in files else files)
    return differences(sides[0], sides[1], ("deployed", "rendered"))


def _calls(definition: str, url: str) -> str:
    """The widgets of a flow that call a function, without their places on the canvas; a flow's rest is its owner's."""
    found = [
        {"type": state["type"], "url": url, "parameters": state["properties"].get("parameters")}
        for state in json.loads(definition).get("states", [])
        if state.get("type") == "run-function" and state.get("properties", {}).get("url") == url
    ]
    return json.dumps(found[:1], indent=2) + "\n"


def _write(folder: Path, files: Mapping[str, str]) -> None:
    if folder.exists():
        foreign = (
            [path.name for path in folder.iterdir() if path.name not in OURS] if folder.is_dir() else [folder.name]
        )
        if foreign:
            raise ConfigurationError(
                f"{folder} would be made anew, but holds what was not rendered: {', '.join(sorted(foreign)[:5])}",
                remedy="allowed: a new or empty folder, or an earlier one of render",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
