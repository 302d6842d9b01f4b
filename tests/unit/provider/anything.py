"""Strategies: any inputs that a type takes, as its catalogue entry describes them."""

from typing import Any

from hypothesis import strategies as st
from twilio_provider.catalogue.model import Input, ResourceType
from twilio_provider.values import Asset

HEXES = st.sampled_from("0123456789abcdef").map(lambda digit: digit * 32)
TEXTS = st.text(max_size=8)
JSON = st.recursive(
    st.booleans() | st.integers(-(2**31), 2**31) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(min_size=1, max_size=4), inner, max_size=2),
    max_leaves=5,
)
OBJECTS = st.dictionaries(st.text(min_size=1, max_size=4), JSON, max_size=3)
EVENTS = st.lists(
    st.sampled_from("abc").flatmap(
        lambda name: st.fixed_dictionaries({"type": st.just(name)}, optional={"schemaVersion": st.integers(1, 3)})
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda event: event["type"],
)
BY_CODEC = {"json": OBJECTS, "part": OBJECTS, "merge": OBJECTS, "workflow": OBJECTS, "eventTypes": EVENTS}
BY_CODEC["sids"] = st.lists(HEXES.map(lambda digits: "ZN" + digits), max_size=3, unique=True)
BY_KIND: dict[str | None, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "integer": st.integers(0, 100),
    "number": st.floats(0, 100),
    "boolean": st.booleans(),
    "object": st.dictionaries(st.text(min_size=1, max_size=4), TEXTS, max_size=2),
    "array": st.lists(TEXTS, max_size=2),
    None: OBJECTS,
}


def value_of(resource: ResourceType, entry: Input) -> st.SearchStrategy[Any]:
    """Any value of one input, in the form that a check leaves."""
    if entry.name == resource.asset:
        return HEXES.map(lambda digits: Asset(digits * 2))
    if entry.parent or entry.name.endswith("Sid"):
        prefix = dict(resource.prefixes).get(entry.name)
        return HEXES.map(lambda digits: (prefix or "XX") + digits)
    if entry.schema.get("items", {}).get("type") == "object":
        return st.lists(OBJECTS, max_size=2)
    codec = resource.codec(entry.name)
    return BY_CODEC[codec] if codec in BY_CODEC else BY_KIND[entry.schema.get("type")]


@st.composite
def inputs_of(draw: st.DrawFn, resource: ResourceType) -> dict[str, Any]:
    """Required inputs and some of the others, of alternatives one."""
    optional = draw(st.sets(st.sampled_from([i.name for i in resource.inputs]))) if resource.inputs else set()
    for group in resource.one_of:
        optional = (optional - set(group)) | {draw(st.sampled_from(group))}
    return {i.name: draw(value_of(resource, i)) for i in resource.inputs if i.required or i.name in optional}
