"""Rows as tables on stdout: what was measured, then what it is held against."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from flexpark.cli.console import data
from tools.bench.bars import BARS, PEER
from tools.bench.rows import Row, values

_STACKS = {
    "stack": "The reference inventory by the Pulumi CLI",
    "own_stack": "The project's own stack by the Pulumi CLI",
    "stack_up": "The reference inventory by `flexpark up` (nothing changed: as `flexpark preview` does it)",
    "own_stack_up": "The project's own stack by `flexpark up` and `flexpark preview`",
}
STEPS = ("create", "noop", "noop_unpinned", "change", "refresh", "destroy")
_PAIRS = (("park", "sample_park"), ("unpark", "sample_unpark"), ("unpark_by_agent", None))
_FIGURES = ("requests", "critical_path", "wall_0ms", "wall_100ms", "wall_300ms")


def show(rows: Sequence[Row]) -> None:
    """All tables that there are rows for."""
    found = values(rows)
    for bench, title in _STACKS.items():
        if any(name.startswith(f"{bench}.") for name in found):
            data.print(_stack(bench, title, found))
    if "park.requests" in found:
        data.print(_conversations(found))
    if any(name in found for name in BARS):
        data.print(_held(found))


def _stack(bench: str, title: str, found: Mapping[str, float]) -> Table:
    table = _table(title, "requests", "raw", "path", "0 ms", "100 ms", "over path")
    for step in STEPS:
        name = f"{bench}.{step}"
        if f"{name}.requests" not in found:
            continue
        counts = [f"{found[f'{name}.{figure}']:g}" for figure in ("requests", "requests_raw", "critical_path")]
        times = [f"{found[f'{name}.{figure}']:.2f} s" for figure in ("wall_0ms", "wall_100ms")]
        table.add_row(step, *counts, *times, _number(found.get(f"{name}.wall_over_path")))
    return table


def _conversations(found: Mapping[str, float]) -> Table:
    table = _table(
        "Deployed functions beside the public sample's calls", "requests", "path", "0 ms", "100 ms", "300 ms"
    )
    for ours, sample in _PAIRS:
        for name in filter(None, (ours, sample)):
            numbers = [found[f"{name}.{figure}"] for figure in _FIGURES]
            table.add_row(name, *(f"{number:g}" for number in numbers[:2]), *(f"{n:.3f} s" for n in numbers[2:]))
        if sample:
            ratios = (_ratio(found[f"{ours}.{figure}"], found[f"{sample}.{figure}"]) for figure in _FIGURES)
            table.add_row("  ours / sample", *ratios)
        table.add_section()
    return table


def _held(found: Mapping[str, float]) -> Table:
    table = _table("What is held against a bar or a peer", "ours", "bar", "peer", "ours / peer", "")
    for name in dict.fromkeys([*BARS, *PEER]):
        if name not in found:
            continue
        value, bar, peer = found[name], BARS.get(name), PEER.get(name)
        verdict = "" if bar is None else "kept" if bar.holds(value) else "ABOVE"
        against = "" if peer is None else _ratio(value, peer)
        table.add_row(name, f"{value:g}", str(bar or ""), _number(peer), against, verdict)
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2f}" if other else ""


def _table(title: str, *heads: str) -> Table:
    table = Table(title=f"\n{title}", title_justify="left")
    table.add_column("", no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table
