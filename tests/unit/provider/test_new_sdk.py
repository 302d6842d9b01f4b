"""A new release of the SDK: what it changes in the catalogue is told before anything is written."""

from dataclasses import replace
from importlib.metadata import version

import pytest
from twilio_api.recording import RecordedField, RecordedOperation, RecordedOutput, RecordedResource, record
from twilio_provider.catalogue.compare import changes, differences, new_lists
from twilio_provider.catalogue.derive import catalogue_of
from twilio_provider.catalogue.load import load
from twilio_provider.overlays import OVERLAYS

QUEUES = [overlay for overlay in OVERLAYS if overlay.token == "twilio:taskrouter:TaskQueue"]


@pytest.fixture(scope="module")
def recorded() -> list[RecordedResource]:
    """What the SDK of today gives of TaskRouter."""
    return record(["taskrouter"])


def told(recorded: list[RecordedResource], changed: RecordedResource) -> list[str]:
    """What is said of a release that has this list instead."""
    before = catalogue_of(recorded, QUEUES)
    return differences(before, catalogue_of([changed if r.name == changed.name else r for r in recorded], QUEUES))


def queue(recorded: list[RecordedResource]) -> RecordedResource:
    return next(r for r in recorded if r.name == "TaskQueue")


def test_the_catalogue_is_that_of_the_installed_release() -> None:
    """So a release that changes it fails here, and the message is the list of changes."""
    assert changes() == []
    assert load().sdk == "twilio " + version("twilio")


def test_a_parameter_and_a_property_more_are_told(recorded: list[RecordedResource]) -> None:
    """With type and wire name."""
    old = queue(recorded)
    create = old.operations["create"]
    more = RecordedField("skill_set", "SkillSet", "form", "string", required=False)
    new = replace(
        old,
        operations={**old.operations, "create": replace(create, fields=(*create.fields, more))},
        outputs=(*old.outputs, RecordedOutput("skill_set", "string")),
    )
    assert told(recorded, new) == [
        "+ twilio:taskrouter:TaskQueue input skillSet: string, replaces, create SkillSet",
        "+ twilio:taskrouter:TaskQueue output skillSet: string from skill_set",
    ]


def test_what_becomes_required_or_cannot_be_updated_any_more_is_told(recorded: list[RecordedResource]) -> None:
    """Both would break programs."""
    old = queue(recorded)
    create, update = old.operations["create"], old.operations["update"]
    stricter = tuple(replace(f, required=f.required or f.name == "target_workers") for f in create.fields)
    fewer = tuple(f for f in update.fields if f.name != "task_order")
    new = replace(
        old,
        operations={
            **old.operations,
            "create": replace(create, fields=stricter),
            "update": replace(update, fields=fewer),
        },
    )
    lines = told(recorded, new)
    assert len(lines) == 2
    assert any("targetWorkers: string, create" in line and "-> string, required" in line for line in lines)
    assert any("taskOrder" in line and line.endswith("replaces, create TaskOrder") for line in lines)


def test_a_list_that_is_gone_and_one_that_is_new_are_told(recorded: list[RecordedResource]) -> None:
    """The one ends a type, the other has to be given a class."""
    without = [r for r in recorded if r.name != "TaskQueue"]
    with pytest.raises(LookupError, match=r"no list .*TaskQueue.* for twilio:taskrouter:TaskQueue"):
        catalogue_of(without, QUEUES)
    new = RecordedResource("taskrouter", "v2", "taskrouter.twilio.com", "Skill", "/v2/Skills")
    new.operations["create"] = RecordedOperation("POST", "/v2/Skills")
    assert new_lists([*recorded, new]) == ["taskrouter/v2/Skill"]
    assert new_lists(recorded) == []
