"""What an older version of the provider recorded is no difference to today's."""

import json
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
from twilio_provider.catalogue import aliases
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.schema import package_schema
from twilio_provider.servicer import VERSION
from twilio_provider.values import plain

from tests.stack.provider.project import Project
from tests.stack.provider.recorded import HOME, VERSIONS, types_of
from tests.stack.provider.test_park_inventory import PARK
from tests.unit.provider.engine_kit import Engine, Resource
from tests.unit.provider.fake_twilio import ACCOUNT, FakeTwilio
from tests.unit.provider.inventory import EXAMPLES, inputs_for
from tests.unit.provider.serving import served

RECORDED = [(version, token, entry) for version in VERSIONS for token, entry in types_of(version).items()]
SYNC, OLD = "twilio:sync:Service", "twilio:sync:SyncService"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Today's provider, of which nothing is asked that needs Twilio."""
    with FakeTwilio() as twilio, served(twilio.environment) as address, Engine(address) as engine:
        engine.configure(accountSid=ACCOUNT, stackId="5tack")
        yield engine
        assert twilio.requests == []


def test_todays_version_is_recorded_in_full() -> None:
    """A release without it cannot be upgraded from under test."""
    assert VERSION in VERSIONS
    assert set(types_of(VERSION)) == {resource.token for resource in load().resources}, (
        "run tests.stack.provider.recorded"
    )


@pytest.mark.parametrize(("version", "token", "entry"), RECORDED, ids=[f"{v}-{t[7:]}" for v, t, _ in RECORDED])
def test_a_recorded_resource_is_no_difference(engine: Engine, version: str, token: str, entry: dict[str, Any]) -> None:
    """The same program over what that version recorded; a type that was renamed is found by its alias."""
    assert load().resource(token) is not None, f"{token} of {version} is neither a type nor an alias of one"
    recorded = Resource(token, "it", entry["id"], entry["inputs"], entry["outputs"])
    found = engine.diff(recorded, entry["given"])
    assert list(found.diffs) == []


@pytest.mark.parametrize(("version", "token", "entry"), RECORDED, ids=[f"{v}-{t[7:]}" for v, t, _ in RECORDED])
def test_a_refresh_of_a_recorded_resource_finds_the_same(version: str, token: str, entry: dict[str, Any]) -> None:
    """Today's Read over what that version recorded, of a thing that has not changed: no input is another one, and the
    same program has nothing to do.
    """
    example = EXAMPLES[aliases.today(token)]
    with FakeTwilio() as twilio, served(twilio.environment) as address, Engine(address) as engine:
        engine.configure(accountSid=twilio.account, stackId="5tack")
        inputs_for(engine, example)
        there = engine.create(example.token, entry["given"])
        assert there.identity == entry["id"], f"the stand-in makes another one than at {version}"
        refreshed = engine.refresh(Resource(token, "it", entry["id"], entry["inputs"], entry["outputs"]))
        assert refreshed is not None
        assert plain(refreshed.inputs) == plain(entry["inputs"])
        assert list(engine.diff(refreshed, entry["given"]).diffs) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recorded_stack_gives_an_empty_preview(project: Project, version: str) -> None:
    """By the real engine, from an export of that version."""
    project.program(textwrap.dedent(PARK))
    assert project.pulumi("stack", "import", "--file", str(HOME / version / "stack.json")).code == 0
    unchanged = project.pulumi("preview", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.text
    assert unchanged.requests == []


def test_a_type_under_another_name_is_an_alias(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state with the old token is served, and the schema tells Pulumi that both are one."""
    monkeypatch.setattr(aliases, "ALIASES", {OLD: SYNC})
    recorded = Resource(OLD, "it", "Services/IS" + "1" * 32, {"friendlyName": "x"}, {"friendlyName": "x"})
    assert list(engine.diff(recorded, {"friendlyName": "x"}).diffs) == []
    schema = json.loads(json.dumps(package_schema(load())))
    assert schema["resources"][SYNC]["aliases"] == [{"type": OLD}]
