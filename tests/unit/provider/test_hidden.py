"""Secrets that come back in another place than the one they were given in."""

import pytest
from twilio_provider.values import Secret, is_secret, plain

from tests.unit.provider.engine_kit import Engine
from tests.unit.provider.fake_twilio import ACCOUNT, FakeTwilio
from tests.unit.provider.inventory import make

WEBHOOK = "twilio:conversations:Webhook"
SETTINGS = "twilio:conversations:ConfigurationWebhook"


def test_an_address_that_is_a_secret_is_one_within_the_object_that_shows_it(engine: Engine) -> None:
    """Twilio shows ``Configuration.Url`` in ``configuration`` too; after a drift it is the new text that counts."""
    made = make(engine, WEBHOOK, configurationUrl=Secret("https://example.com/hush-hush"))
    again = engine.refresh(made)
    assert again is not None
    for outputs in (made.outputs, again.outputs):
        assert isinstance(outputs["configuration"], Secret)
        assert "hush-hush" not in str(outputs)
    assert plain(made.outputs["configuration"])["url"] == "https://example.com/hush-hush"


def test_what_else_is_shown_stays_readable(engine: Engine) -> None:
    """A short text is in many others by chance, and what the program itself gives in plain is no secret."""
    made = engine.create("twilio:sync:Service", {"friendlyName": Secret("1")})
    assert not isinstance(made.outputs["sid"], Secret)
    other = make(engine, WEBHOOK, configurationMethod=Secret("POST"), target="POST or GET")
    assert other.outputs["target"] == "POST or GET"


def test_what_was_there_before_a_secret_is_one(engine: Engine, twilio: FakeTwilio) -> None:
    """And it is put back all the same."""
    path = "/v1/Configuration/Webhooks"
    twilio.items["conversations", path] = {"account_sid": ACCOUNT, "pre_webhook_url": "https://example.com/hush-old"}
    made = engine.create(SETTINGS, {"preWebhookUrl": Secret("https://example.com/hush-new")})
    assert "hush-" not in str(made.outputs)
    assert plain(made.outputs["before"]) == {"preWebhookUrl": "https://example.com/hush-old"}
    engine.delete(made)
    assert twilio.items["conversations", path]["pre_webhook_url"] == "https://example.com/hush-old"


@pytest.mark.parametrize("query", ["token=x", "a=1&api_key=x", "accessToken=x", "X-Signature=x", "APIKEY=x", "sig=x"])
def test_an_address_with_a_token_in_it_is_a_secret(query: str) -> None:
    """By the name of the parameter; the program need not mark it."""
    assert is_secret(f"https://example.com/events?{query}")
    assert is_secret({"urls": [f"https://example.com/events?{query}"]})


@pytest.mark.parametrize("query", ["", "?v=1&park=PK1", "?monkey=x", "?tokens=3", "?author=me", "#token=x"])
def test_an_address_without_one_is_none(query: str) -> None:
    """Plans stay readable."""
    assert not is_secret(f"https://example.com/events{query}")
