"""`flexpark policy`: the guard rails, without an engine; `pack.py` runs them inside one."""

import os
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from flexpark import load_environment, stack_names
from flexpark.cli.console import data, say, write_json
from flexpark.cli.options import AsJson, stacks
from flexpark.cli.policy.judging import judge_environment, refuse
from flexpark.cli.root import ROOT
from flexpark.errors import ConfigurationError
from flexpark.policies import POLICIES


def command(
    stack: Annotated[
        str | None, typer.Option("--stack", "-s", help="One stack; all of them if left out.", autocompletion=stacks)
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Print the table of policies and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Judge environments and what is rendered for them by the guard rails; asks no engine and no account.

    Example: flexpark policy -s acme-dev
    """
    if listed:
        _print_table(as_json=as_json)
        return
    names = [stack] if stack else stack_names(ROOT)
    if not names:
        raise ConfigurationError("there is no stack file in environments/", remedy="`flexpark new` writes one")
    violations = {name: judge_environment(load_environment(ROOT, name), os.environ) for name in names}
    if as_json:
        write_json({name: [asdict(violation) for violation in found] for name, found in violations.items()})
    for name, found in violations.items():
        for violation in found:
            say(f"{name}: {violation}")
    for name, found in violations.items():
        refuse(name, found)
    say(f"{len(names)} environments, {sum(map(len, violations.values()))} pieces of advice, nothing refused")


def _print_table(*, as_json: bool) -> None:
    if as_json:
        write_json(
            [{"name": p.name, "level": p.level, "description": p.description, "remedy": p.remedy} for p in POLICIES]
        )
        return
    table = Table(box=None, pad_edge=False)
    for name in ("policy", "level", "what it demands"):
        table.add_column(name, no_wrap=name != "what it demands")
    for policy in POLICIES:
        table.add_row(policy.name, policy.level, policy.description)
    data.print(table)
