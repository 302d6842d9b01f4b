"""`flexpark test-routing`: the routing expectations of environments, run as tests."""

from pathlib import Path
from typing import Annotated, Any

import typer

from flexpark import resolve_environment, stack_names
from flexpark.cli.console import data, say, write_json
from flexpark.cli.options import AsJson, Stacks
from flexpark.cli.root import ROOT
from flexpark.environment.layers import Layers
from flexpark.errors import EnvironmentInvalid, FlexparkError, Problem
from flexpark.routing.expectations import FOLDER, Result, run
from flexpark.routing.junit import difference, junit


def command(
    stack: Stacks = None,
    every: Annotated[bool, typer.Option("--all", help="Every stack; so it is without --stack.")] = False,
    junit_file: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML as well.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run the routing expectations of expectations/ offline. Exit code 1 where one fails, 2 where a file is wrong.

    Example: flexpark test-routing --all
    """
    del every  # it says what is done anyway
    results = played(stack or stack_names(ROOT))
    failed = [result for result in results if result.differs]
    if junit_file is not None:
        junit_file.write_text(junit(results), encoding="utf-8")
    if as_json:
        write_json([_as_data(result) for result in results])
    else:
        for result in results:
            mark, style = ("FAILED", "red") if result.differs else ("passed", "green")
            data.print(f"[{style}]{mark}[/{style}]", end=" ")
            told = f": {difference(result)} ({result.where})" if result.differs else ""
            data.print(f"{result.stack}: {result.name}{told}", markup=False)
    say(f"{len(results)} expectations, {len(failed)} failed" + ("" if results else f": there are none in {FOLDER}/"))
    if failed:
        raise typer.Exit(FlexparkError.exit_code)


def played(stacks: list[str]) -> list[Result]:
    """The results of all stacks. Raises EnvironmentInvalid with the problems of all of them."""
    layers = Layers(ROOT)
    results: list[Result] = []
    problems: list[Problem] = []
    for name in stacks:
        try:
            results += run(ROOT, resolve_environment(ROOT, name, layers))
        except EnvironmentInvalid as error:
            problems += error.problems
    if problems:
        raise EnvironmentInvalid(dict.fromkeys(problems))
    return results


def _as_data(result: Result) -> dict[str, Any]:
    found = {key: getattr(result.way, key) for key in ("outcome", "filter", "queue", "worker", "after")}
    differs = {key: {"expected": wanted, "found": was} for key, (wanted, was) in result.differs.items()}
    return {
        "stack": result.stack,
        "name": result.name,
        "where": result.where,
        "passed": not differs,
        "differs": differs,
        "found": found,
    }
