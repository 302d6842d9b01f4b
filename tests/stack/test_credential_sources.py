"""Credentials that are not in the environment: flexpark's own requests are made with them, as the provider's are."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexpark.cli.rehearsal import open_rehearsal
from tests.stack.checkout import Checkout, Refusal

STACK = "acme-dev"
NONE = {"TWILIO_ACCOUNT_SID": None, "TWILIO_AUTH_TOKEN": None}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A stack that is not up."""
    folder = tmp_path_factory.mktemp("sources")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        yield Checkout(folder / "checkout", rehearsal)


def adopt(checkout: Checkout, **environ: str | None) -> Refusal:
    """A command that runs the provider first, and then asks the account itself."""
    file = str(checkout.rehearsal.stack_file)
    return checkout.flexpark("adopt", "-s", STACK, "--config-file", file, "--yes", **{**NONE, **environ})


def test_a_file_is_read(checkout: Checkout, tmp_path: Path) -> None:
    """TWILIO_CREDENTIALS_FILE."""
    file = tmp_path / "credentials"
    file.write_text(f"TWILIO_AUTH_TOKEN={checkout.rehearsal.account['authToken']}\n")
    done = adopt(checkout, TWILIO_CREDENTIALS_FILE=str(file))
    assert done.code == 0, done.text


def test_a_command_is_run(checkout: Checkout, tmp_path: Path) -> None:
    """TWILIO_CREDENTIALS_COMMAND."""
    script = tmp_path / "credentials.py"
    script.write_text(f"print('TWILIO_AUTH_TOKEN={checkout.rehearsal.account['authToken']}')\n")
    done = adopt(checkout, TWILIO_CREDENTIALS_COMMAND=f"{sys.executable} {script}")
    assert done.code == 0, done.text


def test_a_secret_of_the_stacks_config_is_decrypted(checkout: Checkout) -> None:
    """`twilio:authToken`; the file that `--config-file` names is the one that is read."""
    token = checkout.rehearsal.account["authToken"]
    before = checkout.rehearsal.stack_file.read_text()
    checkout.rehearsal.pulumi("config", "set", "--secret", "twilio:authToken", token)
    try:
        assert token not in checkout.rehearsal.stack_file.read_text()
        done = adopt(checkout)
    finally:
        checkout.rehearsal.stack_file.write_text(before)
    assert done.code == 0, done.text
    assert token not in done.text


def test_without_any_it_is_refused(checkout: Checkout) -> None:
    """Exit code 3."""
    done = adopt(checkout)
    assert done.code == 3, done.text
    assert "no Twilio credentials" in done.text
