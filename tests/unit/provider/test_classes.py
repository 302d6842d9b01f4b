"""The classes of the SDK's lists: complete, and without a rule that says nothing."""

import re

import pytest
from twilio_api.recording import RecordedResource, products, record
from twilio_provider.catalogue.classes import Classified, classified
from twilio_provider.catalogue.load import load
from twilio_provider.overlays.classes import ACTIONS, DEPRECATED


@pytest.fixture(scope="module")
def recorded() -> list[RecordedResource]:
    """Every list of the SDK."""
    return record(products())


@pytest.fixture(scope="module")
def rows() -> list[Classified]:
    """Every list of the SDK that can create, classified."""
    return classified()


def test_every_list_that_can_create_has_a_class(recorded: list[RecordedResource], rows: list[Classified]) -> None:
    """A new release of the SDK adds none silently."""
    creating = [r for r in recorded if "create" in r.operations or "create" in r.skipped]
    assert len(creating) >= 300
    assert {r.item or r.collection for r in creating} <= {row.path for row in rows}
    assert {row.kind for row in rows} == {"managed", "action", "deprecated", "not yet"}


def test_what_is_managed_is_the_catalogue(rows: list[Classified]) -> None:
    """Each type once, though an API key takes two lists of the SDK."""
    tokens = {row.why.strip("`") for row in rows if row.kind == "managed"}
    assert tokens == {resource.token for resource in load().resources}


@pytest.mark.parametrize(("pattern", "why"), [*ACTIONS, *DEPRECATED])
def test_every_rule_names_something(recorded: list[RecordedResource], pattern: str, why: str) -> None:
    """What the SDK has dropped is dropped here too."""
    assert why
    assert any(re.fullmatch(pattern, f"{r.product}/{r.version}/{r.name}") for r in recorded)
