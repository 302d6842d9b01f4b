"""Whose account? Known before the first write, whatever the credentials may read; and no other one is reached into."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from pulumi.runtime.proto import provider_pb2
from twilio_provider.catalogue.load import load
from twilio_provider.values import encode

from tests.unit.provider.engine_kit import CheckFailed, Engine, Failed, Resource, urn
from tests.unit.provider.fake_twilio import ACCOUNT, FakeTwilio, Fault
from tests.unit.provider.inventory import make
from tests.unit.provider.serving import served

SYNC = "twilio:sync:Service"
QUEUE = "twilio:api:Queue"
OTHER = "AC" + "b" * 32
KEY = {"TWILIO_API_KEY": "SK" + "c" * 32, "TWILIO_API_SECRET": "the-secret"}
THEIRS = [r.token for r in load().resources if "accountSid" in r.parents]


@contextmanager
def by_key(twilio: FakeTwilio, account: str = ACCOUNT) -> Iterator[Engine]:
    """An engine whose credentials are an API key of the stand-in's account, used for a stack of that account."""
    twilio.users.add(":".join(KEY.values()))
    environment = {**twilio.environment, **KEY, "TWILIO_ACCOUNT_SID": account}
    with served(environment) as address, Engine(address) as engine:
        engine.configure(accountSid=account)
        yield engine


def forbidden(twilio: FakeTwilio, *paths: str) -> None:
    """As a restricted key finds it."""
    twilio.faults += [Fault("GET", f"{path}$", 403, times=9) for path in paths]


@pytest.mark.parametrize("status", [200, 403], ids=["no workspace", "workspaces forbidden"])
def test_a_key_of_another_account_is_refused_before_the_first_write(twilio: FakeTwilio, status: int) -> None:
    """Where no workspace shows whose it is, the Conversations configuration does."""
    if status == 403:
        forbidden(twilio, "Workspaces")
    with by_key(twilio, OTHER) as engine, pytest.raises(Failed) as caught:
        make(engine, SYNC)
    assert f"the stack belongs to account {OTHER} (twilio:accountSid), the credentials to {ACCOUNT}" in (
        caught.value.message
    )
    assert {request.method for request in twilio.requests} == {"GET"}


def test_a_restricted_key_of_another_account_is_refused_at_the_accounts_address(twilio: FakeTwilio) -> None:
    """Where nothing shows whose it is."""
    forbidden(twilio, "Workspaces", "Configuration")
    with by_key(twilio, OTHER) as engine, pytest.raises(Failed) as caught:
        make(engine, SYNC)
    assert f"does not accept the credentials of TWILIO_API_KEY {KEY['TWILIO_API_KEY']} for account {OTHER}" in (
        caught.value.message
    )
    assert {request.method for request in twilio.requests} == {"GET"}


def test_a_key_of_an_account_without_a_workspace_is_tried_on_what_every_account_has(twilio: FakeTwilio) -> None:
    """Two requests then, one where there is a workspace; not the account itself, which a Standard key may not read."""
    with by_key(twilio) as engine:
        make(engine, SYNC)
    assert twilio.seen(checks=True) == ["GET /v1/Workspaces", "GET /v1/Configuration", "POST /v1/Services"]


def test_a_key_that_may_read_none_of_it_is_let_through(twilio: FakeTwilio) -> None:
    """A restricted key: what its answers show is looked at all the same."""
    forbidden(twilio, "Workspaces", "Configuration", "Queues.json")
    with by_key(twilio) as engine:
        assert make(engine, SYNC).sid


def test_a_write_that_went_to_another_account_names_what_it_made(twilio: FakeTwilio) -> None:
    """So that it can be found and deleted there: nothing is recorded of it."""
    forbidden(twilio, "Workspaces", "Configuration", "Queues.json")
    made = {"sid": "IS" + "7" * 32, "account_sid": OTHER}
    twilio.faults.append(Fault("POST", "Services$", 201, body=made))
    with by_key(twilio) as engine, pytest.raises(Failed) as caught:
        make(engine, SYNC)
    assert f"{made['sid']} is in {OTHER} now" in caught.value.message
    assert caught.value.half is None


