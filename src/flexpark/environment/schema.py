"""JSON Schema (2020-12) of stack files and layers, for editors and for checks outside of Python."""

from typing import Any

from pydantic import BaseModel

from flexpark.environment.layers import EXTENDS
from flexpark.environment.merge import NAMED_LISTS
from flexpark.environment.model import Environment, LayerSettings
from flexpark.environment.stackfile import CREDENTIALS, NAMESPACE, OF_THE_PROVIDER, encrypted, key_of

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def environment_json_schema() -> dict[str, Any]:
    """The schema of a stack file: our keys under `config`, others left alone; what a layer may give is optional."""
    own = _by_name(Environment.model_json_schema(by_alias=True))
    layered = {field.alias or name for name, field in LayerSettings.model_fields.items()}
    properties = {key_of(name): value for name, value in own["properties"].items()}
    properties |= {key: _credential(key, description) for key, description in CREDENTIALS.items()}
    required = [key_of(name) for name in own["required"] if name not in layered]
    config = {
        "type": "object",
        "properties": properties,
        "patternProperties": {f"^(?!({NAMESPACE}|{OF_THE_PROVIDER}):)[^:]+:": True},
        "required": required,
        "additionalProperties": False,
    }
    return _without_null(
        {
            "$schema": _DIALECT,
            "title": "Stack file of flexpark",
            "type": "object",
            "properties": {
                "config": config,
                "encryptionsalt": {"type": "string"},
                "encryptedkey": {"type": "string"},
                "secretsprovider": {"type": "string"},
            },
            "required": ["config"],
            "additionalProperties": False,
            "$defs": own["$defs"],
        }
    )


def layer_json_schema() -> dict[str, Any]:
    """The schema of a layer: every setting by itself is optional, since a stack file may give the rest."""
    schema = _by_name(LayerSettings.model_json_schema(by_alias=True))
    del schema["required"]
    name = {"type": "string", "description": "A layer that this one lies over"}
    schema["properties"] = {EXTENDS: {"anyOf": [name, {"type": "array", "items": name}]}, **schema["properties"]}
    return _without_null({"$schema": _DIALECT, **schema, "title": "Layer of flexpark"})


def document_json_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """The schema of a file whose model has every key as it is written."""
    return _without_null({"$schema": _DIALECT, **model.model_json_schema(by_alias=True), "title": title})


def _credential(key: str, description: str) -> dict[str, Any]:
    """A value that the engine has encrypted; plain text where that says nothing secret."""
    secret = {
        "type": "object",
        "properties": {"secure": {"type": "string"}},
        "required": ["secure"],
        "additionalProperties": False,
    }
    return {**(secret if encrypted(key) else {"anyOf": [{"type": "string"}, secret]}), "description": description}


def _by_name(schema: dict[str, Any]) -> dict[str, Any]:
    """The same with the second form of lists of named items: a mapping that changes the list below by name."""
    for key in NAMED_LISTS:
        whole = schema["properties"][key]
        name = whole["items"]["$ref"].rpartition("/")[2]
        item = schema["$defs"][name]
        inside = {part: value for part, value in item["properties"].items() if part != "name"}
        change = {**item, "properties": inside, "required": [], "description": "What changes in the item of this name"}
        schema["$defs"][f"{name}Change"] = change
        removal = {"const": False, "description": "Removes the item of this name"}
        by_name = {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"anyOf": [{"$ref": f"#/$defs/{name}Change"}, removal]},
        }
        described = {part: whole.pop(part) for part in ("description", "default") if part in whole}
        schema["properties"][key] = {"anyOf": [whole, by_name], **described}
    return schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without the null that optional fields have in Python: a key is given a value or left out."""
    kept = {key: value for key, value in schema.items() if not (key == "default" and value is None)}
    return {key: _inside(value) for key, value in kept.items()}


def _inside(value: Any) -> Any:
    if isinstance(value, list):
        return [_inside(item) for item in value if item != {"type": "null"}]
    return _without_null(value) if isinstance(value, dict) else value
