"""What only the real engine can show: imports, refusals, replacements, unknowns, components, lost connections."""

import os
import signal
import subprocess
import time

import pytest

from tests.stack.provider.project import Project
from tests.unit.provider.fake_twilio import Fault

QUEUE = """
workspace = twilio.taskrouter.get_workspace(friendly_name="Flex", opts=pulumi.InvokeOptions(provider=provider))
twilio.taskrouter.TaskQueue(
    "sales", workspace_sid=workspace.sid, friendly_name="Sales", target_workers='skills HAS "sales"', opts=opts
)
"""
SYNC = 'twilio.sync.Service("sync", friendly_name="flexpark", acl_enabled=True, opts=opts)\n'


@pytest.fixture
def workspace(project: Project) -> str:
    """The id of a workspace that exists already."""
    return str(project.twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Flex")["sid"])


def test_an_import_is_followed_by_an_empty_preview(project: Project, workspace: str) -> None:
    """By the id that the error of a taken name prints."""
    queue = project.twilio.add(
        "taskrouter.twilio.com",
        f"/v1/Workspaces/{workspace}/TaskQueues",
        friendly_name="Sales",
        target_workers='skills HAS "sales"',
    )
    project.program(QUEUE)
    taken = project.pulumi("up", "--yes", "--skip-preview")
    identity = f"Workspaces/{workspace}/TaskQueues/{queue['sid']}"
    command = f"pulumi import twilio:taskrouter:TaskQueue sales {identity}"
    assert taken.code != 0
    assert command in taken.text
    imported = project.pulumi(
        *command.split()[1:], "--yes", "--generate-code=false", "--protect=false", "--provider", _provider(project)
    )
    assert imported.code == 0, imported.text
    unchanged = project.pulumi("preview", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.text


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        ("Services/IS" + "f" * 32, "does not exist"),
        ("IS" + "f" * 32, "an id has the form Services/IS..."),
        ("Services/ZS" + "f" * 32, "is not the id of a sync:Service"),
    ],
    ids=["nonexistent", "a SID alone", "of another type"],
)
def test_an_import_of_a_wrong_id_is_refused(project: Project, identity: str, said: str) -> None:
    """Nothing enters the state."""
    project.program("")
    project.up()
    ran = project.pulumi(
        "import",
        "twilio:sync:Service",
        "sync",
        identity,
        "--yes",
        "--generate-code=false",
        "--provider",
        _provider(project),
    )
    assert ran.code != 0
    assert said in ran.text
    assert "sync" not in project.state()


def test_credentials_of_another_account_change_nothing(project: Project) -> None:
    """A short message, no traceback, no request."""
    project.program(SYNC)
    ran = project.pulumi("up", "--yes", "--skip-preview", TWILIO_ACCOUNT_SID="AC" + "b" * 32)
    assert ran.code != 0
    assert "the stack belongs to account" in ran.text
    assert "Traceback" not in ran.text
    assert project.twilio.requests == []


def test_what_was_deleted_behind_our_back_is_planned_again(project: Project) -> None:
    """A refresh notices, the next up makes it again."""
    project.program(SYNC)
    project.up()
    project.twilio.items.clear()
    refreshed = project.pulumi("refresh", "--yes", "--skip-preview")
    assert refreshed.code == 0, refreshed.text
    assert project.up().requests == ["POST /v1/Services"]


def test_ignored_changes_stay_ignored(project: Project) -> None:
    """``ignoreChanges`` is the engine's, and works on every input."""
    project.program(SYNC)
    project.up()
    ignoring = "pulumi.ResourceOptions(provider=provider, ignore_changes=['aclEnabled'])"
    project.program(SYNC.replace("acl_enabled=True", "acl_enabled=False").replace("opts=opts", f"opts={ignoring}"))
    ran = project.pulumi("preview", "--expect-no-changes")
    assert ran.code == 0, ran.text


def test_a_failed_build_is_recorded_and_the_next_up_recovers(project: Project) -> None:
    """Nothing is lost, nothing has to be done by hand."""
    project.twilio.build_ends = "failed"
    project.program(
        """
service = twilio.serverless.Service("service", unique_name="flexpark", friendly_name="flexpark", opts=opts)
twilio.serverless.Build("build", service_sid=service.sid, function_versions=["ZN" + "1" * 32], opts=opts)
"""
    )
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "ended as 'failed'" in failed.text
    assert project.state()["build"]["initErrors"]
    project.twilio.build_ends = "completed"
    recovered = project.up()
    assert "POST" in recovered.requests[-1]
    assert project.pulumi("preview", "--expect-no-changes").code == 0


def test_a_killed_engine_leaves_no_provider_behind(project: Project) -> None:
    """The provider of an engine that was killed in the middle is gone within two seconds."""
    project.program(SYNC)
    project.twilio.faults.append(Fault("POST", "/v1/Services$", 503, hold=5))
    engine = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not project.twilio.seen() and time.monotonic() < deadline:
        time.sleep(0.05)
    mine = _providers(project)
    assert mine
    os.kill(engine.pid, signal.SIGKILL)
    engine.wait()
    deadline = time.monotonic() + 2
    while _providers(project) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _providers(project) == []


def _provider(project: Project) -> str:
    urn = project.state()["twilio"]["urn"]
    return f"twilio={urn}"


def _providers(project: Project) -> list[str]:
    """The processes that hold this project's endpoint in their environment and are providers."""
    shown = subprocess.run(["ps", "axeww", "-o", "pid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    return [
        line
        for line in shown.splitlines()
        if "-m twilio_provider" in line and project.twilio.url in line and line.split()[1][0] != "Z"
    ]
