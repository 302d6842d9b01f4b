"""What a check says is wrong with a secret: where it is, and nothing of its value, by us or by the engine.

The engine writes the value of the property that a failure names, in clear. So a failure of a secret names none: its
reason begins with the path instead.
"""

import pytest
from pulumi.runtime.proto import provider_pb2
from twilio_provider import config
from twilio_provider.catalogue.load import load
from twilio_provider.values import Secret, encode

from tests.unit.provider.engine_kit import Engine, urn

HUSH = "hush-hush {"
SECRETS = [(r.token, i.name) for r in load().resources for i in r.inputs if i.name in r.secrets]
OTHERS = ["twilio:sync:Service", "twilio:taskrouter:TaskQueue"]


def told(engine: Engine, token: str, inputs: dict[str, object]) -> dict[str, str]:
    """Of a Check: reason by property, after the secret has been looked for in the whole answer."""
    request = provider_pb2.CheckRequest(urn=urn(token, "it"), news=encode(inputs))
    failures = engine.call("Check", request).failures
    assert HUSH not in str(failures)
    return {f.property or f.reason.partition(":")[0]: f.property for f in failures}


@pytest.mark.parametrize(("token", "name"), SECRETS)
@pytest.mark.parametrize("value", [[HUSH], HUSH, 7], ids=["a list", "a text", "a number"])
def test_a_secret_that_is_wrong_is_told_by_its_path_alone(engine: Engine, token: str, name: str, value: object) -> None:
    """Each secret input of the catalogue, malformed or of the wrong type; and each sentence still says which one."""
    found = told(engine, token, {name: value})
    assert found.get(name, "") == ""
    if isinstance(value, list):
        assert name in found


@pytest.mark.parametrize("token", OTHERS)
@pytest.mark.parametrize(
    "value",
    [Secret([HUSH]), [Secret(HUSH)], {"deep": {"er": Secret(HUSH)}}, ["https://ann:hush-hush {@example.com/"]],
    ids=["marked", "marked below", "marked deep below", "an address with a password"],
)
def test_so_is_what_the_program_marks_as_one(engine: Engine, token: str, value: object) -> None:
    """Any input, at any depth; what is no secret keeps its property."""
    found = told(engine, token, {"friendlyName": value, "noSuchThing": 1})
    assert found["friendlyName"] == ""
    assert found["noSuchThing"] == "noSuchThing"


def test_an_element_of_what_is_a_secret_is_told_like_it(engine: Engine) -> None:
    """By the path of the property alone: what is below may be named by a part of the secret."""
    webhook = "twilio:conversations:ConfigurationWebhook"
    assert told(engine, webhook, {"filters": [7]}) == {"filters[0]": "filters[0]"}
    assert told(engine, webhook, {"filters": Secret([7])}) == {"filters": ""}


def test_a_secret_under_a_name_that_is_mistaken_is_not_shown(engine: Engine) -> None:
    """Where a type has secrets, what is no input may be one."""
    assert told(engine, "twilio:serverless:Variable", {"valeu": HUSH})["valeu"] == ""


@pytest.mark.parametrize("name", [*config.SECRETS, "authTokn", "endpoint"])
@pytest.mark.parametrize("given", [[HUSH], Secret([HUSH])], ids=["plain", "marked"])
def test_so_are_the_settings_of_the_provider(engine: Engine, name: str, given: object) -> None:
    """Its own secrets, and what is no setting."""
    request = provider_pb2.CheckRequest(news=encode({name: given}))
    failures = engine.call("CheckConfig", request).failures
    assert name == "endpoint" or not any(failure.property for failure in failures)
    assert name not in {"endpoint", "authTokn"} or [f for f in failures if name in (f.property + f.reason)]
    if isinstance(given, Secret):
        assert HUSH not in str(failures)
        assert not any(failure.property for failure in failures)
