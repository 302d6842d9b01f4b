"""All of the SDK that can create or change anything, in one of four classes: managed, action, deprecated, left out."""

import re
from collections import Counter
from dataclasses import dataclass

from twilio_api.recording import RecordedResource, products, record, unreached

from twilio_provider.catalogue.derive import found
from twilio_provider.catalogue.model import Catalogue
from twilio_provider.overlays import OVERLAYS
from twilio_provider.overlays.classes import ACTIONS, DEPRECATED, LEFT_OUT, WITHOUT_CREATE

_HEAD = """# What of Twilio's SDK is managed

(Derived by `python -m twilio_provider.pipeline`; do not edit.)

Every list of the SDK that has a `create`, and those whose items are uploaded. **Managed** types are in the schema. An
**action** is a create that does something once, or makes what belongs to the traffic and not to an environment. What is
**deprecated** has a successor. What is **left out** would last, but lacks something of Twilio's or of the SDK's by
which it could be compared, imported or ended (docs/decisions/0111).

"""


@dataclass(frozen=True)
class Classified:
    """A list of the SDK, its class, and the token or the reason; ``whole`` if it can be fetched and deleted as well."""

    name: str
    path: str
    kind: str
    why: str
    whole: bool = False


KINDS = ("managed", "action", "deprecated", "left out")


def classified() -> list[Classified]:
    """All of them, in the order of the SDK. Raises LookupError where neither an overlay nor a rule names one."""
    recorded = record(products())
    managed: dict[int, str] = {}
    for overlay in OVERLAYS:
        if not overlay.singleton:
            entry, creator = found(recorded, overlay)
            managed[id(entry)] = overlay.token
            managed[id(creator)] = overlay.token
    made = []
    for entry in recorded:
        if id(entry) in managed:
            made.append(Classified(name_of(entry), _path(entry), "managed", f"`{managed[id(entry)]}`", _whole(entry)))
        elif can_create(entry):
            made.append(Classified(name_of(entry), _path(entry), *class_of(name_of(entry)), _whole(entry)))
    return made + [Classified(name, "", *class_of(name)) for name in unreached(recorded)]


def can_create(entry: RecordedResource) -> bool:
    """Whether it has a create, be it one that could not be recorded."""
    return "create" in entry.operations or "create" in entry.skipped


def can_change(entry: RecordedResource) -> bool:
    """Whether anything can be made of it, changed in it or taken away."""
    return can_create(entry) or bool({"update", "delete"} & {*entry.operations, *entry.skipped})


def others() -> list[Classified]:
    """What changes something and has no create in a list, but for settings that are managed; each name once."""
    recorded = record(products())
    managed = {"/".join(overlay.sdk) for overlay in OVERLAYS}
    creating = {name_of(entry) for entry in recorded if can_create(entry)}
    by_name = {name_of(entry): entry for entry in reversed(recorded)}
    names = [name for name in dict.fromkeys(map(name_of, recorded)) if name not in managed | creating]
    ruled = [name for name in names if can_change(by_name[name]) or _is_ruled(name)]
    return [Classified(name, _path(by_name[name]), *class_of(name)) for name in ruled]


def _is_ruled(name: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern, _, _ in WITHOUT_CREATE)


def name_of(entry: RecordedResource) -> str:
    """``<product>/<version>/<name>``, as the rules have it."""
    return f"{entry.product}/{entry.version}/{entry.name}"


def class_of(name: str) -> tuple[str, str]:
    """The class and the reason of what no overlay names. Raises LookupError."""
    for kind, rules in (("deprecated", DEPRECATED), ("action", ACTIONS), ("left out", LEFT_OUT)):
        for pattern, why in rules:
            if re.fullmatch(pattern, name):
                return kind, why
    for pattern, kind, why in WITHOUT_CREATE:
        if re.fullmatch(pattern, name):
            return kind, why
    raise LookupError(
        f"{name} can create or change something: give it an overlay, or a rule in overlays/classes.py that says why not"
    )


def classes_table(catalogue: Catalogue) -> str:
    """Markdown: the counts, every list, and the types that need no create."""
    rows = classified()
    counts, whole = Counter(row.kind for row in rows), Counter(row.kind for row in rows if row.whole)
    singletons = [resource for resource in catalogue.resources if resource.singleton]
    text = _HEAD + "| class | lists | of them fetched and deleted as well |\n|---|---|---|\n"
    text += "".join(f"| {kind} | {counts[kind]} | {whole[kind]} |\n" for kind in KINDS)
    text += f"| all | {len(rows)} | {whole.total()} |\n\n"
    text += (
        f"The schema has {len(catalogue.resources)} types: those managed here, and {len(singletons)} that are there "
    )
    text += "without a create, so that no list of the SDK makes them.\n\n"
    text += "| without a create | path | a delete |\n|---|---|---|\n"
    text += "".join(f"| `{r.token}` | `{r.item}` | {_DELETES[r.delete]} |\n" for r in singletons)
    text += "\n| list of the SDK | path | class | |\n|---|---|---|---|\n"
    text += "".join(f"| {row.name} | {_code(row.path)} | {row.kind} | {row.why} |\n" for row in rows)
    text += (
        "\nWhat changes something and has no create in a list, but for what is managed above; all else of the SDK is "
    )
    text += "only shown.\n\n| of the SDK | path | class | |\n|---|---|---|---|\n"
    return text + "".join(f"| {row.name} | {_code(row.path)} | {row.kind} | {row.why} |\n" for row in others())


_DELETES = {"restore": "puts back what was there before", "request": "takes it away"}


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _whole(entry: RecordedResource) -> bool:
    return can_create(entry) and {"fetch", "delete"} <= {*entry.operations, *entry.skipped}


def _path(entry: RecordedResource) -> str:
    """Its address; empty where the SDK does not say it before it is used."""
    path = entry.item or entry.collection
    return "" if path == f"/{entry.version}" else path
