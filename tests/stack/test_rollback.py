"""`flexpark rollback`: an earlier build is live again in one request, and the next preview says that it differs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from twilio_api.door import Answer, Door
from twilio_api.errors import Refused, TwilioError, Unreachable

from flexpark.cli.recorded import DEPLOYMENT, StateChanged
from flexpark.cli.rehearsal import Rehearsal, open_rehearsal
from flexpark.cli.rollback import Rollback
from flexpark.errors import FlexparkError
from tests.stack.checkout import Checkout, Refusal

STACK = "acme-dev"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A stack whose second build is live."""
    folder = tmp_path_factory.mktemp("rollback")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        rehearsal.pulumi("up", "--yes", "--skip-preview")
        rehearsal.configure("park", {"list_ttl": {"default": "36h"}})
        rehearsal.pulumi("up", "--yes", "--skip-preview")
        yield Checkout(folder / "checkout", rehearsal)


def rollback(checkout: Checkout, *arguments: str) -> Refusal:
    """The command, on the rehearsal's stack file."""
    return checkout.flexpark("rollback", "-s", STACK, "--config-file", str(checkout.rehearsal.stack_file), *arguments)


def asked(checkout: Checkout, *arguments: str) -> tuple[Refusal, list[str]]:
    """The same, and every request that it made: `POST .../Deployments: 201`."""
    with checkout.rehearsal.counting() as seen:
        done = rollback(checkout, *arguments)
    return done, [f"{r['method']} .../{r['path'].rsplit('/', 1)[1]}: {r['status']}" for r in seen]


def opened(rehearsal: Rehearsal) -> Rollback:
    """What the command opens: it has read the state."""
    return Rollback(STACK, rehearsal.stack_file, environ=rehearsal.environ)


def home(rehearsal: Rehearsal) -> str:
    """The address of the stack's ServerlessEnvironment."""
    outputs = rehearsal.outputs_now()
    service = f"serverless.twilio.com/v1/Services/{outputs['serverlessServiceSid']}"
    return f"{service}/Environments/{outputs['serverlessEnvironmentSid']}"


def live(rehearsal: Rehearsal) -> str:
    """The build that serves the stack's domain."""
    return str(rehearsal.api("GET", home(rehearsal))["build_sid"])


def deploy_in_the_console(rehearsal: Rehearsal, build: str) -> None:
    """As a person does it, past the stack."""
    rehearsal.api("POST", f"{home(rehearsal)}/Deployments", BuildSid=build)


def recorded(rehearsal: Rehearsal) -> Mapping[str, Any]:
    """The deployment in the state."""
    resources = json.loads(rehearsal.pulumi("stack", "export").stdout)["deployment"]["resources"]
    return cast("Mapping[str, Any]", next(r for r in resources if r["type"] == DEPLOYMENT))


def builds(checkout: Checkout) -> list[str]:
    """The SIDs of the builds there are, newest first."""
    return [build["sid"] for build in json.loads(rollback(checkout, "--list", "--json").text)]


def test_the_builds_are_listed_newest_first(checkout: Checkout) -> None:
    """The live one is marked; listing changes nothing."""
    done = rollback(checkout, "--list", "--json")
    found = json.loads(done.text)
    assert [build["live"] for build in found] == [True, False], done.text
    assert found[0]["sid"] == live(checkout.rehearsal)
    assert done.writes == []


def test_one_request_deploys_the_previous_build_and_the_preview_says_that_it_differs(checkout: Checkout) -> None:
    """One look at what was live before, one deployment. Nothing is uploaded or built; `up` deploys again what the
    checkout says, in one request as well."""
    new = live(checkout.rehearsal)
    done, requests = asked(checkout, "--yes")
    assert done.code == 0, done.text
    assert requests == ["GET .../Deployments: 200", "POST .../Deployments: 201"]
    old = live(checkout.rehearsal)
    assert old != new

    preview = checkout.rehearsal.pulumi("preview", "--diff", check=False).stdout
    assert f'buildSid: "{old}" => "{new}"' in preview, preview
    assert "+-1 to replace" in preview

    checkout.rehearsal.pulumi("refresh", "--yes", "--skip-preview")
    assert "+-1 to replace" in checkout.rehearsal.pulumi("preview").stdout, "a refresh keeps it"
    done = rollback(checkout, "--yes")
    assert (done.code, f"{old} is the first build that was live" in done.text) == (4, True), done.text
    checkout.rehearsal.pulumi("up", "--yes", "--skip-preview")
    assert live(checkout.rehearsal) == new


