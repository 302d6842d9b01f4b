"""The functions: what exists is found by SID, id or name, with few requests and clear refusals."""

import pytest
from twilio_provider.values import Secret

from tests.unit.provider.engine_kit import CheckFailed, Engine, Failed
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.inventory import make

HOST = "taskrouter.twilio.com"


@pytest.fixture
def workspace(twilio: FakeTwilio) -> str:
    """A workspace that exists already, with three queues."""
    sid = str(twilio.add(HOST, "/v1/Workspaces", friendly_name="Flex Task Assignment")["sid"])
    for name in ("Everyone", "Sales", "Sales"):
        twilio.add(HOST, f"/v1/Workspaces/{sid}/TaskQueues", friendly_name=name)
    return sid


def test_by_sid_it_is_one_get(engine: Engine, twilio: FakeTwilio, workspace: str) -> None:
    """A SID or an id."""
    found = engine.invoke("twilio:taskrouter:getWorkspace", sid=workspace)
    assert found["friendlyName"] == "Flex Task Assignment"
    assert found["id"] == f"Workspaces/{workspace}"
    assert engine.invoke("twilio:taskrouter:getWorkspace", sid=found["id"])["sid"] == workspace
    assert len(twilio.seen()) == 2


def test_by_name_the_collection_is_listed_once_for_all_who_ask(
    engine: Engine, twilio: FakeTwilio, workspace: str
) -> None:
    """Two look-ups, one request."""
    for _ in range(2):
        engine.invoke("twilio:taskrouter:getTaskQueue", workspaceSid=workspace, friendlyName="Everyone")
    assert twilio.seen() == [f"GET /v1/Workspaces/{workspace}/TaskQueues"]


def test_the_flex_configuration_gives_the_sids_of_flex(engine: Engine) -> None:
    """So that nobody types them."""
    assert engine.invoke("twilio:flex:getConfiguration")["taskrouterWorkspaceSid"] == "WS" + "9" * 32


@pytest.mark.parametrize(
    ("arguments", "name", "reason"),
    [
        (
            {"friendlyName": "Suport"},
            "friendlyName",
            "there is no taskrouter:TaskQueue called 'Suport'; there are: Eve",
        ),
        ({"friendlyName": "Sales"}, "friendlyName", "2 of them are called 'Sales'"),
        ({}, "sid", "exactly one of sid or friendlyName must be given"),
        ({"sid": "WQ" + "1" * 32, "friendlyName": "Sales"}, "sid", "exactly one of sid or friendlyName must be given"),
        ({"sid": "WS" + "1" * 32}, "sid", "must be a SID (WQ and 32 hexadecimal digits)"),
        ({"sid": "WQ" + "1" * 32}, "sid", "there is no taskrouter:TaskQueue WQ"),
        ({"name": "Sales"}, "name", "is not an argument; there are: friendlyName, sid, workspaceSid"),
    ],
)
def test_what_cannot_be_found_says_why_and_what_there_is(
    engine: Engine, workspace: str, arguments: dict[str, str], name: str, reason: str
) -> None:
    """At the argument's name."""
    with pytest.raises(CheckFailed) as caught:
        engine.invoke("twilio:taskrouter:getTaskQueue", workspaceSid=workspace, **arguments)
    assert reason in caught.value.failures[name]


