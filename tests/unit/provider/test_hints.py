"""The third part of an error: what to try, which depends on what was being done."""

import pytest
from twilio_api.errors import Refused
from twilio_provider.catalogue.load import load
from twilio_provider.faults import fault, import_command

from tests.unit.provider.engine_kit import Engine, Failed
from tests.unit.provider.fake_twilio import FakeTwilio, Fault
from tests.unit.provider.inventory import EXAMPLES, make

QUEUE = "twilio:taskrouter:TaskQueue"
LINK = "https://www.twilio.com/docs/errors/20001"
REFUSED = {"code": 20001, "message": "No", "more_info": LINK}


@pytest.mark.parametrize(
    ("doing", "status", "tried"),
    [
        ("creating x", 400, "Correct the inputs"),
        ("updating x", 400, "Correct the inputs"),
        ("creating x", 404, "`pulumi refresh`"),
        ("deleting x", 400, "`pulumi state delete`"),
        ("deleting x", 409, "`pulumi state delete`"),
        ("looking up x", 404, "nothing was changed"),
        ("looking up x", 400, "Check what is asked for"),
        ("reading x", 400, "Check its id"),
        ("looking up x", 401, "TWILIO_AUTH_TOKEN"),
        ("deleting x", 403, "a key with the permission"),
        ("reading x", 429, "--parallel"),
        ("deleting x", 503, "run it again"),
    ],
)
def test_what_to_try_fits_what_was_done(doing: str, status: int, tried: str) -> None:
    """A delete has no inputs to correct, and a look-up nothing to refresh."""
    told = str(fault(doing, Refused(status, 20001, "No", LINK)))
    first, hint = told.split("\n", 1)
    assert first == f"{doing}: Twilio said {status}, code 20001: No ({LINK})"
    assert tried in hint
    assert ("inputs" in hint) is ("inputs" in tried)


def test_a_look_up_of_what_the_account_does_not_have_says_so(engine: Engine, twilio: FakeTwilio) -> None:
    """The Flex Configuration of an account without Flex."""
    twilio.faults.append(Fault("GET", "/v1/Configuration", 404, body={"code": 20404, "message": "Not found"}))
    with pytest.raises(Failed) as caught:
        engine.invoke("twilio:flex:getConfiguration")
    assert "refresh" not in caught.value.message
    assert "the credentials' account" in caught.value.message


def test_the_import_command_names_provider_and_component(engine: Engine) -> None:
    """So that it can be pasted: the provider's URN is known, the component's name is left to fill in."""
    queue = make(engine, QUEUE)
    inputs = {**EXAMPLES[QUEUE].inputs, "workspaceSid": queue.inputs["workspaceSid"]}
    with pytest.raises(Failed) as caught:
        engine.create(QUEUE, inputs, name="my queue", parent_type="flexpark:infra:Routing")
    assert f"pulumi import {QUEUE} 'my queue' {queue.identity}" in caught.value.message
    assert "--parent 'parent=urn:pulumi:dev::acme::flexpark:infra:Routing::<name of that component>'" in (
        caught.value.message
    )
    assert f"the option `import` of the resource set to {queue.identity}" in caught.value.message


def test_the_import_command_names_a_provider_that_is_not_the_default() -> None:
    """Pulumi would import with another one else."""
    resource = load().resource(QUEUE)
    assert resource is not None
    own = "urn:pulumi:dev::acme::pulumi:providers:twilio::ours::4b1d"
    command = import_command(resource, f"urn:pulumi:dev::acme::{QUEUE}::q", "Workspaces/WS1/TaskQueues/WQ1", own)
    assert command.endswith(f"--provider provider={own}")


def test_a_failed_delete_of_a_container_says_what_became_of_what_is_inside(engine: Engine, twilio: FakeTwilio) -> None:
    """And one of a thing that holds nothing does not."""
    for token, told in (("twilio:serverless:Service", True), (QUEUE, False)):
        made = make(engine, token)
        twilio.faults.append(Fault("DELETE", made.identity, 409, body=REFUSED))
        with pytest.raises(Failed) as caught:
            engine.delete(made)
        assert ("destroy again" in caught.value.message) is told
