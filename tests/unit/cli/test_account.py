"""Flexpark's own way to a stack's account: the same sources of credentials as the provider's, in the same order."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from twilio_provider import config as of_the_provider

from flexpark import Environment, load_environment
from flexpark.cli.account import IN_CONFIG, credentials_of, open_door
from flexpark.errors import AuthenticationError, ConfigurationError

ROOT = Path(__file__).resolve().parents[3]
KEY = "SK" + "c" * 32


@pytest.fixture
def environment() -> Environment:
    """The example's."""
    return load_environment(ROOT, "acme-dev")


def stack_file(folder: Path, **config: str) -> Path:
    """A stack's file with these keys of the provider in its config."""
    path = folder / "Pulumi.acme-dev.yaml"
    path.write_text(yaml.safe_dump({"config": {f"twilio:{key}": value for key, value in config.items()}}))
    return path


def test_the_more_particular_source_wins(environment: Environment, tmp_path: Path) -> None:
    """Command, file, config, environment; the stack's account completes what names none."""
    (tmp_path / "file").write_text("TWILIO_AUTH_TOKEN=of-the-file\n")
    config = stack_file(tmp_path, authToken="of-the-config")
    environ = {"TWILIO_ACCOUNT_SID": environment.account_sid, "TWILIO_AUTH_TOKEN": "of-the-environment"}
    file = {"TWILIO_CREDENTIALS_FILE": str(tmp_path / "file")}
    command = {"TWILIO_CREDENTIALS_COMMAND": f"{sys.executable} -c \"print('TWILIO_AUTH_TOKEN=of-the-command')\""}

    def password(given: Mapping[str, str], config_file: Path | None = None) -> str:
        return credentials_of(environment, given, config_file=config_file).password

    assert password(environ) == "of-the-environment"
    assert password(environ, config) == "of-the-config"
    assert password(environ | file, config) == "of-the-file"
    assert password(environ | file | command, config) == "of-the-command"
    assert password(command) == "of-the-command"


def test_an_api_key_in_the_config_is_one(environment: Environment, tmp_path: Path) -> None:
    """Plain or encrypted, as `twilio:apiKey` and `twilio:apiSecret`."""
    config = stack_file(tmp_path, apiKey=KEY, apiSecret="hush")
    assert credentials_of(environment, {}, config_file=config).username == KEY


def test_a_relative_file_lies_where_the_provider_looks_for_it(environment: Environment) -> None:
    """The engine starts the provider in the program's folder."""
    with pytest.raises(AuthenticationError) as caught:
        credentials_of(environment, {"TWILIO_CREDENTIALS_FILE": "no-such.env"})
    assert str(ROOT / "infra" / "no-such.env") in str(caught.value)


@pytest.mark.parametrize("account", [None, "AC" + "1" * 32])
def test_none_or_another_accounts_are_refused(environment: Environment, tmp_path: Path, account: str | None) -> None:
    """Exit code 3; the stack is named, the secret is not."""
    (tmp_path / "json").write_text(json.dumps({"TWILIO_ACCOUNT_SID": account, "TWILIO_AUTH_TOKEN": "hush-hush"}))
    with pytest.raises(AuthenticationError) as caught:
        open_door(environment, {"TWILIO_CREDENTIALS_FILE": str(tmp_path / "json")} if account else {})
    assert str(caught.value).startswith("acme-dev: ")
    assert "hush-hush" not in str(caught.value)


def test_a_place_that_cannot_be_is_told_before_anything_is_asked(environment: Environment) -> None:
    """By its variable, all at once, not as an address that does not answer."""
    places = {"TWILIO_REGION": "europe", "TWILIO_EDGE": "Dublin!", "TWILIO_ENDPOINT": "127.0.0.1:8080"}
    with pytest.raises(ConfigurationError) as caught:
        open_door(environment, places)
    for name in places:
        assert f"{name} is " in str(caught.value)


def test_the_provider_knows_the_same_names() -> None:
    """Both have a table of their own, since neither may import the other."""
    assert {f"twilio:{key}": variable for key, variable in of_the_provider.SECRETS.items()} == IN_CONFIG
