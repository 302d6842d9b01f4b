"""`flexpark render`: the bundle as files, and how it differs from what is deployed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flexpark.cli.rehearsal import ROOT, Rehearsal


def flexpark(rehearsal: Rehearsal, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A command with the rehearsal's account and backend."""
    argv = [sys.executable, "-m", "flexpark.cli", *arguments]
    env = {**rehearsal.environ, **environ}
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_example_of_render_writes_what_is_deployed(deployed: Rehearsal, tmp_path: Path) -> None:
    """Every function, the workflow, the build; made anew each time; a folder of somebody else's is left alone."""
    folder = tmp_path / "look"
    done = flexpark(deployed, "render", "-s", "acme-dev", "--out", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)["files"]
    assert {"functions/park.js", "functions/flexpark/settings.js", "workflow.json", "build.json"} <= set(files)
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*")) == sorted(files)
    assert flexpark(deployed, "render", "-s", "acme-dev", "--out", str(folder)).returncode == 0
    (folder / "thesis.txt").write_text("irreplaceable")
    refused = flexpark(deployed, "render", "-s", "acme-dev", "--out", str(folder))
    assert refused.returncode == 2
    assert "thesis.txt" in refused.stderr and (folder / "thesis.txt").exists()


def test_a_difference_from_what_is_deployed_is_shown_and_nothing_is_written(deployed: Rehearsal) -> None:
    """None after an `up`: exit code 0. A workflow changed by hand: its lines, exit code 7, only reads."""
    with deployed.counting() as seen:
        same = flexpark(deployed, "render", "-s", "acme-dev", "--diff")
    assert (same.returncode, same.stdout) == (0, ""), same.stdout + same.stderr
    assert {request["method"] for request in seen} == {"GET"}
    outputs = deployed.outputs_now()
    address = f"taskrouter.twilio.com/v1/Workspaces/{outputs['workspaceSid']}/Workflows/{outputs['workflowSid']}"
    was = deployed.api("GET", address)["configuration"]
    deployed.api(
        "POST",
        address,
        Configuration=was.replace('"timeout": 120', '"timeout": 90').replace('"timeout":120', '"timeout":90'),
    )
    try:
        changed = flexpark(deployed, "render", "-s", "acme-dev", "--diff")
        told = flexpark(deployed, "render", "-s", "acme-dev", "--diff", "--json")
    finally:
        deployed.api("POST", address, Configuration=was)
    assert changed.returncode == told.returncode == 7, changed.stderr
    assert "--- deployed/workflow.json\n+++ rendered/workflow.json\n" in changed.stdout
    assert '-              "timeout": 90' in changed.stdout and '+              "timeout": 120' in changed.stdout
    assert list(json.loads(told.stdout)["differs"]) == ["workflow.json"]


@pytest.mark.parametrize(
    ("environ", "code", "told"),
    [
        ({"TWILIO_ACCOUNT_SID": "AC" + "9" * 32}, 3, "the stack belongs to account"),
        ({"TWILIO_AUTH_TOKEN": "0" * 32}, 3, "reading what is deployed: Twilio refused"),
        ({"TWILIO_ACCOUNT_SID": ""}, 3, "TWILIO_ACCOUNT_SID is not set"),
    ],
)
def test_wrong_credentials_are_told(deployed: Rehearsal, environ: dict[str, str], code: int, told: str) -> None:
    """Exit code 3, and no secret in the message."""
    done = flexpark(deployed, "render", "-s", "acme-dev", "--diff", **environ)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert told in done.stderr
    assert deployed.account["authToken"] not in done.stderr and "0" * 32 not in done.stderr


def test_what_is_not_deployed_is_no_stack(deployed: Rehearsal, tmp_path: Path) -> None:
    """Another backend: exit code 6, with what makes one."""
    (tmp_path / "state").mkdir()
    done = flexpark(deployed, "render", "-s", "acme-dev", "--diff", PULUMI_BACKEND_URL=(tmp_path / "state").as_uri())
    assert done.returncode == 6
    assert "no such stack in the backend" in done.stderr
