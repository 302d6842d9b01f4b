"""`flexpark rollback`: an earlier build is live again in one request, and the next preview says that it differs."""

import json
from collections.abc import Iterator

import pytest

from flexpark.cli.rehearsal import Rehearsal, open_rehearsal
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


def live(rehearsal: Rehearsal) -> str:
    """The build that serves the stack's domain."""
    outputs = rehearsal.outputs_now()
    service = f"serverless.twilio.com/v1/Services/{outputs['serverlessServiceSid']}"
    return str(rehearsal.api("GET", f"{service}/Environments/{outputs['serverlessEnvironmentSid']}")["build_sid"])


def test_the_builds_are_listed_newest_first(checkout: Checkout) -> None:
    """The live one is marked; listing changes nothing."""
    done = rollback(checkout, "--list", "--json")
    builds = json.loads(done.text)
    assert [build["live"] for build in builds] == [True, False], done.text
    assert builds[0]["sid"] == live(checkout.rehearsal)
    assert done.writes == []


def test_one_request_deploys_the_previous_build_and_the_preview_says_that_it_differs(checkout: Checkout) -> None:
    """Nothing is uploaded or built; `up` deploys again what the checkout says, in one request as well."""
    new = live(checkout.rehearsal)
    done = rollback(checkout, "--yes")
    assert done.code == 0, done.text
    assert [write.rsplit("/", 1)[1] for write in done.writes] == ["Deployments: 201"]
    old = live(checkout.rehearsal)
    assert old != new

    preview = checkout.rehearsal.pulumi("preview", "--diff", check=False).stdout
    assert f'buildSid: "{old}" => "{new}"' in preview, preview
    assert "+-1 to replace" in preview

    checkout.rehearsal.pulumi("refresh", "--yes", "--skip-preview")
    assert "+-1 to replace" in checkout.rehearsal.pulumi("preview").stdout, "a refresh keeps it"
    checkout.rehearsal.pulumi("up", "--yes", "--skip-preview")
    assert live(checkout.rehearsal) == new


@pytest.mark.parametrize(
    ("build", "code", "said"),
    [("ZB" + "0" * 32, 4, "was not found"), ("live", 2, "is live already")],
    ids=["unknown", "the live one"],
)
def test_what_cannot_be_deployed_leaves_all_as_it_is(checkout: Checkout, build: str, code: int, said: str) -> None:
    """Twilio's words, and a state that says what is so."""
    before = live(checkout.rehearsal)
    done = rollback(checkout, "--yes", "--to", before if build == "live" else build)
    assert said in done.text, done.text
    assert done.code == code
    assert live(checkout.rehearsal) == before
    assert checkout.rehearsal.pulumi("preview", "--expect-no-changes", check=False).returncode == 0
