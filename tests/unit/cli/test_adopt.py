"""What an adoption finds, and what it tells of the rest: the answers of Twilio that no emulator gives, and stack files
of every form."""

from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from twilio_api.door import Answer, Door, Listed

from flexpark.cli.adopt.finding import Finder, Thing
from flexpark.cli.adopt.offering import QUEUE, Offer, offers
from flexpark.cli.adopt.table import KINDS
from flexpark.cli.automation import Step

ROOT = Path(__file__).resolve().parents[3]
WORKSPACE = "WS" + "1" * 32
HOME = "https://serverless.twilio.com/v1/Services/ZS1"


class Account:
    """A door behind which these answers lie, by address; lists are empty otherwise."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = answers

    def request(self, method: str, url: str) -> Answer:
        """One thing."""
        assert method == "GET"
        return Answer(200, self.answers.get(url, {}), cast("Any", None))

    def list(self, url: str, *, pages: int, size: int) -> Listed:
        """A collection."""
        assert pages and size
        return Listed(self.answers.get(url, []), complete=True)


def create(kind: str, name: str, **inputs: str) -> Step:
    """A step of a preview that would create something."""
    return Step(f"urn:pulumi:acme-dev::flexpark::{kind}::{name}", kind, "create", "done", new=inputs)


def found(account: Account, *steps: Step) -> dict[str, str]:
    """The ids that are found for these, by name."""
    ids = Finder(cast("Door", account), [], WORKSPACE).find(steps, []).ids
    return {urn.rsplit("::", 1)[-1]: identity for urn, identity in ids.items()}


def test_a_live_build_whose_deployment_is_not_listed_is_left_to_up() -> None:
    """Twilio may list a deployment later than it is live; what else lies in the service is found."""
    steps = (
        create("twilio:serverless:Service", "service", uniqueName="ours"),
        create("twilio:serverless:Environment", "environment", uniqueName="dev"),
        create("twilio:serverless:Build", "build"),
        create("twilio:serverless:Deployment", "deployment"),
    )
    account = Account(**{
        "https://serverless.twilio.com/v1/Services": [{"sid": "ZS1", "unique_name": "ours"}],
        f"{HOME}/Environments": [{"sid": "ZE1", "unique_name": "dev"}],
        f"{HOME}/Environments/ZE1": {"build_sid": "ZB1"},
        f"{HOME}/Environments/ZE1/Deployments": [{"sid": "ZD0", "build_sid": "ZB0", "date_created": "2026-01-01"}],
        f"{HOME}/Builds/ZB1": {"function_versions": []},
    })  # fmt: skip
    assert found(account, *steps) == {
        "service": "Services/ZS1",
        "environment": "Services/ZS1/Environments/ZE1",
        "build": "Services/ZS1/Builds/ZB1",
    }


def test_services_that_the_flex_configuration_lists_are_flexs() -> None:
    """The plugin builder registers its own there, whatever they are called."""
    account = Account(**{
        "https://flex-api.twilio.com/v1/Configuration": {"serverless_service_sids": ["ZS1"], "ui_version": "2.0"},
        "https://serverless.twilio.com/v1/Services": [
            {"sid": "ZS1", "unique_name": "renamed"}, {"sid": "ZS2", "unique_name": "other"},
        ],
    })  # fmt: skip
    finding = Finder(cast("Door", account), [], WORKSPACE).find([], [])
    assert [thing.item["sid"] for thing in finding.others] == ["ZS2"]


def queue(name: str, **item: Any) -> Thing:
    """A queue of the account."""
    sid = "WQ" + "2" * 32
    return Thing(QUEUE, f"Workspaces/{WORKSPACE}/TaskQueues/{sid}", {"sid": sid, "friendly_name": name, **item})


def offered(folder: Path, thing: Thing, queues: str | None) -> Offer:
    """What is told of it beside the example's stack file with these `queues`; None: a layer's."""
    text = (ROOT / "environments" / "Pulumi.acme-dev.yaml").read_text()
    before, _, after = text.partition("  flexpark:queues:\n")
    after = after[after.index("  flexpark:routes:") :]
    file = folder / "Pulumi.acme-dev.yaml"
    file.write_text(f"{before}{queues or ''}{after}")
    [offer] = offers([thing], file, {"Everyone"})
    if offer.lines:  # and the file is one with them
        key = "" if queues else "  flexpark:queues:\n"
        assert yaml.safe_load(f"config:\n{key}{queues or ''}" + "\n".join(offer.lines))["config"]["flexpark:queues"]
    return offer


LISTED = "".join([
    "  flexpark:queues:\n",
    *(f"{{0}}- name: {name}\n{{0}}  create: {{{{}}}}\n" for name in ("Sales", "Support")),
    "{0}- name: Everyone\n{0}  existing: {{name: Everyone}}\n",
])  # fmt: skip
BY_NAME = "  flexpark:queues:\n    Sales: {create: {}}\n    Support: {create: {}}\n"


@pytest.mark.parametrize(
    ("queues", "lines"),
    [
        (LISTED.format("    "), ("    - name: Complaints", "      create: {target_workers: 'a == \"b\"'}")),
        (LISTED.format("  "), ("  - name: Complaints", "    create: {target_workers: 'a == \"b\"'}")),
        (BY_NAME, ("    Complaints: {create: {target_workers: 'a == \"b\"'}}",)),
    ],
    ids=["a list", "a list that Pulumi has not indented", "changes by name"],
)
def test_lines_are_as_the_stack_file_has_its_queues(tmp_path: Path, queues: str, lines: tuple[str, ...]) -> None:
    """They can be pasted; only what is not the default is said, so that nothing changes at Twilio."""
    thing = queue("Complaints", target_workers='a == "b"', max_reserved_workers=1, task_order="FIFO")
    assert offered(tmp_path, thing, queues).lines == lines


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("1e5", "'1e5'"),
        ("true", "'true'"),
        ("L'équipe: A", '"L\'équipe: A"'),
        ("#1", "'#1'"),
        ("a, b", "'a, b'"),
        ("Tier 2 (EU)", "Tier 2 (EU)"),
        ("12:30", "'12:30'"),
    ],
)
def test_a_name_is_read_back_as_it_is(tmp_path: Path, name: str, written: str) -> None:
    """Quoted where YAML would make something else of it."""
    assert offered(tmp_path, queue(name), LISTED.format("    ")).lines[0] == f"    - name: {written}"


@pytest.mark.parametrize(
    "thing",
    [
        queue("ends with a blank "),
        queue("Sales"),
        queue("Odd", target_workers="skills HAS ("),
        queue("Many", max_reserved_workers=51),
    ],
    ids=["a name", "taken", "an expression", "a number"],
)
def test_what_a_stack_file_cannot_say_is_for_another_program(tmp_path: Path, thing: Thing) -> None:
    """Then the command is the way on."""
    offer = offered(tmp_path, thing, LISTED.format("    "))
    assert offer.lines == ()
    assert offer.command.startswith("pulumi import twilio:taskrouter:TaskQueue ")
    assert offer.command.endswith(thing.id)


def test_a_queue_that_is_used_is_not_offered(tmp_path: Path) -> None:
    """The environment names it as `existing`."""
    file = tmp_path / "Pulumi.acme-dev.yaml"
    file.write_text((ROOT / "environments" / file.name).read_text())
    assert offers([queue("Everyone")], file, {"Everyone"}) == []
    assert offers([queue("X")], file, {"WQ" + "2" * 32}) == []


def test_each_kind_has_a_prefix_of_its_own() -> None:
    """By which a choice finds its resource, where two have one name."""
    assert len({kind.prefix for kind in KINDS.values()}) == len(KINDS)
