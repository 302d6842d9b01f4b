"""Credentials that are missing, wrong, or another account's: nothing of the account is read or written by them."""

from collections.abc import Iterator

import pytest
import yaml

from flexpark.cli.rehearsal import open_rehearsal
from tests.stack.checkout import Checkout, account_sid

WRONG_TOKEN = "0" * 32
OTHER = account_sid()

CASES: dict[str, tuple[dict[str, str | None], tuple[str, ...]]] = {
    "none at all": (
        {"TWILIO_ACCOUNT_SID": None, "TWILIO_AUTH_TOKEN": None},
        ("no Twilio credentials", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY"),
    ),
    "no token": ({"TWILIO_AUTH_TOKEN": None}, ("TWILIO_AUTH_TOKEN is not set",)),
    "a wrong token": ({"TWILIO_AUTH_TOKEN": WRONG_TOKEN}, ("401", "20003", "Check TWILIO_ACCOUNT_SID")),
    "another account": ({"TWILIO_ACCOUNT_SID": OTHER}, ("the stack belongs to account", OTHER)),
    "an address where nobody answers": ({"TWILIO_ENDPOINT": "http://127.0.0.1:9"}, ("127.0.0.1:9",)),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A stack that is not up."""
    folder = tmp_path_factory.mktemp("credentials")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        yield Checkout(folder / "checkout", rehearsal)


@pytest.mark.parametrize("name", CASES)
def test_up_is_refused_and_creates_nothing(checkout: Checkout, name: str) -> None:
    """The message names the variable and what to give; no traceback, no write, no secret."""
    environ, told = CASES[name]
    done = checkout.pulumi("up", "--yes", "--skip-preview", **environ)
    for text in told:
        assert text in done.text, done.text
    assert "Traceback" not in done.text and "unhandled" not in done.text, done.text
    assert done.text.count("error:") <= 3, "said once, and where Pulumi repeats it in its progress"
    assert WRONG_TOKEN not in done.text
    assert done.code == 1
    assert done.writes == []


@pytest.mark.parametrize("name", ["none at all", "a wrong token", "another account"])
def test_with_pinned_look_ups_it_is_the_first_write_that_is_refused(checkout: Checkout, name: str) -> None:
    """No look-up comes first; the provider checks whose credentials they are before it writes."""
    environ, told = CASES[name]
    settings = yaml.safe_load(checkout.stack_file.read_text())
    account = checkout.rehearsal.account
    pinned = {"workspaceSid": account["workspaceSid"], "queues": {"Everyone": account["queues"]["Everyone"]}}
    settings["config"]["flexpark:pinned"] = pinned
    checkout.stack_file.write_text(yaml.safe_dump(settings))
    try:
        done = checkout.pulumi("up", "--yes", "--skip-preview", **environ)
    finally:
        checkout.write({})
    assert told[0] in done.text, done.text
    assert "Traceback" not in done.text
    assert done.code == 1
    assert done.writes == []
