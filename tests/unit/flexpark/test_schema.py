"""The JSON Schemas that editors use agree with the model."""

from typing import Any

import jsonschema
import pytest
import yaml

from flexpark import environment_json_schema, layer_json_schema
from tests.unit.flexpark.building import DEFAULTS, REPOSITORY

STACKS = sorted((REPOSITORY / "environments").glob("*.yaml"))
LAYERS = sorted((REPOSITORY / "templates/environments").glob("*.yaml"))


@pytest.mark.parametrize("file", STACKS, ids=lambda file: file.name)
def test_our_stack_files_fit_their_schema(file: Any) -> None:
    """What the loader accepts, an editor does not underline."""
    document = yaml.safe_load(file.read_text())
    document["config"]["flexpark:version"] = int(document["config"]["flexpark:version"])
    jsonschema.Draft202012Validator(environment_json_schema()).validate(document)


@pytest.mark.parametrize("file", LAYERS, ids=lambda file: file.name)
def test_our_layers_fit_their_schema(file: Any) -> None:
    """The same for layers."""
    jsonschema.Draft202012Validator(layer_json_schema()).validate(yaml.safe_load(file.read_text()))


@pytest.mark.parametrize(
    "settings",
    [
        {"flexpark:quues": []},
        {"flexpark:park": {"show_lst": True}},
        {"flexpark:park": {"list_ttl": {"sms": "never"}}},
        {"flexpark:customer": "Acme"},
        {"flexpark:queues": [{"name": "A", "create": None}]},
        {"twilio:accountSid": "WQ" + "0" * 32},
        {"twilio:regoin": "ie1"},
        {"twilio:region": "europe"},
        {"twilio:authToken": "plain"},
    ],
)
def test_the_schema_refuses_what_the_model_refuses(settings: dict[str, Any]) -> None:
    """Unknown keys, odd names and SIDs of another kind are seen while typing."""
    schema = jsonschema.Draft202012Validator(environment_json_schema())
    assert schema.is_valid({"config": {**DEFAULTS, "other:key": {"secure": "v1:x"}}})
    secret = {"twilio:authToken": {"secure": "v1:x"}, "twilio:apiKey": "SK1", "twilio:region": "ie1"}
    assert schema.is_valid({"config": {**DEFAULTS, **secret}})
    assert not schema.is_valid({"config": {**DEFAULTS, **settings}})


def test_changes_by_name_are_completed_and_checked_in_editors() -> None:
    """In a stack file and in a layer: items by name, what of an item changes, false; nothing else. Layers extend."""
    change = {"Sales": {"create": {"max_reserved_workers": 2}}, "Support": False}
    stack = jsonschema.Draft202012Validator(environment_json_schema())
    layer = jsonschema.Draft202012Validator(layer_json_schema())
    assert stack.is_valid({"config": {**DEFAULTS, "flexpark:queues": change}})
    assert layer.is_valid({"extends": ["standard"], "queues": change, "routes": {"VIP": {"when": "a == 1"}}})
    wrongs: list[dict[str, Any]] = [{"Sales": True}, {"Sales": {"name": "Other"}}, {"Sales": {"creat": {}}}, {}]
    for wrong in wrongs:
        assert not stack.is_valid({"config": {**DEFAULTS, "flexpark:queues": wrong}})
        assert not layer.is_valid({"queues": wrong})
