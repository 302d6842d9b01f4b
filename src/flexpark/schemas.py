"""The JSON Schemas there are, by the kind of file they are for: one line each."""

from collections.abc import Callable, Mapping
from typing import Any

from flexpark.environment.schema import environment_json_schema, layer_json_schema

SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "stack": environment_json_schema,
    "layer": layer_json_schema,
}
