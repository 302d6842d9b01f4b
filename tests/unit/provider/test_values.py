"""Values on the wire and their meaning, for any value there can be."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twilio_provider.codecs import CODECS
from twilio_provider.values import UNKNOWN, Asset, Secret, Unknown, decode, encode, has_secret, has_unknown, plain

scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.just(UNKNOWN)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3) | inner.map(Secret)
    ),
    max_leaves=12,
)
documents = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        st.booleans() | st.integers(-(2**31), 2**31) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)


@given(st.dictionaries(st.text(max_size=8), values, max_size=4))
def test_what_goes_over_the_wire_comes_back(given_values: dict[str, Any]) -> None:
    """Unknowns, secrets, integers and nulls, at any depth."""
    assert decode(encode(given_values)) == given_values


@given(values)
def test_plain_values_hold_no_secret_and_lose_no_unknown(value: Any) -> None:
    """Unwrapping is complete, and unknown stays unknown."""
    assert not has_secret(plain(value))
    assert has_unknown(plain(value)) is has_unknown(value)


def test_a_secret_and_a_file_show_nothing_of_their_content() -> None:
    """Not even by accident, in a message."""
    assert "hush" not in repr(Secret("hush"))
    assert decode(encode({"content": Asset("a" * 64)})) == {"content": Asset("a" * 64)}
    assert isinstance(decode(encode({"x": UNKNOWN}))["x"], Unknown)


@given(documents)
def test_a_document_means_the_same_as_text_as_object_and_reformatted(document: dict[str, Any]) -> None:
    """White space, the order of keys and nulls are no difference."""
    codec = CODECS["json"]
    assert codec.same(document, json.dumps(document, indent=3, sort_keys=True))
    assert codec.same({**document, "a null": None}, document)
    assert codec.same(codec.read(codec.send(document)), document)


@given(documents, documents)
def test_documents_that_differ_are_different(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Meaning is not lost."""
    assert CODECS["json"].same(one, other) is (one == other)


def test_twilios_other_name_of_a_filters_name_is_no_difference() -> None:
    """It writes ``friendly_name`` back as ``filter_friendly_name``."""
    given_filter = {"task_routing": {"filters": [{"friendly_name": "Sales", "expression": "1==1"}]}}
    read = {"task_routing": {"filters": [{"filter_friendly_name": "Sales", "expression": "1==1"}]}}
    assert CODECS["workflow"].same(given_filter, read)


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=4))
def test_dependencies_are_sent_as_twilio_lists_them_and_read_back(dependencies: dict[str, str]) -> None:
    """A mapping for people, a list of name and version for Twilio."""
    codec = CODECS["dependencies"]
    sent = json.loads(str(codec.send(dependencies)))
    assert codec.read(sent) == dependencies


@given(st.permutations(["ZN" + digit * 32 for digit in "123"]))
def test_the_order_of_versions_in_a_build_means_nothing(sids: list[str]) -> None:
    """A build is a set of them."""
    assert CODECS["sids"].same(sids, [{"sid": sid} for sid in sorted(sids)])
