"""The JSON Schemas there are, by the kind of file they are for: one line each."""

from collections.abc import Callable, Mapping
from typing import Any

from flexpark.environment.schema import document_json_schema, environment_json_schema, layer_json_schema
from flexpark.routing.expectations import Expectations


def expectations_json_schema() -> dict[str, Any]:
    """The schema of a file with routing expectations."""
    return document_json_schema(Expectations, "Routing expectations of flexpark")


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "stack": environment_json_schema,
    "layer": layer_json_schema,
    "expectations": expectations_json_schema,
}
