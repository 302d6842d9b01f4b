"""What is imitated, operation by operation, as a page and as JSON."""

from html import escape
from typing import Any

from twilio_emulator.core.catalogue import coverage
from twilio_emulator.core.world import World

_STYLE = "body{font:14px system-ui;margin:2em}td{padding:.1em 1em .1em 0}.no{color:#999}h2{margin-top:2em}"


def listed(world: World, _given: dict[str, Any]) -> dict[str, Any]:
    """`{operations: [{host, path, method, operation, served}], served, documented}`."""
    rows = coverage(world.products)
    return {"operations": rows, "served": sum(bool(row["served"]) for row in rows), "documented": len(rows)}


def page(world: World, given: dict[str, Any]) -> str:
    """The same for people."""
    found = listed(world, given)
    parts = [
        f"<!doctype html><title>twilio_emulator</title><style>{_STYLE}</style>",
        "<h1>What this emulator imitates</h1>",
        f"<p>{found['served']} of {found['documented']} operations. The others are refused by name (501).</p>",
    ]
    host = None
    for row in found["operations"]:
        if row["host"] != host:
            parts.append(f"{'</table>' if host else ''}<h2>{escape(row['host'])}</h2><table>")
            host = row["host"]
        cells = "".join(f"<td>{escape(str(row[name]))}" for name in ("operation", "method", "path"))
        parts.append(f"<tr{'' if row['served'] else ' class=no'}><td>{'yes' if row['served'] else 'no'}{cells}")
    return "\n".join([*parts, "</table>"])
