"""Where credentials come from, and that they are nobody's business: no diff, no state, no message."""

import json
import sys
from pathlib import Path

import pytest
from pulumi.runtime.proto import provider_pb2
from twilio_api.credentials import find
from twilio_api.errors import CredentialsMissing
from twilio_provider.values import Secret, decode, encode

from tests.unit.provider.engine_kit import Engine, Failed
from tests.unit.provider.fake_twilio import ACCOUNT, TOKEN, FakeTwilio
from tests.unit.provider.inventory import make
from tests.unit.provider.serving import served

SYNC = "twilio:sync:Service"
KEY = "SK" + "c" * 32


@pytest.mark.parametrize(
    "text",
    [
        f"TWILIO_ACCOUNT_SID={ACCOUNT}\nTWILIO_AUTH_TOKEN={TOKEN}\n",
        f"# ours\nexport TWILIO_ACCOUNT_SID='{ACCOUNT}'\n\nexport TWILIO_AUTH_TOKEN=\"{TOKEN}\"\nOTHER=x",
        json.dumps({"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}),
    ],
    ids=["lines", "exports", "JSON"],
)
@pytest.mark.parametrize("way", ["file", "command"])
def test_a_file_or_a_command_gives_them(twilio: FakeTwilio, tmp_path: Path, text: str, way: str) -> None:
    """As the environment would; the file may be the program's own, by a relative path."""
    (tmp_path / "credentials").write_text(text)
    printing = f"{sys.executable} -c \"print(open('{tmp_path / 'credentials'}').read())\""
    given = {"credentialsFile": str(tmp_path / "credentials")} if way == "file" else {"credentialsCommand": printing}
    with served({"TWILIO_ENDPOINT": twilio.url}) as address, Engine(address) as engine:
        engine.configure(**given)
        assert make(engine, SYNC).sid.startswith("IS")


def test_the_more_particular_source_wins(tmp_path: Path) -> None:
    """Command, file, config, environment; an account that is named elsewhere completes them."""
    (tmp_path / "file").write_text(f"TWILIO_API_KEY={KEY}\nTWILIO_API_SECRET=of-the-file")
    environment = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "of-the-environment"}
    config = {"TWILIO_AUTH_TOKEN": "of-the-config"}
    say = f"{sys.executable} -c \"print('TWILIO_AUTH_TOKEN=of-the-command')\""
    passwords = [
        find(environment).password,
        find(environment, config=config, account_sid=ACCOUNT).password,
        find(environment, config=config, file="file", folder=tmp_path, account_sid=ACCOUNT).password,
        find(environment, config=config, file="file", folder=tmp_path, command=say, account_sid=ACCOUNT).password,
    ]
    assert passwords == ["of-the-environment", "of-the-config", "of-the-file", "of-the-command"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"file": "absent"}, "absent cannot be read: No such file"),
        ({"file": "prose"}, "The file prose cannot be understood: lines NAME=value or one JSON object"),
        ({"file": "empty"}, "There are no Twilio credentials in empty"),
        ({"command": "no-such-command --hush-hush"}, "command 'no-such-command' cannot be run"),
        ({"command": f"{sys.executable} -c 'exit(\"hush-hush\")'"}, "ended with code 1. Run it by hand"),
    ],
)
def test_what_is_wrong_with_a_source_is_said_without_what_is_in_it(
    tmp_path: Path, given: dict[str, str], said: str
) -> None:
    """Neither the content nor the arguments nor the output of a command is repeated."""
    (tmp_path / "prose").write_text("hush-hush is my token")
    (tmp_path / "empty").write_text("")
    with pytest.raises(CredentialsMissing) as caught:
        find({}, **given, folder=tmp_path)  # type: ignore[arg-type]
    assert said in str(caught.value)
    assert "hush-hush" not in str(caught.value)


def test_secrets_of_the_config_reach_the_provider_and_no_state(twilio: FakeTwilio) -> None:
    """A default provider's inputs are the config: what CheckConfig answers is what the state records."""
    given = {"accountSid": ACCOUNT, "authToken": Secret(TOKEN)}
    with served({"TWILIO_ENDPOINT": twilio.url}) as address, Engine(address) as engine:
        answer = engine.call("CheckConfig", provider_pb2.CheckRequest(news=encode(given)))
        assert not answer.failures
        assert decode(answer.inputs) == {"accountSid": ACCOUNT}
        engine.call("Configure", provider_pb2.ConfigureRequest(args=answer.inputs))
        assert make(engine, SYNC).sid.startswith("IS")


def test_todays_config_counts_when_only_the_state_is_at_hand(twilio: FakeTwilio) -> None:
    """In a destroy the program does not run: the engine gives the plugin the stack's config when it starts it."""
    environment = {"TWILIO_ENDPOINT": twilio.url, "PULUMI_CONFIG": json.dumps({"authToken": TOKEN})}
    with served(environment) as address, Engine(address) as engine:
        recorded = encode({"accountSid": ACCOUNT})
        engine.call("Configure", provider_pb2.ConfigureRequest(args=recorded))
        assert make(engine, SYNC).sid.startswith("IS")


def test_a_token_that_was_told_is_for_one_configure(twilio: FakeTwilio) -> None:
    """An engine is known by its port, and ports are used again: a destroy, which tells none, gets nobody else's."""
    given = {"accountSid": ACCOUNT, "authToken": Secret(TOKEN)}
    with served({"TWILIO_ENDPOINT": twilio.url}) as address, Engine(address) as engine:
        answer = engine.call("CheckConfig", provider_pb2.CheckRequest(news=encode(given)))
        for _ in range(2):
            engine.call("Configure", provider_pb2.ConfigureRequest(args=answer.inputs))
        with pytest.raises(Failed, match="no Twilio credentials"):
            make(engine, SYNC)
    assert twilio.requests == []


def test_rotating_them_is_no_difference(address: str) -> None:
    """They are no inputs, so there is nothing to compare."""
    with Engine(address) as engine:
        request = provider_pb2.DiffRequest(
            old_inputs=encode({"accountSid": ACCOUNT, "authToken": Secret("old")}),
            news=encode({"accountSid": ACCOUNT, "authToken": Secret("new")}),
        )
        answer = engine.call("DiffConfig", request)
    assert list(answer.diffs) == []


@pytest.mark.parametrize(("name", "value"), [("TWILIO_REGION", "europe"), ("TWILIO_EDGE", "Dublin!")])
def test_a_region_that_cannot_be_is_told_before_anything_is_sent(twilio: FakeTwilio, name: str, value: str) -> None:
    """By its variable, not as an address that does not answer."""
    with served({**twilio.environment, name: value}) as address, Engine(address) as engine:
        engine.configure()
        with pytest.raises(Failed) as caught:
            make(engine, SYNC)
    assert (
        f"twilio:{name.removeprefix('TWILIO_').lower()} (or its environment variable) must be" in caught.value.message
    )
    assert twilio.requests == []
