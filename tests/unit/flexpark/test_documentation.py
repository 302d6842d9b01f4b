"""docs/environment.md says what the model says."""

import re
from typing import Any

import pytest
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from flexpark.environment.model import Environment
from tests.unit.flexpark.building import REPOSITORY, Project

TEXT = (REPOSITORY / "docs/environment.md").read_text(encoding="utf-8")


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """The model in a field's type, through lists and options."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in getattr(annotation, "__args__", ()) if (m := inner_model(a)) is not None), None)


def default_of(field: FieldInfo, shown_in: dict[str, Any]) -> str:
    """A default as the table shows it."""
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True, validated_data=shown_in)
    if value is None or value in ((), {}):
        return "-"
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" for item in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def rows(model: type[BaseModel], prefix: str = "") -> list[str]:
    """The table's first and second column, and the meaning, one row for each setting that holds a value."""
    found = []
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        is_list = "tuple" in str(field.annotation)
        inner = inner_model(field.annotation)
        if inner is None or is_list or not field.default_factory:
            found.append(f"| `{path}` | {default_of(field, {})} | {field.description} |")
        if inner is not None:
            found += rows(inner, f"{path}[]." if is_list else f"{path}.")
    return found


def test_every_setting_is_in_the_table() -> None:
    """Name, default and meaning; none too many, none too few, in the model's order."""
    documented = [re.sub(r" \| [^|]* \|$", " |", line) for line in TEXT.splitlines() if line.startswith("| `")]
    assert documented == rows(Environment)


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(# environments/.*?)```", TEXT, re.DOTALL))
def test_the_examples_load(project: Project, block: str) -> None:
    """An example that is copied works."""
    name = block.splitlines()[0].removeprefix("# ")
    project.write("environments/Pulumi.acme-dev.yaml", block)
    assert name == f"environments/Pulumi.{project.load().stack_name}.yaml"
    assert yaml.safe_load(block)["config"]


def test_there_is_an_example() -> None:
    """The test above has something to read."""
    assert "```yaml\n# environments/" in TEXT