def test_a_list_that_is_not_whole_does_not_say_that_there_is_none(
    engine: Engine, twilio: FakeTwilio, workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how far it looked, and asks for the SID; what is on its first pages is found."""
    monkeypatch.setattr("twilio_provider.listings.PAGES", 1)
    twilio.page_size = 2
    queue = "twilio:taskrouter:getTaskQueue"
    assert engine.invoke(queue, workspaceSid=workspace, friendlyName="Everyone")["sid"]
    with pytest.raises(CheckFailed) as caught:
        engine.invoke(queue, workspaceSid=workspace, friendlyName="Support")
    said = "'Support' is not among the first 2 of taskrouter:TaskQueue, and there are more; give the sid"
    assert caught.value.failures["friendlyName"] == said


def test_members_that_are_not_all_listed_are_not_taken_for_all(
    engine: Engine, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refresh of a Subscription would record less than it delivers."""
    made = make(engine, "twilio:events:Subscription", types=[{"type": "a"}, {"type": "b"}])
    monkeypatch.setattr("twilio_provider.listings.PAGES", 1)
    twilio.page_size = 1
    with pytest.raises(Failed, match="has more than 1 types"):
        engine.refresh(made)


def test_what_is_archived_is_not_found(engine: Engine) -> None:
    """By name or by SID: Twilio shows it still, but nothing can be done with it."""
    plugin = make(engine, "twilio:flex:Plugin")
    engine.delete(plugin)
    for by in ({"uniqueName": plugin.inputs["uniqueName"]}, {"sid": plugin.sid}):
        with pytest.raises(CheckFailed, match="there is no flex:Plugin"):
            engine.invoke("twilio:flex:getPlugin", **by)


def test_a_secret_that_is_looked_up_is_a_secret(engine: Engine) -> None:
    """A Variable's value."""
    made = make(engine, "twilio:serverless:Variable")
    found = engine.invoke(
        "twilio:serverless:getVariable",
        serviceSid=made.inputs["serviceSid"],
        environmentSid=made.inputs["environmentSid"],
        key="FLEXPARK_WORKSPACE_SID",
    )
    assert isinstance(found["value"], Secret)


@pytest.fixture
def senders(twilio: FakeTwilio) -> str:
    """A service with one alpha sender for two countries, one for all, and one of another name."""
    host, services = "messaging.twilio.com", "/v1/Services"
    sid = str(twilio.add(host, services, friendly_name="Park")["sid"])
    for name, country in (("PARK", "DE"), ("PARK", "FR"), ("PARK", None), ("LOT", "DE")):
        path = f"{services}/{sid}/DestinationAlphaSenders"
        twilio.add(host, path, alpha_sender=name, iso_country_code=country)
    return sid


SENDER = "twilio:messaging:getDestinationAlphaSender"


def test_by_a_whole_key_one_of_several_is_found_and_by_half_of_it_where_that_is_one(
    engine: Engine, senders: str
) -> None:
    """A country beside the name; without it where nothing else has that name."""
    found = engine.invoke(SENDER, serviceSid=senders, alphaSender="PARK", isoCountryCode="FR")
    assert (found["alphaSender"], found["isoCountryCode"]) == ("PARK", "FR")
    assert engine.invoke(SENDER, serviceSid=senders, alphaSender="LOT")["isoCountryCode"] == "DE"


@pytest.mark.parametrize(
    ("arguments", "name", "reason"),
    [
        ({"alphaSender": "PARK"}, "alphaSender", "3 of them are called 'PARK' ("),
        ({"alphaSender": "PARK"}, "alphaSender", " isoCountryCode 'DE', "),
        ({"alphaSender": "PARK"}, "alphaSender", "; give isoCountryCode too, or the sid"),
        (
            {"alphaSender": "LOT", "isoCountryCode": "FR"},
            "alphaSender",
            "DestinationAlphaSender called 'LOT', isoCountryCode 'FR'; there are: LOT DE, PARK DE",
        ),
        ({"isoCountryCode": "DE"}, "sid", "exactly one of sid or alphaSender must be given"),
        ({"sid": "AI" + "1" * 32, "isoCountryCode": "DE"}, "isoCountryCode", "goes with alphaSender; sid alone says"),
    ],
)
def test_half_a_key_that_says_several_says_what_to_add(
    engine: Engine, senders: str, arguments: dict[str, str], name: str, reason: str
) -> None:
    """And what each of them has there."""
    with pytest.raises(CheckFailed) as caught:
        engine.invoke(SENDER, serviceSid=senders, **arguments)
    assert reason in caught.value.failures[name]


def test_an_address_is_found_by_its_kind_too(engine: Engine) -> None:
    """An address of Conversations may be there once for each kind."""
    made = make(engine, "twilio:conversations:AddressConfiguration")
    key = {name: made.outputs[name] for name in ("type", "address")}
    assert engine.invoke("twilio:conversations:getAddressConfiguration", **key)["id"] == made.identity
