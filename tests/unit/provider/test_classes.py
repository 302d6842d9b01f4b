"""The classes of the SDK's lists: complete, and without a rule that says nothing."""

import importlib
import pkgutil
import re

import pytest
import twilio.rest
from twilio.base.instance_context import InstanceContext
from twilio.base.list_resource import ListResource
from twilio_api.recording import RecordedResource, products, record, unreached
from twilio_provider.catalogue.classes import KINDS, Classified, class_of, classified, others
from twilio_provider.catalogue.load import load
from twilio_provider.overlays import OVERLAYS
from twilio_provider.overlays.classes import ACTIONS, DEPRECATED, LEFT_OUT, WITHOUT_CREATE


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


CHANGING = ("create", "update", "patch", "delete")


def changing() -> set[str]:
    """The names of all that the SDK can make, change or take away, of a list or of an item, read off its classes."""
    found = set()
    for module in pkgutil.walk_packages(twilio.rest.__path__, "twilio.rest."):
        product, version = (*module.name.split(".")[2:], "")[:2]
        for name, value in vars(importlib.import_module(module.name)).items():
            ours = isinstance(value, type) and issubclass(value, ListResource | InstanceContext)
            if ours and value.__module__ == module.name and any(hasattr(value, verb) for verb in CHANGING):
                short = name.removesuffix("List").removesuffix("Context")
                found.add(f"{product}/{VERSIONS.get(version, version)}/{short}")
    return found


VERSIONS = {"v2010": "2010-04-01"}


def test_all_that_the_sdk_can_make_or_change_is_accounted_for() -> None:
    """What is created at the address of an item too, and what is only fetched and updated: managed, or why not."""
    names = changing()
    assert {"video/v1/CompositionSettings", "wireless/v1/Sim", "lookups/v2/LookupOverride", "sync/v1/Service"} <= names
    managed = {"/".join(o.sdk) for o in OVERLAYS} | {f"{o.sdk[0]}/{o.sdk[1]}/{o.created_by}" for o in OVERLAYS}
    without = {name for name in names - managed if not _class_of(name)}
    assert without == set()


def _class_of(name: str) -> tuple[str, str] | None:
    try:
        return class_of(name)
    except LookupError:
        return None


def test_what_has_no_create_in_a_list_is_in_the_table(rows: list[Classified]) -> None:
    """Each once, with a class and a reason, and beside the lists that have one."""
    table = others()
    names = [row.name for row in table]
    assert len(set(names)) == len(names)
    assert not {row.name for row in rows} & set(names)
    assert {row.kind for row in table} <= set(KINDS)
    assert all(row.why for row in table)


@pytest.mark.parametrize(("pattern", "why"), [(pattern, why) for pattern, _, why in WITHOUT_CREATE])
def test_every_rule_of_what_has_no_create_names_something(pattern: str, why: str) -> None:
    """Of today's SDK."""
    assert why
    assert any(re.fullmatch(pattern, name) for name in changing())


@pytest.mark.parametrize(("pattern", "why"), [*ACTIONS, *DEPRECATED, *LEFT_OUT])
def test_every_rule_names_something(recorded: list[RecordedResource], pattern: str, why: str) -> None:
    """What the SDK has dropped is dropped here too."""
    assert why
    names = [f"{r.product}/{r.version}/{r.name}" for r in recorded] + unreached(recorded)
    assert any(re.fullmatch(pattern, name) for name in names)