def test_a_build_that_is_named_is_one_request_in_all(checkout: Checkout) -> None:
    """Nothing is asked first: in an emergency each request may be the one that is not answered."""
    new, old = builds(checkout)
    done, requests = asked(checkout, "--yes", "--to", old)
    assert (done.code, requests) == (0, ["POST .../Deployments: 201"]), done.text
    assert live(checkout.rehearsal) == old
    assert recorded(checkout.rehearsal)["inputs"]["buildSid"] == old
    done, requests = asked(checkout, "--yes", "--to", new)
    assert (done.code, requests) == (0, ["POST .../Deployments: 201"]), done.text
    assert checkout.rehearsal.pulumi("preview", "--expect-no-changes", check=False).returncode == 0


def test_the_live_build_is_no_error(checkout: Checkout) -> None:
    """It can be repeated: Twilio says that it is deployed, and the state stays as it is."""
    before = recorded(checkout.rehearsal)
    done, requests = asked(checkout, "--yes", "--to", live(checkout.rehearsal))
    assert done.code == 0, done.text
    assert "is live: Twilio had it deployed already" in done.text
    assert requests == ["POST .../Deployments: 409", "GET .../Deployments: 200"]
    assert recorded(checkout.rehearsal) == before


def test_what_is_live_is_what_twilio_says(checkout: Checkout) -> None:
    """Somebody has deployed in the Console: the state's build can be made live, the previous one is that of Twilio's
    live one, and where what is named is live already the state says so."""
    new, old = builds(checkout)
    deploy_in_the_console(checkout.rehearsal, old)
    assert recorded(checkout.rehearsal)["inputs"]["buildSid"] == new
    marked = {build["sid"]: build["live"] for build in json.loads(rollback(checkout, "--list", "--json").text)}
    assert marked == {new: False, old: True}
    assert opened(checkout.rehearsal).recorded.build == new
    done, requests = asked(checkout, "--yes", "--to", new)
    assert (done.code, requests) == (0, ["POST .../Deployments: 201"]), done.text
    assert live(checkout.rehearsal) == new

    deploy_in_the_console(checkout.rehearsal, old)
    done = rollback(checkout, "--yes", "--to", old)
    assert "is live: Twilio had it deployed already" in done.text, done.text
    deployment = checkout.rehearsal.api("GET", f"{home(checkout.rehearsal)}/Deployments")["deployments"][-1]["sid"]
    found = recorded(checkout.rehearsal)
    assert (found["inputs"]["buildSid"], found["id"].rsplit("/", 1)[1]) == (old, deployment)
    checkout.rehearsal.pulumi("up", "--yes", "--skip-preview")
    assert live(checkout.rehearsal) == new


def test_what_cannot_be_deployed_leaves_all_as_it_is(checkout: Checkout) -> None:
    """Twilio's words, and a state that says what is so."""
    before = live(checkout.rehearsal)
    done = rollback(checkout, "--yes", "--to", "ZB" + "0" * 32)
    assert "was not found" in done.text, done.text
    assert done.code == 4
    assert live(checkout.rehearsal) == before
    assert checkout.rehearsal.pulumi("preview", "--expect-no-changes", check=False).returncode == 0


