"""What is live, seen by a refresh: a Deployment stays in Twilio's list when another has taken its place."""

import pytest

from tests.unit.provider.engine_kit import Engine, Resource
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.inventory import make

PREVIOUS = "ZB" + "5" * 32


@pytest.fixture
def deployed(engine: Engine) -> Resource:
    """A Deployment of ours, which is live."""
    return make(engine, "twilio:serverless:Deployment")


def place(deployed: Resource) -> str:
    return "/v1/" + deployed.identity.rsplit("/", 2)[0]


def test_a_refresh_asks_what_is_live_and_nothing_else(engine: Engine, twilio: FakeTwilio, deployed: Resource) -> None:
    """The Deployment itself cannot change."""
    since = len(twilio.seen())
    assert engine.refresh(deployed) == deployed
    assert twilio.seen()[since:] == [f"GET {place(deployed)}"]


@pytest.mark.parametrize("build", [PREVIOUS, None], ids=["rolled back", "taken off"])
def test_another_build_that_is_live_is_a_difference(
    engine: Engine, twilio: FakeTwilio, deployed: Resource, build: str | None
) -> None:
    """A rollback, or one who deployed by hand: the next preview says so, an up deploys ours again, by one request."""
    twilio.add("serverless.twilio.com", f"{place(deployed)}/Deployments", build_sid=build)
    read = engine.refresh(deployed)
    assert read is not None
    assert read.inputs["buildSid"] == (build or "")
    found = engine.diff(read, deployed.inputs)
    assert list(found.replaces) == ["buildSid"]
    assert not found.deleteBeforeReplace
    since = len(twilio.seen())
    engine.create("twilio:serverless:Deployment", deployed.inputs)
    engine.delete(read)  # the one that is replaced: nothing is asked
    assert twilio.seen()[since:] == [f"POST {place(deployed)}/Deployments"]


def test_a_refresh_of_its_environment_serves_both(engine: Engine, twilio: FakeTwilio, deployed: Resource) -> None:
    """What was read since the last write is not read again; after a write it is."""
    home = engine.import_("twilio:serverless:Environment", place(deployed).removeprefix("/v1/"))
    assert home is not None
    since = len(twilio.seen())
    for _ in range(2):
        engine.refresh(home)
        engine.refresh(deployed)
    asked = twilio.seen()[since:]
    assert asked[0] == f"GET {place(deployed)}"
    assert len(asked) == 2  # the second read of the Environment lists its collection
    make(engine, "twilio:sync:Service")
    engine.refresh(deployed)
    assert twilio.seen()[-1] == f"GET {place(deployed)}"
