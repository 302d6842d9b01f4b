"""The classes of the SDK's lists: complete, and without a rule that says nothing."""

import re

import pytest
from twilio_api.recording import RecordedResource, products, record, unreached
from twilio_provider.catalogue.classes import KINDS, Classified, classified
from twilio_provider.catalogue.load import load
from twilio_provider.overlays.classes import ACTIONS, DEPRECATED, LEFT_OUT


@pytest.fixture(scope="module")
def recorded() -> list[RecordedResource]:
    """Every list of the SDK."""
    return record(products())


@pytest.fixture(scope="module")
def rows() -> list[Classified]:
    """Every list of the SDK that can create, classified."""
    return classified()


def test_every_list_that_can_create_has_a_class(recorded: list[RecordedResource], rows: list[Classified]) -> None:
    """All of the SDK's, those too that its own client does not lead to. A new release adds none silently."""
    creating = [r for r in recorded if "create" in r.operations or "create" in r.skipped]
    hidden = unreached(recorded)
    assert len(creating) + len(hidden) == 302
    assert {r.item or r.collection for r in creating} <= {row.path for row in rows}
    assert set(hidden) <= {row.name for row in rows}
    assert {row.kind for row in rows} == set(KINDS)
    assert all(row.why for row in rows)


def test_all_that_can_be_fetched_and_deleted_is_managed_or_says_why_not(rows: list[Classified]) -> None:
    """Left out is only what lacks one of them, or is asked by others than the account."""
    whole = [row for row in rows if row.whole]
    assert len(whole) == 184
    assert [row.name for row in whole if row.kind == "left out"] == ["flex_api/v1/InsightsQuestionnaires"]


def test_what_is_managed_is_the_catalogue(rows: list[Classified]) -> None:
    """Each type once, though an API key takes two lists of the SDK."""
    tokens = {row.why.strip("`") for row in rows if row.kind == "managed"}
    assert tokens == {resource.token for resource in load().resources if not resource.singleton}


@pytest.mark.parametrize(("pattern", "why"), [*ACTIONS, *DEPRECATED, *LEFT_OUT])
def test_every_rule_names_something(recorded: list[RecordedResource], pattern: str, why: str) -> None:
    """What the SDK has dropped is dropped here too."""
    assert why
    names = [f"{r.product}/{r.version}/{r.name}" for r in recorded] + unreached(recorded)
    assert any(re.fullmatch(pattern, name) for name in names)
