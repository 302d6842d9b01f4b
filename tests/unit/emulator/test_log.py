"""Secrets stay out of the log, whatever they are called."""

import pytest

from twilio_emulator.core.log import redacted


@pytest.mark.parametrize("name", ["Token", "AuthToken", "token", "Password", "ClientSecret", "Credentials"])
def test_what_is_named_like_a_secret_is_hidden(name: str) -> None:
    """The value is not kept."""
    assert redacted([(name, "hush"), ("FriendlyName", "seen")]) == {name: ["***"], "FriendlyName": ["seen"]}


def test_a_variable_that_holds_a_secret_is_hidden() -> None:
    """Serverless Variables come as Key and Value."""
    assert redacted([("Key", "API_TOKEN"), ("Value", "hush")]) == {"Key": ["API_TOKEN"], "Value": ["***"]}
    assert redacted([("Key", "QUEUE"), ("Value", "WQ1")]) == {"Key": ["QUEUE"], "Value": ["WQ1"]}
