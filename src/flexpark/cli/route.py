"""`flexpark route`: which filter, target, queue and worker a task gets, and why; offline."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from flexpark import Environment, load_environment
from flexpark.cli.console import data, say, write_json
from flexpark.cli.options import AsJson, Stack
from flexpark.cli.root import ROOT
from flexpark.environment.suggest import shown
from flexpark.errors import ConfigurationError, FlexparkError
from flexpark.routing.diagram import diagram, said
from flexpark.routing.floor import Floor, read_floor
from flexpark.routing.way import Way, resumed, way_of

ENDS = {"assigned": "taken", "waits": "waits", "left": "passed", "skipped": "skipped", "open": ""}


def queues(context: typer.Context, incomplete: str) -> list[str]:
    """What a shell may complete: the queues of the stack that is named already."""
    try:
        found = load_environment(ROOT, context.params.get("stack") or "")
    except FlexparkError:
        return []
    return [queue.name for queue in found.queues if queue.name.startswith(incomplete)]


def command(  # noqa: PLR0917 - Typer calls it by name
    stack: Stack,
    attributes: Annotated[
        str, typer.Option("--attributes", "-a", help="The task's attributes, one JSON object; @FILE reads them.")
    ] = "{}",
    resumed_in: Annotated[
        str | None,
        typer.Option(
            "--resumed", metavar="QUEUE", help="As if woken that was parked in this queue.", autocompletion=queues
        ),
    ] = None,
    parked_by: Annotated[
        str | None, typer.Option(metavar="WORKER", help="With --resumed: the worker of --workers who parked it.")
    ] = None,
    workers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Who is there: YAML with `workers`, see docs/routing.md.")
    ] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the way as a picture.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell where a task goes, without asking Twilio: every filter in order, the targets, the queue, the worker.

    Example: flexpark route -s acme-dev --attributes '{"topic": "sales"}'
    """
    environment = load_environment(ROOT, stack)
    if not environment.park.enabled:
        raise ConfigurationError(f"{stack}: park.enabled is false, so it has no workflow")
    floor = read_floor(workers, str(workers)) if workers is not None else None
    marks = _marks(environment, resumed_in, parked_by, floor)
    way = way_of(environment, ROOT, {**marks, **_attributes(attributes)}, floor)
    if svg is not None:
        svg.write_text(diagram(way, stack), encoding="utf-8")
        say(f"wrote {svg}")
    if as_json:
        write_json(as_data(way))
    else:
        _tell(way)


def as_data(way: Way) -> dict[str, Any]:
    """A way for other programs."""
    return {**asdict(way), "said": said(way)}


def _marks(environment: Environment, queue: str | None, worker: str | None, floor: Floor | None) -> dict[str, Any]:
    if worker is not None and queue is None:
        raise ConfigurationError("--parked-by: goes with --resumed alone", remedy="give the queue it was parked in")
    return resumed(environment, queue, worker, floor or Floor())


def _attributes(text: str) -> dict[str, Any]:
    source = "--attributes"
    if text.startswith("@"):
        source, text = text[1:], Path(text[1:]).read_text(encoding="utf-8")
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{source}: is {shown(text)}: {error}", remedy="allowed: one JSON object") from error
    if not isinstance(found, dict):
        raise ConfigurationError(f"{source}: is {shown(text)}", remedy="allowed: one JSON object")
    return found


def _tell(way: Way) -> None:
    data.print(said(way), style="bold", markup=False)
    data.print("\nfilters, in order")
    for looked in way.filters:
        mark, style = ("->", "bold") if looked.taken else ("  ", "")
        data.print(f"{mark} {looked.name}", style=style, markup=False)
        for finding in looked.findings:
            told = ", ".join(f"{name} is {_value(value)}" for name, value in finding.values)
            data.print(f"     {'holds' if finding.holds else 'no   '}  {finding.text}   ({told})", markup=False)
        if looked.taken:
            break
    data.print("\ntargets, in order")
    for stop in way.stops:
        at = f" after {stop.after} s" if stop.after else ""
        end = f"{ENDS[stop.end]}{at}: " if ENDS[stop.end] else ""
        data.print(f"{stop.number:>2} {stop.queue}: {end}{stop.why}", markup=False)
        for name, state in stop.workers.items():
            data.print(f"     {name}: {state}", markup=False)
    if way.outcome == "queued":
        say("who takes it is not known: --workers FILE says who is there")


def _value(value: Any) -> str:
    return "not there" if value is None else json.dumps(value, ensure_ascii=False)
