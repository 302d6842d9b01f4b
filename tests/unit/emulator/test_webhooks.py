"""What becomes of webhooks that cannot be delivered: an answer that says why, never an exception."""

import asyncio

import pytest

from twilio_emulator.core.webhooks import WebhookResult
from twilio_emulator.core.world import Settings, World


@pytest.fixture
def world() -> World:
    """A world without products."""
    return World([], Settings(account_sid="AC" + "1" * 32))


def delivered(world: World, url: str) -> list[WebhookResult]:
    """As a form and as JSON."""

    async def both() -> list[WebhookResult]:
        return [await world.invoke_webhook(url, {"a": "1"}), await world.invoke_json_webhook(url, [])]

    return asyncio.run(both())


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:port/", "Port could not be cast"),
        ("http://127.0.0.1:99999/", "Port out of range"),
        ("http://[::1/hook", "Invalid IPv6 URL"),
        ("http://127.0.0.1/\x01", "non-printable"),
        ("http://127.0.0.1:9/", "ConnectError"),
        ("https://example.com/hook", "example.com is not reached"),
    ],
)
def test_an_address_that_leads_nowhere_is_an_answer_without_status(world: World, url: str, why: str) -> None:
    """It says why, and is in the request log like any other."""
    for result in delivered(world, url):
        assert (result.status, result.ok, result.url) == (0, False, url)
        assert why in str(result.error)
    assert [(entry["operation"], entry["status"]) for entry in world.log.since()] == [("DeliverWebhook", 0)] * 2
