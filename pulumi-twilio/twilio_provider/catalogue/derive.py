"""Derives the catalogue: what the SDK was recorded to send and answer, plus the overlays.

::

    twilio SDK --record--> RecordedResource --+--> ResourceType --> catalogue.json --> schema.json --> pulumi_twilio
                                  Overlay ----+

Pure but for the reading of the SDK. ``python -m twilio_provider.pipeline`` writes the files, ``--check`` compares.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version as installed
from typing import Any

from twilio_api.recording import RecordedField, RecordedOperation, RecordedOutput, RecordedResource, record, snake

from twilio_provider.catalogue.model import ACCOUNT, BEFORE, Catalogue, Input, Output, ResourceType
from twilio_provider.overlays import OVERLAYS, Overlay

_NOT_OUTPUTS = {"links"}
_RENAMED_OUTPUTS = {"id": "itemId", "urn": "itemUrn"}
_VOLATILE = {"dateUpdated", "updatedAt"}
_STRUCTURED = {"json", "part", "workflow", "merge"}
_SECRET = re.compile(r"secret$|password|privateKey|certificate|authToken|apiKey", re.IGNORECASE)
_PUT_BACK = "It is there in every account, and Twilio has no delete of it: what was there before is put back."
_BEFORE_DOC = "What was there before this stack set it, by input: what a delete puts back."
_TWIN = "Two of one name. Import the one that is in use with `pulumi import`, delete the other."


def derive() -> Catalogue:
    """Record the products that overlays name and build the catalogue. Raises LookupError for an unknown SDK list."""
    return catalogue_of(record(sorted({overlay.sdk[0] for overlay in OVERLAYS})), OVERLAYS)


def catalogue_of(recorded: list[RecordedResource], overlays: Iterable[Overlay]) -> Catalogue:
    """The catalogue of these overlays, from what was recorded of their products. Raises LookupError likewise."""
    resources = tuple(_resource(_found(recorded, overlay), overlay) for overlay in overlays)
    return Catalogue(
        sdk="twilio " + installed("twilio"),
        resources=tuple(replace(resource, prefixes=_prefixes(resource, resources)) for resource in resources),
    )


def found(recorded: list[RecordedResource], entry: Overlay) -> tuple[RecordedResource, RecordedResource]:
    """The SDK's list of an overlay (below what it names, else that of the shortest path), and the one that creates."""
    named = [r for r in recorded if (r.product, r.version, r.name) == entry.sdk]
    if entry.singleton:
        changing = [r for r in named if r.item and entry.below in r.item]
        named = [replace(r, collection=str(r.item)) for r in changing if "update" in r.operations or entry.inputs]
    else:
        creates = entry.created_by or entry.upload
        named = [r for r in named if entry.below in r.collection and "{" in (r.item or "")]
        named = [r for r in named if creates or "create" in r.operations]
    if not named:
        raise LookupError(f"the SDK has no list {entry.sdk} for {entry.token}")
    chosen = min(named, key=lambda r: len(r.collection))
    creator = entry.created_by
    if not creator:
        return chosen, chosen
    return chosen, next(r for r in recorded if (r.product, r.version, r.name) == (*entry.sdk[:2], creator))


def _found(recorded: list[RecordedResource], entry: Overlay) -> RecordedResource:
    """The SDK's list of an overlay, with the create of another one where that is what creates its items."""
    chosen, creator = found(recorded, entry)
    if creator is chosen:
        return chosen
    shown = {o.wire for o in chosen.outputs}
    return replace(
        chosen,
        collection=creator.collection,
        operations={**chosen.operations, "create": creator.operations["create"]},
        outputs=(*chosen.outputs, *(o for o in creator.outputs if o.wire not in shown)),
    )


def camel(name: str) -> str:
    """``task_reservation_timeout`` -> ``taskReservationTimeout``; a trailing underscore is the SDK's, not Twilio's."""
    head, *rest = name.strip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _path(template: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: "{" + names.get(match[1], camel(match[1])) + "}", template)


