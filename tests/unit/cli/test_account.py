"""Flexpark's own way to a stack's account: the same sources of credentials as the provider's, in the same order."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from twilio_provider import config as of_the_provider

from flexpark import Environment, load_environment
from flexpark.cli import account
from flexpark.cli.account import IN_CONFIG, auth_token, credentials_of, open_door, signing_token
from flexpark.environment.stackfile import CREDENTIALS, own_keys
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


def test_the_stacks_file_says_more_than_the_environment(environment: Environment, tmp_path: Path) -> None:
    """As for the provider, which takes its inputs first: file and command, region, edge and endpoint."""
    (tmp_path / "file").write_text("TWILIO_AUTH_TOKEN=of-the-file\n")
    print_it = f"{sys.executable} -c \"print('TWILIO_AUTH_TOKEN=of-the-command')\""
    environ = {"TWILIO_CREDENTIALS_FILE": "nowhere", "TWILIO_CREDENTIALS_COMMAND": print_it}
    named = environment.model_copy(update={"credentials_file": str(tmp_path / "file")})
    assert credentials_of(named, {"TWILIO_CREDENTIALS_FILE": "nowhere"}).password == "of-the-file"
    assert credentials_of(named, environ).password == "of-the-command", "a command is the most particular of all"
    named = named.model_copy(update={"credentials_command": print_it})
    assert credentials_of(named, {"TWILIO_CREDENTIALS_COMMAND": "nowhere"}).password == "of-the-command"


def test_the_door_leads_where_the_provider_goes(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise `rollback`, `drift` or `adopt` would look at another region, or at Twilio for an emulator."""
    seen: list[tuple[str | None, ...]] = []
    monkeypatch.setattr(account, "Door", lambda _, **place: seen.append(tuple(place.values())))
    environ = {
        "TWILIO_ACCOUNT_SID": environment.account_sid,
        "TWILIO_AUTH_TOKEN": "t",
        "TWILIO_REGION": "au1",
        "TWILIO_EDGE": "sydney",
        "TWILIO_ENDPOINT": "http://127.0.0.1:2",
    }
    open_door(environment, environ)
    places = {"region": "ie1", "edge": "dublin", "endpoint": "http://127.0.0.1:1"}
    named = environment.model_copy(update=places)
    open_door(named, environ)
    open_door(named, {**environ, "TWILIO_REGION": "nowhere", "TWILIO_EDGE": "!", "TWILIO_ENDPOINT": "127"})
    of_file = ("ie1", "dublin", "http://127.0.0.1:1")
    assert seen == [("au1", "sydney", "http://127.0.0.1:2"), of_file, of_file]


def test_an_api_key_signs_nothing(environment: Environment, tmp_path: Path) -> None:
    """The auth token of any source does; beside a key the environment's does, where it is this account's."""
    (tmp_path / "key").write_text(f"TWILIO_API_KEY={KEY}\nTWILIO_API_SECRET=hush\n")
    (tmp_path / "token").write_text("TWILIO_AUTH_TOKEN=of-the-file\n")
    key, token = ({"TWILIO_CREDENTIALS_FILE": str(tmp_path / name)} for name in ("key", "token"))
    beside = {"TWILIO_AUTH_TOKEN": "beside"}
    assert signing_token(environment, {**token, **beside}) == "of-the-file"
    assert signing_token(environment, beside) == "beside"
    assert signing_token(environment, key) is None
    assert signing_token(environment, {**key, **beside}) == "beside"
    others = {**key, **beside, "TWILIO_ACCOUNT_SID": "AC" + "1" * 32}
    assert signing_token(environment, others) is None
    assert auth_token(credentials_of(environment, key), others) is None


def test_the_provider_knows_the_same_names() -> None:
    """Each has a table of its own, since none may import another's."""
    keys = {f"twilio:{name}" for name in of_the_provider.NAMES if name != "stackId"}
    assert keys == {key for key in own_keys() if key.startswith("twilio:")}
    assert set(CREDENTIALS) == set(IN_CONFIG)
    assert {f"twilio:{key}": variable for key, variable in of_the_provider.SECRETS.items()} == IN_CONFIG