def test_an_answer_that_is_lost_is_asked_for_again(checkout: Checkout) -> None:
    """The deployment was made, and Twilio failed to say so: the second request finds it made."""
    new, old = builds(checkout)
    fault = {"host": "serverless.twilio.com", "method": "POST", "path": "/Deployments$", "when": "after", "status": 500}
    checkout.rehearsal.control("POST", "faults", fault)
    done, requests = asked(checkout, "--yes", "--to", old)
    assert done.code == 0, done.text
    assert requests == ["POST .../Deployments: 500", "POST .../Deployments: 409", "GET .../Deployments: 200"]
    assert (live(checkout.rehearsal), recorded(checkout.rehearsal)["inputs"]["buildSid"]) == (old, old)
    opened(checkout.rehearsal).deploy(new)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unreachable("serverless.twilio.com", "timed out", sent=True), "old"),
        (Unreachable("serverless.twilio.com", "refused", sent=False), "new"),
        (Refused(503, None, "later"), "old"),
        (Refused(429, 20429, "too many"), "new"),
    ],
)
def test_a_deployment_that_may_have_happened_stays_in_the_state(
    checkout: Checkout, error: TwilioError, said: str
) -> None:
    """The next preview then shows a difference, be there one or not; what has surely not happened is taken back."""
    by_name = dict(zip(("new", "old"), builds(checkout), strict=True))
    found = opened(checkout.rehearsal)
    found._door = cast("Door", Failing(error))
    with pytest.raises(FlexparkError) as caught:
        found.deploy(by_name["old"])
    assert ("it may be live all the same" in str(caught.value)) is (said == "old")
    assert recorded(checkout.rehearsal)["inputs"]["buildSid"] == by_name[said]
    if said == "old":
        opened(checkout.rehearsal).deploy(by_name["new"])


class Failing:
    """A door that does not open."""

    def __init__(self, error: TwilioError) -> None:
        self._error = error

    def request(self, *_: Any, **__: Any) -> Answer:
        """Always this."""
        raise self._error


def test_another_command_that_deployed_meanwhile_is_not_undone(checkout: Checkout) -> None:
    """While somebody is being asked, say: nothing is requested, the state stays the other's."""
    new, old = builds(checkout)
    late = opened(checkout.rehearsal)
    other = opened(checkout.rehearsal)
    other.deploy(old)
    with checkout.rehearsal.counting() as seen, pytest.raises(StateChanged) as caught:
        late.deploy(old)
    assert f"it says now that {old} is deployed" in str(caught.value)
    assert seen == []
    other.deploy(new)


def test_what_another_command_has_done_elsewhere_in_the_state_stays(checkout: Checkout) -> None:
    """Only the deployment is written, into the state as it is then."""
    new, old = builds(checkout)
    late = opened(checkout.rehearsal)
    urn = recorded(checkout.rehearsal)["urn"]
    checkout.rehearsal.pulumi("state", "protect", urn, "--yes")
    late.deploy(old)
    found = recorded(checkout.rehearsal)
    assert (found["inputs"]["buildSid"], found["protect"]) == (old, True)
    checkout.rehearsal.pulumi("state", "unprotect", urn, "--yes")
    opened(checkout.rehearsal).deploy(new)


class Meanwhile:
    """A door, and a command that is run by somebody else just after the deployment."""

    def __init__(self, rollback_: Rollback, other: Rollback, build: str) -> None:
        self._door = rollback_._door
        self._other = other
        self._build = build

    def request(self, method: str, url: str, **given: Any) -> Answer:
        """The request, then the other command."""
        answer = self._door.request(method, url, **given)
        if method == "POST":
            self._other.recorded = self._other._state.read()
            self._other.deploy(self._build)
        return answer


def test_another_command_between_the_deployment_and_the_state_is_not_overwritten(checkout: Checkout) -> None:
    """It is said that the build was deployed, and what to do; the state says what the other command said."""
    new, old = builds(checkout)
    first, second = opened(checkout.rehearsal), opened(checkout.rehearsal)
    first._door = cast("Door", Meanwhile(first, second, new))
    with pytest.raises(FlexparkError) as caught:
        first.deploy(old)
    assert "the state does not say by which deployment" in str(caught.value)
    assert "another command has changed the state meanwhile" in str(caught.value)
    assert live(checkout.rehearsal) == new
    assert recorded(checkout.rehearsal)["inputs"]["buildSid"] == new
    assert checkout.rehearsal.pulumi("preview", "--expect-no-changes", check=False).returncode == 0
