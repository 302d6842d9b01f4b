"""Whose request is it? Credentials, accounts, and several engines on one process."""

import threading

import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from tests.unit.provider.engine_kit import CheckFailed, Engine, Failed, urn
from tests.unit.provider.fake_twilio import ACCOUNT, TOKEN, FakeTwilio, Fault
from tests.unit.provider.inventory import EXAMPLES, make
from tests.unit.provider.serving import served

SYNC = "twilio:sync:Service"
OTHER = "AC" + "b" * 32


def failure(environment: dict[str, str], **settings: str) -> Failed:
    """What a create says under that environment."""
    with served(environment) as address, Engine(address) as engine:
        engine.configure(**settings)
        with pytest.raises(Failed) as caught:
            make(engine, SYNC)
        return caught.value


def test_nothing_is_asked_of_twilio_before_it_is_needed(engine: Engine, twilio: FakeTwilio) -> None:
    """Not by Configure, Check, Diff or a preview; then once, before the first request."""
    engine.create(SYNC, EXAMPLES[SYNC].inputs, preview=True)
    assert twilio.requests == []
    made = make(engine, SYNC)
    engine.refresh(made)
    assert [r.host for r in twilio.requests] == ["api.twilio.com", "sync.twilio.com", "sync.twilio.com"]


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "There are no Twilio credentials in the environment"),
        ({"TWILIO_ACCOUNT_SID": ACCOUNT}, "TWILIO_AUTH_TOKEN is not set"),
        ({"TWILIO_AUTH_TOKEN": TOKEN}, "TWILIO_ACCOUNT_SID is not set"),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": TOKEN}, "is not an account SID"),
        ({"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_API_KEY": "SK1"}, "belong together"),
    ],
    ids=["none", "no token", "no account", "bad account", "half a key"],
)
def test_missing_credentials_are_named(environment: dict[str, str], said: str, twilio: FakeTwilio) -> None:
    """A short message that says which variables; nothing was sent; there is no fallback to any emulator."""
    caught = failure({**environment, "TWILIO_ENDPOINT": twilio.url})
    assert caught.code == "UNAUTHENTICATED"
    assert said in caught.message
    assert twilio.requests == []
    assert TOKEN not in caught.message


def test_wrong_credentials_are_told_before_anything_is_written(twilio: FakeTwilio) -> None:
    """One request, which writes nothing; the token is nowhere in the message."""
    caught = failure({**twilio.environment, "TWILIO_AUTH_TOKEN": "not-the-token"})
    assert caught.code == "UNAUTHENTICATED"
    assert f"does not accept the credentials of TWILIO_ACCOUNT_SID {ACCOUNT}" in caught.message
    assert "not-the-token" not in caught.message
    assert [r.method for r in twilio.requests] == ["GET"]


def test_credentials_of_another_account_than_the_stacks_are_refused(twilio: FakeTwilio) -> None:
    """The account guard: no request at all."""
    caught = failure(twilio.environment, accountSid=OTHER)
    assert caught.code == "FAILED_PRECONDITION"
    assert f"the stack belongs to account {OTHER} (twilio:accountSid), the credentials to {ACCOUNT}" in caught.message
    assert twilio.requests == []


def test_a_suspended_account_is_told(twilio: FakeTwilio) -> None:
    """Before the first write."""
    twilio.faults.append(Fault("GET", "/Accounts/", 200, body={"sid": ACCOUNT, "status": "suspended"}))
    assert "is suspended" in failure(twilio.environment).message


def test_an_api_key_is_tried_on_what_any_key_may_read(twilio: FakeTwilio) -> None:
    """A Standard key may not read its account: another list serves, and the account shows in what it holds."""
    twilio.users.add("SK" + "c" * 32 + ":the-secret")
    twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Flex", account_sid=OTHER)
    for body in twilio.items.values():
        body["account_sid"] = OTHER
    key = {"TWILIO_API_KEY": "SK" + "c" * 32, "TWILIO_API_SECRET": "the-secret"}
    caught = failure({**twilio.environment, **key}, accountSid=ACCOUNT)
    assert f"the credentials to {OTHER}" in caught.message
    assert twilio.seen() == ["GET /v1/Workspaces"]
    wrong = failure({**twilio.environment, **key, "TWILIO_API_SECRET": "not-it"}, accountSid=ACCOUNT)
    assert "does not accept the credentials of TWILIO_API_KEY SK" in wrong.message
    assert "not-it" not in wrong.message