def _variables(template: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\{(\w+)\}", template))


def _own(recorded: RecordedResource, overlay: Overlay) -> str:
    """The property at the end of an item's path. Twilio calls it ``id`` in places, which is Pulumi's own word."""
    if overlay.singleton:
        return ""
    own = _variables(_path(str(recorded.item), overlay.path))[-1]
    short = overlay.token.rsplit(":", 1)[1]
    return f"{short[:1].lower()}{short[1:]}Id" if own == "id" else own


def _own_wire(recorded: RecordedResource, overlay: Overlay) -> str:
    """What an answer calls that property: by its own name, else ``id``."""
    if overlay.own_wire or overlay.singleton:
        return overlay.own_wire
    own = _own(recorded, overlay)
    named = [o.wire for o in recorded.outputs if _plain_name(o.wire, overlay) == own]
    return named[0] if named else "id"


def _prefixes(resource: ResourceType, all_types: Iterable[ResourceType]) -> tuple[tuple[str, str | None], ...]:
    """The SID prefix of each parent, "" where it is no SID, None where no type tells."""
    found: list[tuple[str, str | None]] = []
    for parent in resource.parents:
        before = resource.collection.split("{" + parent + "}")[0]
        prefix = next(
            (
                other.sid
                for other in all_types
                if other.host == resource.host and other.own and other.item.split("{" + other.own + "}")[0] == before
            ),
            None if parent.endswith("Sid") else "",
        )
        found.append((parent, "AC" if parent == ACCOUNT else prefix))
    return tuple(found)


def plural(name: str) -> str:
    """``Activity`` -> ``Activities``."""
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch")) else "s")


def _resource(recorded: RecordedResource, overlay: Overlay) -> ResourceType:
    if recorded.item is None:
        raise LookupError(f"{overlay.token} cannot be fetched: {recorded.skipped}")
    own = _own(recorded, overlay)
    last = _variables(recorded.item)[-1:] if own else ()
    item = _path(recorded.item, {**overlay.path, **dict.fromkeys(last, own)})
    collection = item if overlay.singleton else _path(recorded.collection, overlay.path)
    parents = _variables(collection)
    listed = recorded.operations.get("list")
    inputs = _inputs(recorded, overlay, parents)
    sent = recorded.operations.get("create") or recorded.operations.get("update") or RecordedOperation("POST", "")
    changing = recorded.operations.get("update", RecordedOperation("POST", ""))
    delete = overlay.delete or ("restore" if overlay.singleton else "request")
    return ResourceType(
        token=overlay.token,
        host=recorded.host,
        version=recorded.version,
        collection=collection,
        item=item,
        parents=parents,
        sid=overlay.sid,
        inputs=inputs,
        outputs=_outputs(recorded, overlay, inputs),
        updatable="update" in recorded.operations or overlay.singleton,
        filters=tuple((camel(f.name), f.wire) for f in (listed.fields if listed else ()) if f.where == "query"),
        doc=overlay.doc,
        key=overlay.key,
        lookup=overlay.lookup,
        codecs=tuple(_codecs(recorded, overlay).items()),
        secrets=tuple(dict.fromkeys([*overlay.secrets, *(i.name for i in inputs if _SECRET.search(i.name))])),
        defaults=tuple(overlay.defaults.items()),
        stable=overlay.stable,
        immutable=overlay.immutable,
        upload=overlay.upload,
        asset=overlay.asset,
        delete=delete,
        why_delete=overlay.why_delete or (_PUT_BACK if delete == "restore" else ""),
        lost=overlay.lost,
        wait=overlay.wait,
        marker=overlay.marker,
        twin=overlay.twin or (None if overlay.key or overlay.marker or overlay.singleton else _TWIN),
        harmless=overlay.harmless,
        own=own,
        members=overlay.members,
        listed=overlay.listed and listed is not None and not overlay.singleton,
        held_by=overlay.held_by,
        once=(BEFORE,) if delete == "restore" else overlay.once,
        singleton=overlay.singleton,
        encoding=overlay.encoding or sent.encoding,
        changing=changing.method,
        gone=overlay.gone,
        one_of=overlay.one_of,
        plural=(overlay.plural or plural(overlay.token.rsplit(":", 1)[1])) if listed and not overlay.singleton else "",
    )


def _codecs(recorded: RecordedResource, overlay: Overlay) -> dict[str, str]:
    """What the SDK serializes as JSON is JSON, unless the overlay says more.

    In a body that is JSON all through, Twilio shows objects with the defaults that it adds.
    """
    sent = {**_sendable(recorded, "create", overlay), **_sendable(recorded, "update", overlay)}
    kinds = {"form": {"object": "json"}, "json": {"object": "part", "array": "parts"}}
    found = {name: kinds[f.where].get(f.type, "") for name, f in sent.items()}
    return {name: codec for name, codec in found.items() if codec} | dict(overlay.codecs)


def _outputs(recorded: RecordedResource, overlay: Overlay, inputs: tuple[Input, ...]) -> tuple[Output, ...]:
    """What the SDK reads, and besides what an input with a dotted name (``Configuration.Url``) shows nested."""
    hidden = {*_NOT_OUTPUTS, *overlay.hidden}
    found = [_output(o, overlay, recorded) for o in recorded.outputs if o.wire not in hidden]
    names = {o.name for o in found}
    sent = {**_sendable(recorded, "create", overlay), **_sendable(recorded, "update", overlay)}
    found += [output for output in _nested(recorded, sent) if output.name not in names]
    found += [Output(name, wire, {"type": "string"}) for name, wire in overlay.shown.items()]
    found += [Output(i.name, i.name, i.schema, doc=i.doc) for i in inputs if _is_member(i.name, overlay)]
    if overlay.singleton and not overlay.delete:
        found.append(Output(BEFORE, BEFORE, {"$ref": "pulumi.json#/Any"}, doc=_BEFORE_DOC))
    return tuple(found)


def _nested(recorded: RecordedResource, sent: dict[str, RecordedField]) -> list[Output]:
    objects = {o.wire for o in recorded.outputs if o.type == "object"}
    found = []
    for name, entry in sent.items():
        head, *rest = (snake(part) for part in entry.wire.split("."))
        if rest and head in objects:
            found.append(Output(name, ".".join([head, *rest]), _schema(entry.type), doc=entry.doc))
    return found


def _inputs(recorded: RecordedResource, overlay: Overlay, parents: tuple[str, ...]) -> tuple[Input, ...]:
    """Parents first, then what create takes, then what only update takes, then the overlay's own."""
    inputs = [
        Input(name, {"type": "string"}, name != ACCOUNT, None, None, parent=True, replace=True, doc=_parent_doc(name))
        for name in parents
    ]
    codecs = _codecs(recorded, overlay)
    extra = {e.name: e for e in overlay.inputs}
    update = _sendable(recorded, "update", overlay)
    create = update if overlay.singleton else _sendable(recorded, "create", overlay)
    shown = {_plain_name(o.wire, overlay) for o in recorded.outputs} | {o.name for o in _nested(recorded, create)}
    shown |= set(overlay.shown)
    order = dict.fromkeys([*create, *update, *extra])
    for name in order:
        sent = create.get(name) or update.get(name)
        declared = extra.get(name)
        inputs.append(
            Input(
                name=name,
                schema=dict(
                    declared.schema if declared else overlay.shapes.get(name, _input_schema(sent, codecs.get(name)))
                ),
                required=declared.required
                if declared
                else name in overlay.required or bool(sent and sent.required and name in create and name != ACCOUNT),
                always=(name in update and update[name].required) or bool(declared and declared.always),
                blind=not declared and name not in update and name not in overlay.replace and name not in shown,
                create=create[name].wire if name in create else declared.wire if declared else None,
                update=update[name].wire
                if name in update
                else (declared.wire if declared and overlay.singleton else None),
                replace=name in overlay.replace
                or (name not in update and not _is_member(name, overlay) and not overlay.singleton),
                doc=sent.doc if sent else "",
            )
        )
    return tuple(inputs)


def _is_member(name: str, overlay: Overlay) -> bool:
    return overlay.members is not None and overlay.members[0] == name


def _sendable(recorded: RecordedResource, operation: str, overlay: Overlay) -> dict[str, RecordedField]:
    found = recorded.operations.get(operation)
    if found is None:
        return {}
    return {camel(f.name): f for f in found.fields if f.name not in overlay.dropped and f.where in {"form", "json"}}


def _input_schema(sent: RecordedField | None, codec: str | None) -> dict[str, Any]:
    if codec in _STRUCTURED or sent is None:
        return {"$ref": "pulumi.json#/Any"}
    if (sent.type, sent.where) == ("array", "form"):  # a field that is repeated: texts, unless an overlay says objects
        return {"type": "array", "items": {"type": "string"}}
    return _schema(sent.type)


def _plain_name(wire: str, overlay: Overlay | None) -> str:
    name = camel(wire)
    if overlay is not None and wire in overlay.renamed:
        return overlay.renamed[wire]
    return _RENAMED_OUTPUTS.get(name, name)


def _output(recorded: RecordedOutput, overlay: Overlay | None, resource: RecordedResource | None = None) -> Output:
    name = _plain_name(recorded.wire, overlay)
    if overlay is not None and resource is not None and recorded.wire == _own_wire(resource, overlay):
        name = _own(resource, overlay)
    schema = _schema(recorded.type)
    if overlay is not None and resource is not None:
        if _codecs(resource, overlay).get(name) in _STRUCTURED:
            schema = {"$ref": "pulumi.json#/Any"}
        schema = dict(overlay.outputs.get(name, schema))
    volatile = name in _VOLATILE or (overlay is not None and name in overlay.volatile)
    return Output(name, recorded.wire, schema, volatile, recorded.doc)


def _schema(kind: str) -> dict[str, Any]:
    match kind:
        case "array":
            return {"type": "array", "items": {"$ref": "pulumi.json#/Any"}}
        case "object":
            return {"$ref": "pulumi.json#/Any"}
        case "datetime":
            return {"type": "string"}
        case _:
            return {"type": kind}


def _parent_doc(name: str) -> str:
    if name == ACCOUNT:
        return "The account this belongs to. Default: the provider's."
    if not name.endswith(("Sid", "Id")):
        return "A part of its path."
    return f"The SID or the id of the {name.removesuffix('Sid').removesuffix('Id')} this belongs to."
