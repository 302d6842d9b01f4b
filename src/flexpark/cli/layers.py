"""`flexpark layers`: the layers there are, what each builds on, and who builds on it."""

from flexpark import resolve_environment, stack_names
from flexpark.cli.console import show_table, write_json
from flexpark.cli.options import AsJson
from flexpark.cli.root import ROOT
from flexpark.environment.layers import Layers


def command(as_json: AsJson = False) -> None:
    """List the layers: what each builds on, lowest first, and which stacks build on it, through others too.

    Example: flexpark layers
    """
    layers = Layers(ROOT)
    users: dict[str, list[str]] = {name: [] for name in layers.names}
    for stack in stack_names(ROOT):
        for name in resolve_environment(ROOT, stack, layers).layers:
            users[name].append(stack)
    rows = [(name, layers.chain(name), users[name]) for name in layers.names]
    below = {name: chain.names[:-1] if chain is not None else [] for name, chain, _ in rows}
    if as_json:
        write_json([{"layer": name, "buildsOn": below[name], "stacks": stacks} for name, _, stacks in rows])
        return
    show_table(
        ("layer", "builds on", "stacks"),
        [(name, " < ".join(below[name]) or "-", ", ".join(stacks) or "-") for name, _, stacks in rows],
    )