@pytest.mark.parametrize("token", THEIRS)
def test_an_account_sid_that_is_not_the_stacks_is_refused_by_the_check(engine: Engine, token: str) -> None:
    """At its name, with the one that it has to be."""
    with pytest.raises(CheckFailed) as caught:
        engine.check(token, {"accountSid": OTHER})
    assert caught.value.failures["accountSid"] == (
        f"must be {ACCOUNT}, the stack's account (twilio:accountSid), not {OTHER}"
    )


def test_so_it_is_by_what_the_check_could_not_know(engine: Engine, twilio: FakeTwilio) -> None:
    """A create of what was unknown before, and ids of another account; nothing is asked of Twilio."""
    inputs = {"friendlyName": "q", "accountSid": OTHER}
    identity = f"Accounts/{OTHER}/Queues/QU" + "1" * 32
    request = provider_pb2.CreateRequest(urn=urn(QUEUE, "it"), properties=encode(inputs))
    recorded = Resource(QUEUE, "it", identity, {**inputs, "accountSid": ACCOUNT}, inputs)
    for attempt in (
        lambda: engine.call("Create", request),
        lambda: engine.import_(QUEUE, identity),
        lambda: engine.refresh(recorded),
        lambda: engine.update(recorded, {"friendlyName": "other"}),
        lambda: engine.delete(recorded),
    ):
        with pytest.raises(Failed, match="accountSid: must be"):
            attempt()
    assert twilio.requests == []


def test_a_credential_may_be_for_a_subaccount(engine: Engine, twilio: FakeTwilio) -> None:
    """That is what its `accountSid` is for, and its answers may show it."""
    token = "twilio:accounts:AwsCredential"
    inputs = {"credentials": "AKIA:hush", "friendlyName": "aws", "accountSid": OTHER}
    made = {"sid": "CR" + "1" * 32, "account_sid": OTHER, "friendly_name": "aws"}
    twilio.faults += [Fault(method, "AWS", 200, body=made) for method in ("POST", "GET")]
    there = engine.create(token, inputs)
    with Engine(engine.address) as later:
        later.configure(accountSid=ACCOUNT, stackId="5tack")
        assert later.refresh(there) is not None


def test_credentials_that_twilio_refuses_are_tried_once(twilio: FakeTwilio) -> None:
    """However many wait for them, at once or later: repeated attempts could lock the account out."""
    with served({**twilio.environment, "TWILIO_AUTH_TOKEN": "wrong"}) as address, Engine(address) as engine:
        engine.configure(accountSid=ACCOUNT)
        for _ in range(2):
            with ThreadPoolExecutor(8) as pool:
                failures = list(pool.map(lambda n: _failure(engine, n), range(8)))
            assert all("does not accept the credentials" in told for told in failures)
    assert len(twilio.requests) == 1


def test_all_who_wait_for_a_dead_endpoint_share_its_failure(
    twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One try with all its repeats, not one for each; who comes later tries anew, and finds it alive."""
    monkeypatch.setattr("twilio_api.retry.ATTEMPTS", 2)
    twilio.faults.append(Fault("GET", "/Accounts/", 0, times=2, drop=True, hold=0.3))
    with served(twilio.environment) as address, Engine(address) as engine:
        engine.configure(accountSid=ACCOUNT)
        with ThreadPoolExecutor(8) as pool:
            failures = list(pool.map(lambda n: _failure(engine, n), range(8)))
        assert all("gave no answer" in told for told in failures)
        assert len(twilio.requests) == 2
        assert make(engine, SYNC).sid


def _failure(engine: Engine, number: int) -> str:
    with pytest.raises(Failed) as caught:
        engine.create(SYNC, {"friendlyName": str(number)}, name=str(number))
    return caught.value.message
