"""What another release of the SDK changes in the catalogue: each change in one line, and what has to be decided.

``python -m twilio_provider.pipeline --diff`` prints it for the installed SDK; ``make newsdk`` for the newest.
"""

from collections.abc import Iterable

from twilio_api.recording import RecordedResource, products, record, unreached

from twilio_provider.catalogue.classes import can_change, class_of, name_of
from twilio_provider.catalogue.derive import catalogue_of, found
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import Catalogue, Input, Output, ResourceType
from twilio_provider.overlays import OVERLAYS


def changes() -> list[str]:
    """From the checked-in catalogue to what the installed SDK gives; empty when it changes nothing."""
    recorded = record(products())
    served, lost = [], []
    for overlay in OVERLAYS:
        try:
            found(recorded, overlay)
        except LookupError as error:
            lost.append(f"- {overlay.token}: {error}")
        else:
            served.append(overlay)
    now = catalogue_of(recorded, served)
    undecided = [
        f"? {name} can create or change something and has no class" for name in new_lists(recorded, unreached(recorded))
    ]
    return [*lost, *differences(load(), now), *undecided]


def new_lists(recorded: Iterable[RecordedResource], others: Iterable[str] = ()) -> list[str]:
    """What can create or change something, and neither an overlay nor a rule names."""
    named = {"/".join(overlay.sdk) for overlay in OVERLAYS}
    named |= {"/".join((*overlay.sdk[:2], overlay.created_by)) for overlay in OVERLAYS if overlay.created_by}
    names = [name_of(entry) for entry in recorded if can_change(entry)] + list(others)
    return [name for name in dict.fromkeys(names) if name not in named and not _has_class(name)]


def _has_class(name: str) -> bool:
    try:
        return bool(class_of(name))
    except LookupError:
        return False


def differences(before: Catalogue, after: Catalogue) -> list[str]:
    """Line by line: types (+, -), and of each its inputs and outputs (+, -, ~). Texts of documentation do not count."""
    olds, news = ({r.token: r for r in catalogue.resources} for catalogue in (before, after))
    lines = [f"+ {token}" for token in news if token not in olds]
    for token, old in olds.items():
        if token in news:
            lines += [f"{line[0]} {token} {line[2:]}" for line in _of_type(old, news[token])]
    return lines


def _of_type(old: ResourceType, new: ResourceType) -> list[str]:
    lines = []
    for what in ("item", "collection", "encoding", "changing", "updatable", "plural"):
        was, now = getattr(old, what), getattr(new, what)
        if was != now:
            lines.append(f"~ {what}: {was} -> {now}")
    lines += _of_properties("input", {i.name: _input(i) for i in old.inputs}, {i.name: _input(i) for i in new.inputs})
    return lines + _of_properties(
        "output", {o.name: _output(o) for o in old.outputs}, {o.name: _output(o) for o in new.outputs}
    )


def _of_properties(kind: str, olds: dict[str, str], news: dict[str, str]) -> list[str]:
    lines = [f"+ {kind} {name}: {news[name]}" for name in news if name not in olds]
    lines += [f"- {kind} {name}" for name in olds if name not in news]
    both = [name for name in olds if name in news and olds[name] != news[name]]
    return lines + [f"~ {kind} {name}: {olds[name]} -> {news[name]}" for name in both]


def _input(entry: Input) -> str:
    """What of an input matters to programs and requests."""
    facts = [_kind(entry.schema), "required" if entry.required else "", "replaces" if entry.replace else ""]
    facts += [f"create {entry.create}" if entry.create else "", f"update {entry.update}" if entry.update else ""]
    return ", ".join(filter(None, facts))


def _output(entry: Output) -> str:
    return f"{_kind(entry.schema)} from {entry.wire}"


def _kind(schema: dict[str, object]) -> str:
    return str(schema.get("type") or str(schema.get("$ref")).rsplit("/", 1)[-1])
