"""Listing: functions for programs, and the List RPC for `pulumi do`."""

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2
from twilio_provider.catalogue.load import load
from twilio_provider.values import UNKNOWN, Secret, encode

from tests.unit.provider.engine_kit import CheckFailed, Engine, Failed
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.inventory import EXAMPLES, make

QUEUE = "twilio:taskrouter:TaskQueue"
LISTED = [resource for resource in load().resources if resource.list_token]


def listing(engine: Engine, token: str, query: dict[str, Any] | None = None, **more: Any) -> list[Any]:
    """All responses of one List."""
    request = provider_pb2.ListRequest(token=token, query=encode(query or {}), **more)
    return engine.listed(request)


def ids(responses: list[Any]) -> list[str]:
    return [response.result.id for response in responses if response.HasField("result")]


@pytest.mark.parametrize("resource", LISTED, ids=lambda r: r.name)
def test_what_was_made_is_listed(engine: Engine, resource: Any) -> None:
    """Of every type that Twilio can list: the function and the RPC give the id that import takes."""
    made = make(engine, resource.token)
    query = {name: made.inputs[name] for name in resource.parents}
    found = engine.invoke(resource.list_token, **query)
    assert made.identity in found["ids"]
    assert [item["id"] for item in found["items"]] == found["ids"]
    assert made.identity in ids(listing(engine, resource.token, query))


@pytest.fixture
def workspace(twilio: FakeTwilio) -> str:
    """A workspace with five queues."""
    sid = str(twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Flex")["sid"])
    for number in range(5):
        twilio.add("taskrouter.twilio.com", f"/v1/Workspaces/{sid}/TaskQueues", friendly_name=f"Queue {number}")
    return sid


def test_a_listing_gives_names_and_goes_on_where_it_stopped(engine: Engine, workspace: str) -> None:
    """Pages of two, at most three in all."""
    query = {"workspaceSid": workspace}
    first = listing(engine, QUEUE, query, page_size=2)
    assert [response.result.name for response in first[:2]] == ["Queue 0", "Queue 1"]
    following = first[-1].continuation.continuation_token
    rest = listing(engine, QUEUE, query, page_size=2, limit=3, continuation_token=following)
    assert [response.result.name for response in rest] == ["Queue 2"]


def test_twilios_own_filters_are_arguments(engine: Engine, twilio: FakeTwilio, workspace: str) -> None:
    """Twilio filters, not we; parents are required."""
    engine.invoke("twilio:taskrouter:listTaskQueues", workspaceSid=workspace, friendlyName="Queue 3")
    assert twilio.requests[-1].form["FriendlyName"] == ["Queue 3"]
    with pytest.raises(CheckFailed) as caught:
        engine.invoke("twilio:taskrouter:listTaskQueues", friendlyNam="Queue 3")
    assert set(caught.value.failures) == {"workspaceSid", "friendlyNam"}


def test_unknown_parents_give_no_list_yet(engine: Engine, twilio: FakeTwilio) -> None:
    """And no request."""
    (only,) = listing(engine, QUEUE, {"workspaceSid": UNKNOWN})
    assert only.HasField("computed")
    assert twilio.requests == []


@pytest.mark.parametrize(
    ("token", "query", "code", "said"),
    [
        (QUEUE, {}, "INVALID_ARGUMENT", "workspaceSid: is required"),
        (QUEUE, {"workspaceSid": "x"}, "INVALID_ARGUMENT", "must be a SID"),
        ("twilio:conversations:Configuration", {}, "UNIMPLEMENTED", "cannot list"),
        ("twilio:chat:Channel", {}, "UNIMPLEMENTED", "is not a type"),
    ],
)
def test_what_cannot_be_listed_says_why(engine: Engine, token: str, query: Any, code: str, said: str) -> None:
    """A status and a sentence."""
    request = provider_pb2.ListRequest(token=token, query=encode(query))
    with pytest.raises(Failed) as caught:
        engine.listed(request)
    assert caught.value.code == code
    assert said.replace("cannot list", "is not a type that this provider can list") in caught.value.message


def test_a_secret_in_a_listing_is_a_secret(engine: Engine) -> None:
    """As in a look-up of one."""
    made = make(engine, "twilio:serverless:Variable")
    parents = {name: made.inputs[name] for name in ("serviceSid", "environmentSid")}
    (item,) = engine.invoke("twilio:serverless:listVariables", **parents)["items"]
    assert isinstance(item["value"], Secret)


def test_an_example_stands_for_every_listed_type() -> None:
    """Most of the catalogue can be listed."""
    assert len(LISTED) > 100
    assert {resource.token for resource in LISTED} <= set(EXAMPLES)
