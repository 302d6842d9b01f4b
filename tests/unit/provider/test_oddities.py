"""What single types have of their own."""

import re
from typing import Any

import pytest
from twilio_provider.catalogue.load import load
from twilio_provider.values import Asset, Secret, plain

from tests.unit.provider.engine_kit import Engine, Failed
from tests.unit.provider.fake_twilio import ACCOUNT, FakeTwilio, Fault
from tests.unit.provider.inventory import make

KEY = "twilio:iam:ApiKey"


def test_the_secret_of_an_api_key_is_told_once_and_kept(engine: Engine, twilio: FakeTwilio) -> None:
    """Only the create's answer has it: neither a refresh nor an update loses it, and it is always a secret."""
    made = make(engine, KEY)
    secret = made.outputs["secret"]
    assert isinstance(secret, Secret)
    read = engine.refresh(made)
    updated = engine.update(made, {**made.inputs, "friendlyName": "another"})
    assert read is not None
    assert read.outputs["secret"] == updated.outputs["secret"] == secret
    assert twilio.requests[1].form["AccountSid"] == [ACCOUNT]


def test_what_belongs_to_the_account_needs_no_word_about_it(engine: Engine, twilio: FakeTwilio) -> None:
    """The account is the parent, in the id too; look-ups and imports follow."""
    made = engine.create("twilio:api:Queue", {"friendlyName": "Waiting"})
    assert made.identity == f"Accounts/{ACCOUNT}/Queues/{made.sid}"
    assert twilio.seen() == [f"POST /2010-04-01/Accounts/{ACCOUNT}/Queues.json"]
    found = engine.invoke("twilio:api:getQueue", friendlyName="Waiting")
    assert (found["id"], found["sid"]) == (made.identity, made.sid)
    again = [engine.refresh(made) for _ in range(3)]
    assert again == [made] * 3


@pytest.mark.parametrize("key", ["plain", "with space", "a/b", "ünï%41", "?&#"])
def test_any_key_of_a_map_item_is_a_path_and_comes_back(engine: Engine, key: str) -> None:
    """Quoted in the id, read as it was written."""
    first = make(engine, "twilio:sync:MapItem")
    made = engine.create("twilio:sync:MapItem", {**first.inputs, "key": key}, name="another")
    imported = engine.import_("twilio:sync:MapItem", made.identity)
    assert imported is not None
    assert imported.inputs["key"] == key
    assert engine.diff(imported, made.inputs).changes == 1


def test_a_nested_setting_is_a_flat_input_that_is_read_back(engine: Engine, twilio: FakeTwilio) -> None:
    """``Configuration.Url`` is sent, ``configuration.url`` is shown; a change behind our back is seen."""
    made = make(engine, "twilio:conversations:Webhook")
    twilio.items["conversations", f"/v1/{made.identity}"]["configuration"]["url"] = "https://example.com/else"
    read = engine.refresh(made)
    assert read is not None
    assert list(engine.diff(read, made.inputs).diffs) == ["configurationUrl"]


def test_an_update_sends_what_twilio_requires_besides_what_changed(engine: Engine, twilio: FakeTwilio) -> None:
    """Studio wants the status with every revision."""
    made = make(engine, "twilio:studio:Flow")
    engine.update(made, {**made.inputs, "friendlyName": "Another"})
    assert set(twilio.requests[-1].form) == {"Status", "FriendlyName"}


@pytest.mark.parametrize(
    ("token", "extra"),
    [("twilio:sync:Document", {"ttl": 60}), ("twilio:conversations:Credential", {"privateKey": "hush"})],
)
def test_what_twilio_never_shows_is_kept_as_given(engine: Engine, token: str, extra: dict[str, Any]) -> None:
    """A refresh changes nothing about it."""
    made = make(engine, token, **extra)
    read = engine.refresh(made)
    assert read is not None
    assert read.inputs == made.inputs
    assert plain(read.outputs) == plain(made.outputs)


def test_an_asset_is_uploaded_as_what_it_is(engine: Engine, twilio: FakeTwilio) -> None:
    """Its name and type come from its path."""
    made = make(engine, "twilio:serverless:AssetVersion", content=Asset("", text="body { color: red }"))
    assert twilio.contents[made.sid] == b"body { color: red }"
    assert twilio.requests[-1].host == "serverless-upload.twilio.com"


def test_an_address_with_a_password_is_a_secret(engine: Engine, twilio: FakeTwilio) -> None:
    """Twilio calls webhooks as ``https://user:password@host``: hidden in inputs, outputs, imports and look-ups."""
    address = "https://twilio:hush-hush@example.com/events"
    made = engine.create("twilio:taskrouter:Workspace", {"friendlyName": "Park", "eventCallbackUrl": address})
    imported = engine.import_("twilio:taskrouter:Workspace", made.identity)
    found = engine.invoke("twilio:taskrouter:getWorkspace", sid=made.sid)
    assert imported is not None
    for values in (made.inputs, made.outputs, imported.inputs, imported.outputs, found):
        assert isinstance(values["eventCallbackUrl"], Secret)
        assert plain(values["eventCallbackUrl"]) == address
    refusal = {"code": 20001, "message": f"{address} does not answer"}
    twilio.faults.append(Fault("POST", "Workspaces", 400, body=refusal))
    with pytest.raises(Failed) as caught:
        engine.update(made, {**made.inputs, "friendlyName": "Parked"})
    assert "[secret] does not answer" in caught.value.message


# What is named like a secret and is none.
NO_SECRETS = {"keyType", "authType", "authTypeSet", "authorSid", "author", "publicKey", "includeCredentials", "key"}
NO_SECRETS |= {"private", "authProfileId", "clientCredentialsAuthMethod", "tokenUrl", "sharedKeyId"}


def test_whatever_is_named_like_a_secret_is_one() -> None:
    """Passwords, tokens, keys and certificates of any type, those of a later SDK too."""
    like = re.compile(r"password|secret|token|credential|key|certificate|auth|private", re.IGNORECASE)
    for resource in load().resources:
        for name in {i.name for i in resource.inputs} | {o.name for o in resource.outputs}:
            if like.search(name) and not name.startswith("passkeys") and not name.endswith("Sid"):
                assert name in resource.secrets or name in NO_SECRETS, (resource.token, name)
