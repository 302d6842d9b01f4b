"""A stack stays in its region, as it stays in its account."""

import pytest
from pulumi.runtime.proto import provider_pb2
from twilio_provider.config import failures
from twilio_provider.values import UNKNOWN, encode

from tests.unit.provider.engine_kit import Engine
from tests.unit.provider.serving import served

BEFORE = {"accountSid": "AC" + "a" * 32, "region": "ie1"}


@pytest.mark.parametrize("region", ["au1", "us1", None])
def test_another_region_is_refused_with_the_way_out(engine: Engine, region: str | None) -> None:
    """Nothing of the stack is there: a refresh would forget all of it."""
    news = {**BEFORE, "region": region}
    answer = engine.call("CheckConfig", provider_pb2.CheckRequest(news=encode(news), olds=encode(BEFORE)))
    assert [failure.property for failure in answer.failures] == ["region"]
    assert "this stack's resources are in ie1" in answer.failures[0].reason
    assert f"{region or 'us1'} needs another stack" in answer.failures[0].reason
    assert "set twilio:region to ie1" in answer.failures[0].reason


@pytest.mark.parametrize(
    ("before", "news", "environment"),
    [
        (BEFORE, {**BEFORE, "edge": "dublin"}, {}),
        ({"accountSid": "x"}, {"region": "us1"}, {}),
        ({"accountSid": "x"}, {"region": "ie1"}, {"TWILIO_REGION": "ie1"}),
        (BEFORE, {"accountSid": "x"}, {"TWILIO_REGION": "ie1"}),
        ({}, {"region": "au1"}, {}),
        (BEFORE, {"region": UNKNOWN}, {}),
    ],
)
def test_what_says_the_same_region_another_way_is_fine(
    before: dict[str, str], news: dict[str, str], environment: dict[str, str]
) -> None:
    """By the environment or by default, with another edge, at the start, or not known yet."""
    found = failures({k: v for k, v in news.items() if k != "accountSid"}, before, environment)
    assert found == []


def test_the_region_is_that_of_the_providers_environment() -> None:
    """The one that its requests go to, and not what the process that it runs in happens to have."""
    with served({"TWILIO_REGION": "ie1"}) as address, Engine(address) as engine:
        request = provider_pb2.CheckRequest(news=encode({"accountSid": BEFORE["accountSid"]}), olds=encode(BEFORE))
        assert list(engine.call("CheckConfig", request).failures) == []


def test_a_region_that_is_none_is_told_once() -> None:
    """What it looks like, and not that it is another one."""
    assert [name for name, _ in failures({"region": "europe"}, BEFORE, {})] == ["region"]
    assert failures({}, {}, {}) == []
