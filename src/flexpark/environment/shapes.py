"""What pydantic finds wrong with the shape of a setting, in the words of our messages."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from flexpark.environment.merge import Merged
from flexpark.environment.model import (
    EDGE_PATTERN,
    ENDPOINT_PATTERN,
    NAME_PATTERN,
    ORIGIN_PATTERN,
    REGION_PATTERN,
    STACK_ID_PATTERN,
)
from flexpark.environment.source import Place
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import Problem

_PATTERNS = {
    NAME_PATTERN: "small letters and digits, with single dashes between them",
    ORIGIN_PATTERN: "https://host or http://localhost, with a port where needed and no path",
    STACK_ID_PATTERN: "16 to 32 hexadecimal digits in small letters",
    REGION_PATTERN: "a region such as us1, ie1 or au1",
    EDGE_PATTERN: "an edge location such as ashburn or dublin",
    ENDPOINT_PATTERN: "an http or https address, such as http://127.0.0.1:8080",
}
_TYPES = {
    "int_type": "a whole number",
    "string_type": "text; put quotes around a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "model_type": "a mapping",
    "mapping_type": "a mapping",
}


def shape_problems(error: ValidationError, merged: Merged, model: type[BaseModel]) -> Iterator[Problem]:
    """Each error of the model as a Problem at the place that the user wrote."""
    for item in error.errors(include_url=False):
        place: Place = tuple(part for part in item["loc"] if part != "[key]")
        what, allowed = _words(item, place, model)
        yield merged.problem(place, what, allowed)


def _words(item: Any, place: Place, model: type[BaseModel]) -> tuple[str, str]:  # noqa: PLR0911  # one line a kind
    kind, context, value = item["type"], item.get("ctx", {}), shown(item["input"])
    if kind == "missing":
        field = _field(model, place)
        return "is missing", f"needed: {field.description}" if field and field.description else "it must be given"
    if kind == "extra_forbidden":
        return "is not a setting", one_of(_fields(model, place[:-1]), place[-1])
    if kind == "literal_error":
        return f"is {value}", _options(context)
    if "allowed" in context:
        return f"is {value}, which {item['msg']}", f"allowed: {context['allowed']}"
    if item["input"] is None:
        return "has no value", f"allowed: {_TYPES.get(kind, 'a value')}"
    if kind in _TYPES:
        return f"is {value}", f"allowed: {_TYPES[kind]}"
    if kind == "string_pattern_mismatch":
        return f"is {value}", f"allowed: {_PATTERNS.get(context['pattern'], 'text without blanks at its ends')}"
    return f"is {value}", item["msg"].replace("Input should be", "allowed:").replace("String should have", "allowed:")


def _options(context: Any) -> str:
    return "allowed: " + str(context["expected"]).replace("'", "")


def _fields(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that are allowed at a place."""
    field = _field(model, place)
    inner = _inner_model(field.annotation) if field is not None else model
    return [field.alias or name for name, field in inner.model_fields.items()] if inner is not None else []


def _field(model: type[BaseModel], place: Place) -> FieldInfo | None:
    """The model's field at a place, by walking down from the top."""
    current: type[BaseModel] | None = model
    field = None
    for part in place:
        if isinstance(part, int):
            continue
        if current is None:
            return None
        field = next((f for name, f in current.model_fields.items() if part in (name, f.alias)), None)
        current = _inner_model(field.annotation) if field is not None else None
    return field


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _inner_model(argument)) is not None:
            return found
    return None
