"""`flexpark drift` finds each kind of difference, and a stack without any has none."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flexpark.cli.rehearsal import open_rehearsal
from tests.stack.checkout import Copy

STACK = "acme-dev"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A stack that is up, in a checkout of its own."""
    folder = tmp_path_factory.mktemp("drift")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        rehearsal.pulumi("up", "--yes", "--skip-preview")
        yield Copy(folder / "checkout", rehearsal)


def differences(text: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """(kind, what, properties) of each, from `--json`; SIDs left out."""
    [line] = [line for line in text.splitlines() if line.startswith("{")]
    return {(d["kind"], d["what"].partition(" (")[0], tuple(d["properties"])) for d in json.loads(line)[STACK]}


def state_of(copy: Copy) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(copy.rehearsal.pulumi("stack", "export").stdout)
    return content


def put_state(copy: Copy, content: dict[str, Any]) -> None:
    path = copy.rehearsal.folder / "state" / "edited.json"
    path.write_text(json.dumps(content))
    copy.rehearsal.pulumi("stack", "import", "--file", str(path))
    path.unlink()


def test_what_is_as_it_should_be_has_no_drift(copy: Copy) -> None:
    """As the example of its help asks; exit code 0, and only reads."""
    done = copy.flexpark(*copy.example("drift"))
    assert done.code == 0, done.text
    assert "0 of 1 environments differ" in done.text
    assert done.writes == []


def test_outputs_alone_that_differ_are_found_though_no_preview_shows_them(copy: Copy) -> None:
    """First of the stack itself, then of a resource: settings alike, another domain."""
    original = state_of(copy)
    try:
        content = json.loads(json.dumps(original))
        by_type = {resource["type"]: resource for resource in content["deployment"]["resources"]}
        by_type["pulumi:pulumi:Stack"]["outputs"]["bundleHash"] = "0" * 64
        put_state(copy, content)
        assert copy.pulumi("preview", "--expect-no-changes").code == 0
        done = copy.flexpark("drift", "-s", STACK, "--json")
        assert done.code == 7, done.text
        assert differences(done.text) == {("outputs", "pulumi:pulumi:Stack acme-dev", ("bundleHash",))}

        by_type["twilio:serverless:Environment"]["outputs"]["domainName"] = "elsewhere.twil.io"
        put_state(copy, content)
        done = copy.flexpark("drift", "-s", STACK, "--json")
        assert differences(done.text) == {("outputs", "twilio:serverless:Environment environment", ("domainName",))}
    finally:
        put_state(copy, original)


def test_changed_missing_and_unmanaged_are_found_in_every_form(copy: Copy, tmp_path: Path) -> None:
    """One of each: a queue's setting, a deleted variable, a function and a sink of our name that nobody made by us."""
    rehearsal = copy.rehearsal
    outputs = rehearsal.outputs()
    queues = f"taskrouter.twilio.com/v1/Workspaces/{outputs['workspaceSid']}/TaskQueues"
    rehearsal.api("POST", f"{queues}/{outputs['queueSids']['Sales']}", MaxReservedWorkers="3")
    service = f"serverless.twilio.com/v1/Services/{outputs['serverlessServiceSid']}"
    variables = f"{service}/Environments/{outputs['serverlessEnvironmentSid']}/Variables"
    [variable] = [v for v in rehearsal.api("GET", variables)["variables"] if v["key"] == "FLEXPARK_WORKFLOW_SID"]
    rehearsal.api("DELETE", f"{variables}/{variable['sid']}")
    rehearsal.api("POST", f"{service}/Functions", FriendlyName="by-hand")
    sink = {"SinkConfiguration": '{"destination": "https://example.com", "method": "POST"}', "SinkType": "webhook"}
    rehearsal.api("POST", "events.twilio.com/v1/Sinks", Description="flexpark-acme-dev: by hand", **sink)
    rehearsal.api("POST", "events.twilio.com/v1/Sinks", Description="flexpark-acme-dev-2: another stack's", **sink)
    page = tmp_path / "drift.html"
    done = copy.flexpark("drift", "--select", "customer=acme", "--json", "--html", str(page))
    assert done.code == 7, done.text
    assert differences(done.text) == {
        ("changed", "twilio:taskrouter:TaskQueue queue-Sales", ("maxReservedWorkers",)),
        ("missing", "twilio:serverless:Variable variable-FLEXPARK_WORKFLOW_SID", ()),
        ("unmanaged", "function by-hand", ()),
        ("unmanaged", "event sink flexpark-acme-dev: by hand", ()),
    }
    assert "1 of 1 environments differ: 1 missing, 1 changed, 2 unmanaged" in done.text
    assert done.writes == []
    html = page.read_text()
    assert html.index("variable-FLEXPARK_WORKFLOW_SID") < html.index("queue-Sales") < html.index("by-hand")
    assert "http" not in html.replace("https", "http").split("<tbody>")[0].replace('<html lang="en">', "")
    text = copy.flexpark("drift", "-s", STACK, "--markdown").text
    assert "## Drift: 1 of 1 environments differ" in text
    assert "- **changed** `twilio:taskrouter:TaskQueue queue-Sales` `maxReservedWorkers`" in text
    assert rehearsal.account["authToken"] not in text + html


@pytest.mark.parametrize("which", [(), ("-s", STACK, "--all"), ("--all", "--select", "customer=acme")])
def test_it_asks_for_one_way_to_choose(copy: Copy, which: tuple[str, ...]) -> None:
    """Neither none nor two."""
    done = copy.flexpark("drift", *which)
    assert done.code == 2
    assert "exactly one of --stack, --select and --all" in done.text
