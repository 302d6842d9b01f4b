"""The ladder of the types that a park stack is made of, by the real engine against the emulator, all of them at once.

The tests of this file take one stack up the ladder in their order.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack.provider.emulated import Emulated
from tests.stack.provider.project import Project

PROGRAM = """
import os
import pulumi
import pulumi_twilio as twilio

rung = os.environ.get("RUNG", "first")
changed = rung in {"updated", "ignored", "replaced"}
replaced = rung == "replaced"


def options(*names, **more):
    return pulumi.ResourceOptions(ignore_changes=list(names) if rung == "ignored" else None, **more)


workspace = twilio.taskrouter.Workspace(
    "workspace", friendly_name="Parked" if changed else "Park", opts=options("friendlyName")
)
below = pulumi.ResourceOptions(deleted_with=workspace)
twilio.taskrouter.Activity(
    "activity", workspace_sid=workspace.sid, friendly_name="Lunch", available=replaced, opts=below
)
queue = twilio.taskrouter.TaskQueue(
    "queue",
    workspace_sid=workspace.sid,
    friendly_name="Sales EMEA" if changed else "Sales",
    target_workers="1==1",
    opts=options("friendlyName"),
)
twilio.taskrouter.Workflow(
    "workflow",
    workspace_sid=workspace.sid,
    friendly_name="Park",
    configuration={"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}},
    task_reservation_timeout=60 if changed else 30,
    opts=options("taskReservationTimeout"),
)
twilio.sync.Service("sync", friendly_name="flexpark", acl_enabled=changed, opts=options("aclEnabled"))
service = twilio.serverless.Service(
    "service",
    unique_name="flexpark",
    friendly_name="flexpark",
    include_credentials=changed,
    opts=options("includeCredentials"),
)
home = twilio.serverless.Environment("environment", service_sid=service.sid, unique_name="dev", domain_suffix="dev")
twilio.serverless.Variable(
    "variable",
    service_sid=service.sid,
    environment_sid=home.sid,
    key="OTHER" if replaced else "KEY",
    value="hush-two" if changed else "hush-one",
    opts=options("value"),
)
function = twilio.serverless.Function(
    "function", service_sid=service.sid, friendly_name="wake" if changed else "park", opts=options("friendlyName")
)
version = twilio.serverless.FunctionVersion(
    "version",
    service_sid=service.sid,
    function_sid=function.sid,
    path="/park",
    visibility="public",
    content=pulumi.FileAsset("second.js" if replaced else "park.js"),
)
build = twilio.serverless.Build("build", service_sid=service.sid, function_versions=[version.sid])
twilio.serverless.Deployment("deployment", service_sid=service.sid, environment_sid=home.sid, build_sid=build.sid)
address = "https://example.com/" + ("elsewhere" if replaced else "events")
sink = twilio.events.Sink(
    "sink",
    description="Them" if changed else "Us",
    sink_type="webhook",
    sink_configuration={"destination": address, "method": "POST", "batch_events": False},
    opts=options("description"),
)
twilio.events.Subscription(
    "subscription",
    description="All" if changed else "Tasks",
    sink_sid=sink.sid,
    types=[{"type": "com.twilio.taskrouter.task.canceled", "schema_version": 1}],
    opts=options("description"),
)
"""
UPDATED = {"workspace", "queue", "workflow", "sync", "service", "variable", "function", "sink", "subscription"}
REPLACED = {"activity", "variable", "version", "build", "deployment", "sink", "subscription"}
WRONG = """
import pulumi
import pulumi_twilio as twilio

twilio.taskrouter.Workflow(
    "workflow", workspace_sid="WQ1", friendly_name=5, configuration="[1]", task_reservation_timeout="long"
)
"""


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A stack that is not up yet."""
    with Emulated() as twilio:
        yield opened(tmp_path_factory.mktemp("ladder"), twilio)


def opened(folder: Path, twilio: Emulated) -> Project:
    made = Project(folder, twilio)
    (folder / "__main__.py").write_text(PROGRAM)
    for name in ("park", "second"):
        (folder / f"{name}.js").write_text(f"exports.handler = (c, e, done) => done(null, '{name}');\n")
    assert made.pulumi("stack", "init", "dev").code == 0
    return made


def ours(project: Project) -> dict[str, Any]:
    return {name: r for name, r in project.state().items() if r["type"].startswith("twilio:")}


def ids(project: Project) -> dict[str, str]:
    return {name: resource["id"] for name, resource in ours(project).items()}


def test_wrong_inputs_are_told_at_their_properties_all_at_once(ladder: Project) -> None:
    """Before anything is sent."""
    (ladder.folder / "__main__.py").write_text(WRONG)
    ran = ladder.pulumi("preview")
    (ladder.folder / "__main__.py").write_text(PROGRAM)
    assert ran.code != 0
    for told in ("workspaceSid", "friendlyName", "configuration", "taskReservationTimeout"):
        assert f"property {told} value" in ran.text, ran.text
    assert "Traceback" not in ran.text
    assert ran.requests == []


def test_a_preview_of_nothing_yet_asks_nothing(ladder: Project) -> None:
    """What is not known yet is no obstacle, nor is a file by a relative path."""
    ran = ladder.pulumi("preview", "--diff")
    assert (ran.code, ran.requests) == (0, []), ran.text
    assert "hush-one" not in ran.text
    assert "exports.handler" not in ran.text


def test_a_create_is_one_post_each(ladder: Project) -> None:
    """And nothing is read after it."""
    ran = ladder.up()
    assert len(ran.requests) == len(ids(ladder)), ran.requests
    assert {request.split()[0] for request in ran.requests} == {"POST"}


def test_a_second_up_and_a_refresh_change_nothing(ladder: Project) -> None:
    """The one without any request."""
    again = ladder.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert (again.code, again.requests) == (0, []), again.text
    refreshed = ladder.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert refreshed.code == 0, refreshed.text


def test_ignored_changes_are_none(ladder: Project) -> None:
    """Of every type that can change in place."""
    ran = ladder.pulumi("preview", "--expect-no-changes", RUNG="ignored")
    assert (ran.code, ran.requests) == (0, []), ran.text


def test_an_import_by_id_is_followed_by_an_empty_preview(ladder: Project, tmp_path: Path) -> None:
    """Of all of them, into another stack, by one command."""
    other = opened(tmp_path, ladder.twilio)
    wanted = [{"type": r["type"], "name": name, "id": r["id"]} for name, r in ours(ladder).items()]
    (tmp_path / "import.json").write_text(json.dumps({"resources": wanted}))
    done = other.pulumi("import", "--file", "import.json", "--yes", "--generate-code=false", "--protect=false")
    assert done.code == 0, done.text
    assert ids(other) == ids(ladder)
    preview = other.pulumi("preview", "--diff", "--expect-no-changes")
    assert preview.code == 0, preview.text


def test_an_update_keeps_every_id(ladder: Project) -> None:
    """One request for each that changed; then nothing is left to do."""
    before = ids(ladder)
    ran = ladder.pulumi("up", "--yes", "--skip-preview", RUNG="updated")
    assert ran.code == 0, ran.text
    assert ids(ladder) == before
    assert len(ran.requests) == len(UPDATED), ran.requests
    assert ladder.pulumi("preview", "--expect-no-changes", RUNG="updated").code == 0


def test_what_no_update_can_do_is_replaced(ladder: Project) -> None:
    """And only that: all others keep their ids."""
    before = ids(ladder)
    ran = ladder.pulumi("up", "--yes", "--skip-preview", RUNG="replaced")
    assert ran.code == 0, ran.text
    after = ids(ladder)
    assert {name for name in before if before[name] != after[name]} == REPLACED
    assert ladder.pulumi("preview", "--expect-no-changes", RUNG="replaced").code == 0


def test_a_build_is_polled_at_once_and_then_every_two_seconds(ladder: Project) -> None:
    """A build that is under way for three polls: at most 1 + its time / 2 s."""
    ladder.twilio.switch(build_polls=3)
    before = len(ladder.twilio.requests)
    ran = ladder.pulumi("up", "--yes", "--skip-preview", RUNG="updated")  # back to the first content
    ladder.twilio.switch(build_polls=0)
    assert ran.code == 0, ran.text
    polls = [r for r in ladder.twilio.requests[before:] if r.path.endswith("/Status")]
    assert 3 <= len(polls) <= 4, polls  # 1 + 6 s / 2 s


def test_what_was_deleted_behind_our_back_is_made_again(ladder: Project) -> None:
    """All of it: a refresh notices, the next up plans it, and then there is nothing to do."""
    before = ids(ladder)
    for name, host in (
        ("workspace", "taskrouter"),
        ("sync", "sync"),
        ("service", "serverless"),
        ("subscription", "events"),
    ):
        ladder.twilio.delete(f"{host}.twilio.com/v1/{before[name]}")
    ladder.twilio.delete(f"events.twilio.com/v1/{before['sink']}")
    refreshed = ladder.pulumi("refresh", "--yes", "--skip-preview", RUNG="updated")
    assert refreshed.code == 0, refreshed.text
    assert ids(ladder).keys() == set()
    again = ladder.pulumi("up", "--yes", "--skip-preview", RUNG="updated")
    assert again.code == 0, again.text
    assert ids(ladder).keys() == before.keys()
    assert ladder.pulumi("preview", "--expect-no-changes", RUNG="updated").code == 0


def test_a_destroy_leaves_nothing_and_a_second_one_is_content(ladder: Project) -> None:
    """Neither in the state nor in the account."""
    for _ in range(2):
        done = ladder.pulumi("destroy", "--yes", "--skip-preview")
        assert done.code == 0, done.text
    assert ids(ladder) == {}
