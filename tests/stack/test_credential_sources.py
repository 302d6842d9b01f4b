"""Credentials and places that are not in the environment: flexpark's own requests go by them, as the provider's do."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from flexpark.cli.rehearsal import open_rehearsal
from tests.stack.checkout import Checkout, Refusal

STACK = "acme-dev"
NONE = {"TWILIO_ACCOUNT_SID": None, "TWILIO_AUTH_TOKEN": None}
NOWHERE = {**NONE, "TWILIO_ENDPOINT": "http://127.0.0.1:9"}  # so that nothing asks Twilio itself


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A stack that is not up."""
    folder = tmp_path_factory.mktemp("sources")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        yield Checkout(folder / "checkout", rehearsal)


@pytest.fixture(autouse=True)
def _as_it_was(checkout: Checkout) -> Iterator[None]:
    """Each test begins with nothing pinned: a look-up is the provider's request, which needs credentials."""
    before = checkout.rehearsal.stack_file.read_text()
    yield
    checkout.rehearsal.stack_file.write_text(before)


def configure(checkout: Checkout, **config: Any) -> None:
    """Set keys of the provider in the stack's file."""
    file = checkout.rehearsal.stack_file
    content = yaml.safe_load(file.read_text())
    content["config"] |= {f"twilio:{key}": value for key, value in config.items()}
    file.write_text(yaml.safe_dump(content))


def run(checkout: Checkout, tool: str, *arguments: str, **environ: str | None) -> Refusal:
    """A command of `flexpark` or of plain `pulumi` on the stack, with its file."""
    file = ("--config-file", str(checkout.rehearsal.stack_file))
    if tool == "flexpark":
        return checkout.flexpark(*arguments, "-s", STACK, *file, **environ)
    return checkout.pulumi(*arguments, *file, **environ)


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
    checkout.rehearsal.pulumi("config", "set", "--secret", "twilio:authToken", token)
    assert token not in checkout.rehearsal.stack_file.read_text()
    done = adopt(checkout)
    assert done.code == 0, done.text
    assert token not in done.text


def test_without_any_it_is_refused(checkout: Checkout) -> None:
    """Exit code 3."""
    done = adopt(checkout)
    assert done.code == 3, done.text
    assert "no Twilio credentials" in done.text


@pytest.mark.parametrize("tool", ["flexpark", "pulumi"])
def test_the_stacks_file_says_how_to_get_there(checkout: Checkout, tmp_path: Path, tool: str) -> None:
    """Endpoint, edge, file and command as plain config, before the environment variables; a relative file, too."""
    token = checkout.rehearsal.account["authToken"]
    folder = checkout.root / "infra" if tool == "pulumi" else tmp_path
    (folder / "token.env").write_text(f"TWILIO_AUTH_TOKEN={token}\n")
    file = "token.env" if tool == "pulumi" else str(folder / "token.env")
    configure(checkout, endpoint=checkout.rehearsal.emulator.url, edge="dublin", credentialsFile=file)
    done = run(checkout, tool, "preview", **NOWHERE)
    assert done.code == 0, done.text
    configure(checkout, credentialsFile="nowhere", credentialsCommand=f"cat {folder / 'token.env'}")
    done = run(checkout, tool, "preview", **NOWHERE)
    assert done.code == 0, done.text


def test_an_unknown_key_of_the_provider_is_refused(checkout: Checkout) -> None:
    """The provider would never see it."""
    configure(checkout, regoin="ie1")
    for tool, code in (("pulumi", 1), ("flexpark", 2)):
        done = run(checkout, tool, "preview")
        assert done.code == code
        assert "twilio:regoin: is not a setting; did you mean twilio:region?" in done.text, done.text


def test_a_stack_lives_on_a_secret_of_its_config(checkout: Checkout, tmp_path: Path) -> None:
    """Both tools, up and preview, unchanged and changed; the state knows where to go, and no credential. Another
    address, edge or file is an update of the provider and of nothing else."""
    rehearsal = checkout.rehearsal
    token = rehearsal.account["authToken"]
    configure(checkout, endpoint=rehearsal.emulator.url)
    rehearsal.pulumi("config", "set", "--secret", "twilio:authToken", token)
    done = run(checkout, "flexpark", "up", "--yes", **NOWHERE)
    assert done.code == 0, done.text
    assert token not in done.text
    done = run(checkout, "flexpark", "up", "--yes", **NOWHERE)
    assert done.code == 0 and done.writes == [], done.text
    done = run(checkout, "pulumi", "preview", "--expect-no-changes", **NOWHERE)
    assert done.code == 0, done.text
    state = rehearsal.pulumi("stack", "export", "--show-secrets").stdout
    assert token not in state
    resources = json.loads(state)["deployment"]["resources"]
    [recorded] = [resource for resource in resources if resource["type"] == "pulumi:providers:twilio"]
    assert recorded["inputs"]["endpoint"] == rehearsal.emulator.url
    assert "authToken" not in recorded["inputs"]

    file = tmp_path / "credentials"
    file.write_text(f"TWILIO_AUTH_TOKEN={token}\n")
    elsewhere = rehearsal.emulator.url.replace("127.0.0.1", "localhost")
    configure(checkout, endpoint=elsewhere, edge="dublin", credentialsFile=str(file))
    for tool, arguments in (("pulumi", ("preview", "--json")), ("flexpark", ("up", "--yes"))):
        done = run(checkout, tool, *arguments, **NOWHERE)
        assert done.code == 0 and done.writes == [], done.text
        if tool == "pulumi":
            steps = json.loads(done.text[done.text.index("{") :])["steps"]
            changed = {(step["op"], step["urn"].rsplit("::", 2)[1]) for step in steps if step["op"] != "same"}
            assert changed == {("update", "pulumi:providers:twilio")}
    done = run(checkout, "pulumi", "refresh", "--yes", "--skip-preview", **NOWHERE)
    assert done.code == 0, done.text