def test_an_endpoint_where_nobody_listens_is_named() -> None:
    """Nothing was done, and it says so."""
    environment = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_ENDPOINT": "http://127.0.0.1:1"}
    caught = failure(environment)
    assert caught.code == "UNAVAILABLE"
    assert "http://127.0.0.1:1 (for api.twilio.com) gave no answer: no connection could be made" in caught.message
    assert "Nothing was done" in caught.message


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [({"accountSid": "AC1"}, "accountSid"), ({"endpoint": "ftp://x"}, "endpoint"), ({"acountSid": "x"}, "acountSid")],
)
def test_wrong_settings_are_refused_at_their_name(address: str, settings: dict[str, str], wrong: str) -> None:
    """By CheckConfig, without any request."""
    with Engine(address) as engine, pytest.raises(CheckFailed) as caught:
        engine.configure(**settings)
    assert list(caught.value.failures) == [wrong]


def test_a_connection_that_configured_nothing_is_refused(engine: Engine, twilio: FakeTwilio) -> None:
    """Another engine's session is no default."""
    with Engine(engine.address) as stranger, pytest.raises(Failed) as caught:
        request = provider_pb2.CreateRequest(urn=urn(SYNC, "it"))
        stranger.call("Create", request)
    assert "has not configured the provider" in caught.value.message
    assert twilio.requests == []


def test_an_engine_that_reconnects_to_its_own_process_goes_on(twilio: FakeTwilio) -> None:
    """grpc-go drops a connection that was idle for 30 minutes; the next request comes from another port."""
    twilio.polls = 2
    with served(twilio.environment, private=True) as address:
        with Engine(address) as early, pytest.raises(Failed):
            make(early, SYNC)  # nothing was configured yet
        with Engine(address) as before:
            before.configure(accountSid=ACCOUNT, stackId="5tack")
            made = make(before, SYNC)
        with Engine(address) as after:
            assert after.refresh(made) == made
            after.call("Cancel", Empty())
            with pytest.raises(Failed, match="cancelled"):
                make(after, "twilio:serverless:Build")


def test_a_process_that_two_have_configured_belongs_to_neither(twilio: FakeTwilio) -> None:
    """A third connection is refused then, and the two keep to their own."""
    with (
        served(twilio.environment, private=True) as address,
        Engine(address) as one,
        Engine(address) as two,
        Engine(address) as third,
    ):
        one.configure(accountSid=ACCOUNT)
        two.configure(accountSid=OTHER)
        with pytest.raises(Failed, match="has not configured"):
            make(third, SYNC)
        make(one, SYNC)
        with pytest.raises(Failed, match="belongs to account"):
            make(two, SYNC)


def test_two_stacks_on_one_process_keep_to_their_own_and_cancel_alone(address: str, twilio: FakeTwilio) -> None:
    """One is cancelled while the other goes on."""
    twilio.polls = 2
    with Engine(address) as one, Engine(address) as two:
        one.configure(accountSid=ACCOUNT, stackId="one")
        two.configure(accountSid=ACCOUNT, stackId="two")
        one.call("Cancel", Empty())
        failed: list[Failed] = []

        def build_of_one() -> None:
            try:
                make(one, "twilio:serverless:Build", runtime="node22")
            except Failed as error:
                failed.append(error)

        thread = threading.Thread(target=build_of_one)
        thread.start()
        thread.join()
        worker = make(two, "twilio:taskrouter:Worker")
        assert failed
        assert "cancelled" in failed[0].message
    attributes = twilio.items["taskrouter", f"/v1/{worker.identity}"]["attributes"]
    assert '"_pulumi_owner": "two/it"' in attributes


def test_an_engine_of_another_account_on_the_same_process_writes_nothing(address: str, twilio: FakeTwilio) -> None:
    """Each session has its own guard."""
    with Engine(address) as ours, Engine(address) as theirs:
        ours.configure(accountSid=ACCOUNT)
        theirs.configure(accountSid=OTHER)
        with pytest.raises(Failed) as caught:
            make(theirs, SYNC)
        assert "the stack belongs to account" in caught.value.message
        make(ours, SYNC)
    assert len(twilio.items) == 1


def test_a_type_under_a_component_is_its_own_type(engine: Engine) -> None:
    """The URN's type is then ``parent$child``."""
    assert engine.create(SYNC, EXAMPLES[SYNC].inputs, parent_type="acme:index:Sync").sid.startswith("IS")


def test_a_type_that_is_not_served_is_refused_by_name(engine: Engine) -> None:
    """Never silently."""
    with pytest.raises(Failed) as caught:
        engine.check("twilio:chat:Channel", {})
    assert caught.value.code == "UNIMPLEMENTED"
    assert "twilio:chat:Channel" in caught.value.message
