"""docs/routing.md says what the models say, its examples work, and its picture is what is drawn today."""

import re
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from flexpark import load_environment, resolve_environment
from flexpark.routing.diagram import diagram
from flexpark.routing.expectations import Expectations, run
from flexpark.routing.floor import Floor
from flexpark.routing.way import resumed, way_of
from tests.unit.flexpark.building import REPOSITORY, Project
from tests.unit.flexpark.test_documentation import default_of, inner_model

TEXT = (REPOSITORY / "docs/routing.md").read_text(encoding="utf-8")
FLOOR, EXPECTATIONS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
PICTURE = REPOSITORY / "docs/images/routing.svg"


def rows(model: type[BaseModel], prefix: str = "") -> list[str]:
    """The table's rows: one for each key that holds a value."""
    found = []
    for name, field in model.model_fields.items():
        inner = inner_model(field.annotation)
        is_list = "tuple" in str(field.annotation)
        if inner is None:
            found.append(f"| `{prefix}{name}` | {default_of(field, {})} | {field.description} |")
        else:
            found += rows(inner, f"{prefix}{name}[]." if is_list else f"{prefix}{name}.")
    return found


@pytest.mark.parametrize("model", [Floor, Expectations])
def test_every_key_is_in_a_table(model: type[BaseModel]) -> None:
    """Name, default and meaning."""
    documented = {line for line in TEXT.splitlines() if line.startswith("| `")}
    assert set(rows(model)) - documented == set()
    assert documented - set(rows(Expectations)) == set()


def test_the_examples_are_valid_and_hold(project: Project) -> None:
    """Copied, they pass for the environment of the repository."""
    project.write("environments/Pulumi.acme-dev.yaml", (REPOSITORY / "environments/Pulumi.acme-dev.yaml").read_text())
    project.write("expectations/acme-dev.yaml", EXPECTATIONS)
    results = run(project.root, resolve_environment(project.root, "acme-dev"))
    assert [result.differs for result in results] == [{}, {}, {}]
    floor()


def test_the_picture_is_what_is_drawn() -> None:
    """Of the floor in the document, with Ada away. To draw it anew: write what this test compares with."""
    assert PICTURE.read_text(encoding="utf-8") == drawn()


def floor() -> Floor:
    """The floor in the document."""
    content: dict[str, Any] = yaml.safe_load(FLOOR)
    return Floor.model_validate({**content, "workers": tuple(content["workers"])})


def drawn() -> str:
    """A conversation that Ada parked, woken while she is away."""
    environment = load_environment(REPOSITORY, "acme-dev")
    attributes = {"topic": "support", **resumed(environment, "Support", "ada", floor())}
    return diagram(way_of(environment, REPOSITORY, attributes, floor(), ["ada"]), "acme-dev")
