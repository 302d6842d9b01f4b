"""Whether a value has the shape that a property's schema says, down to the last element. Pure.

https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ - paths are written as Pulumi writes them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from twilio_provider.values import Unknown

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_TYPE = "#/types/"


def misfits(schema: Mapping[str, Any], value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Everything in it that is of another kind, as (path, reason). What is not known yet may be anything."""
    if isinstance(value, Unknown):
        return
    name = str(schema.get("$ref", ""))
    if name.startswith(_TYPE):
        from twilio_provider.overlays.types import TYPES  # noqa: PLC0415 - all overlays come with it, at start-up too

        schema = TYPES[name.removeprefix(_TYPE)]
    kind = schema.get("type")
    if kind is None:
        return
    if not _is(kind, value):
        yield path, f"must be {_article(kind)}, not {_article(_kind_of(value))}"
    elif kind == "array":
        for index, item in enumerate(value):
            yield from misfits(schema.get("items", {}), item, f"{path}[{index}]")
    elif kind == "object":
        yield from _members(schema, value, path)


def _members(schema: Mapping[str, Any], value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    declared = schema.get("properties")
    for name in schema.get("required", ()):
        if value.get(name) is None:
            yield below(path, name), "is required"
    for name, item in value.items():
        if item is None:
            continue
        if declared is not None and name not in declared:
            yield below(path, name), f"is not a property of it; there are: {', '.join(declared)}"
        else:
            inner = (declared or {}).get(name, schema.get("additionalProperties", {}))
            yield from misfits(inner, item, below(path, name))


def below(path: str, name: str) -> str:
    """The path of a member."""
    return f"{path}.{name}" if re.fullmatch(r"\w+", name) else f'{path}["{name}"]'


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS[kind])


def _kind_of(value: Any) -> str:
    named = {type(None): "null"}.get(type(value), type(value).__name__)
    return next((kind for kind in ("boolean", *_KINDS) if _is(kind, value)), named)


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aio" else f"a {kind}"
