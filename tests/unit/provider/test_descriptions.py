"""What the schema says of properties, and of the package itself."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from twilio_provider.catalogue.descriptions import descriptions
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.schema import package_schema

ROOT = Path(__file__).parents[3]
SAME_EVERYWHERE = ("sid", "accountSid", "dateCreated", "dateUpdated", "createdAt", "url")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The package schema of today."""
    return package_schema(load())


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Token, kind, name and description of every property of types and functions."""
    for token, resource in schema["resources"].items():
        for kind in ("inputProperties", "properties"):
            for name, value in resource[kind].items():
                yield token, kind, name, value.get("description", "")
    for token, function in schema["functions"].items():
        for kind in ("inputs", "outputs"):
            for name, value in function.get(kind, {}).get("properties", {}).items():
                yield token, kind, name, value.get("description", "")


def test_what_means_the_same_everywhere_is_described_everywhere(schema: dict[str, Any]) -> None:
    """Where the SDK says nothing of it too."""
    bare = [(token, name) for token, _, name, text in properties(schema) if name in SAME_EVERYWHERE and not text]
    assert bare == []


def test_parents_are_described_wherever_they_are_shown(schema: dict[str, Any]) -> None:
    """As inputs, as outputs, and as what a look-up gives."""
    parents = {
        token: resource.parents for resource in load().resources for token in (resource.token, resource.get_token)
    }
    bare = [(token, name) for token, _, name, text in properties(schema) if name in parents.get(token, ()) and not text]
    assert bare == []


@pytest.mark.parametrize(
    ("kind", "least"), [("inputProperties", 0.9), ("properties", 0.88), ("inputs", 1), ("outputs", 0.88)]
)
def test_few_properties_are_left_without_a_description(schema: dict[str, Any], kind: str, least: float) -> None:
    """Those of which the SDK says nothing and no rule is true; of what functions take, none."""
    told = [bool(text) for _, found, _, text in properties(schema) if found == kind]
    assert sum(told) >= least * len(told), f"{len(told) - sum(told)} of {len(told)}"


def test_the_sdks_own_words_come_first_then_the_other_side_then_a_rule() -> None:
    """And what programs give is not described by a rule about what Twilio shows."""
    resource = load().resource("twilio:taskrouter:Workspace")
    assert resource is not None
    describe = descriptions(resource)
    assert describe("sid", "The SDK says so.") == "The SDK says so."
    assert describe("friendlyName", "").startswith("A descriptive string that you create")
    assert describe("dateCreated", "").startswith("The date and time in GMT")
    assert descriptions(replace(resource, outputs=()))("dateCreated", "") == "When it was created."
    assert describe("ipAccessControlListSid", "") == "The SID of the ip access control list."
    assert describe("prioritizeQueueOrder", "") == ""


def test_the_licence_is_the_same_wherever_it_is_stated(schema: dict[str, Any]) -> None:
    """In the schema, in both distributions, and as a text beside each."""
    assert schema["license"] == "Apache-2.0"
    for folder in (ROOT, ROOT / "pulumi-twilio"):
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        assert (project["license"], project["license-files"]) == ("Apache-2.0", ["LICENSE"])
        assert "Apache License\n                           Version 2.0" in (folder / "LICENSE").read_text("utf-8")
