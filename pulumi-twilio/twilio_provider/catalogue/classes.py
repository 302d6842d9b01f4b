"""Every list of the SDK that can create, in one of four classes: managed, action, deprecated, not yet. As a table."""

import re
from collections import Counter
from dataclasses import dataclass

from twilio_api.recording import RecordedResource, products, record

from twilio_provider.catalogue.derive import found
from twilio_provider.overlays import OVERLAYS
from twilio_provider.overlays.classes import ACTIONS, DEPRECATED

_HEAD = """# What of Twilio's SDK is managed

(Derived by `python -m twilio_provider.pipeline`; do not edit.)

Every list of the SDK that has a `create`, and those whose items are uploaded. **Managed** types are in the schema. An
**action** is a create that does something once, or makes what belongs to the traffic and not to an environment. What is
**deprecated** has a successor. **Not yet** says what is missing.

"""


@dataclass(frozen=True)
class Classified:
    """A list of the SDK, its class, and the token or the reason."""

    name: str
    path: str
    kind: str
    why: str


def classified() -> list[Classified]:
    """All of them, in the order of the SDK."""
    recorded = record(products())
    managed: dict[int, str] = {}
    for overlay in OVERLAYS:
        entry, creator = found(recorded, overlay)
        managed[id(entry)] = overlay.token
        managed[id(creator)] = overlay.token
    made = []
    for entry in recorded:
        if id(entry) not in managed and "create" not in entry.operations and "create" not in entry.skipped:
            continue
        kind, why = ("managed", f"`{managed[id(entry)]}`") if id(entry) in managed else _class(entry)
        made.append(Classified(_name(entry), entry.item or entry.collection, kind, why))
    return made


def classes_table() -> str:
    """Markdown: the counts, then every list."""
    rows = classified()
    counts = Counter(row.kind for row in rows)
    text = _HEAD + "| class | lists |\n|---|---|\n"
    text += "".join(f"| {kind} | {counts[kind]} |\n" for kind in ("managed", "action", "deprecated", "not yet"))
    text += f"| all | {len(rows)} |\n\n| list of the SDK | path | class | |\n|---|---|---|---|\n"
    return text + "".join(f"| {row.name} | `{row.path}` | {row.kind} | {row.why} |\n" for row in rows)


def _name(entry: RecordedResource) -> str:
    return f"{entry.product}/{entry.version}/{entry.name}"


def _class(entry: RecordedResource) -> tuple[str, str]:
    for kind, rules in (("deprecated", DEPRECATED), ("action", ACTIONS)):
        for pattern, why in rules:
            if re.fullmatch(pattern, _name(entry)):
                return kind, why
    if "create" in entry.skipped:
        return "not yet", "its create takes the SDK's model objects"
    missing = [operation for operation in ("fetch", "delete") if operation not in entry.operations]
    if missing:
        return "not yet", "it has no " + " and no ".join(missing)
    return "not yet", "it needs an overlay"
