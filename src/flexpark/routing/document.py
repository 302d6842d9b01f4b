"""Reading one YAML file into a model: every problem at once, each with its line."""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from flexpark.environment.merge import Contribution, Merged, merge
from flexpark.environment.shapes import shape_problems
from flexpark.environment.source import read_source
from flexpark.errors import EnvironmentInvalid, Problem

Model = TypeVar("Model", bound=BaseModel)


def read_document(path: Path, name: str, model: type[Model]) -> tuple[Model, Merged]:
    """The model, and the file's values with their lines for whoever checks further.

    `name` stands for the file in messages. Raises EnvironmentInvalid.
    """
    source = read_source(path, name)
    if source.problems:
        raise EnvironmentInvalid(source.problems)
    merged = merge([Contribution(source, source.data, {})])
    try:
        return model.model_validate_json(json.dumps(source.data), strict=True), merged
    except ValidationError as error:
        raise EnvironmentInvalid(dict.fromkeys(shape_problems(error, merged, model))) from error


def refuse(problems: list[Problem]) -> None:
    """Raise EnvironmentInvalid where there are problems."""
    if problems:
        raise EnvironmentInvalid(problems)
