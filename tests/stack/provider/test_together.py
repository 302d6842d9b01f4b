"""The helper for programs in Python: what goes with its holder costs a destroy no request, and nothing stays behind."""

import re

import pytest

from tests.stack.provider.project import ROOT, Project

PROGRAM = """
from pulumi_twilio_extras import goes_with, watch

watch()


class Team(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("acme:Team", name, None, opts)


with_provider = pulumi.ResourceOptions(provider=provider)
{holder}
for name in ("sales", "support"):
    twilio.taskrouter.TaskQueue(
        name, workspace_sid=workspace.sid, friendly_name=name, opts=goes_with(workspace, with_provider)
    )
"""
MADE = 'workspace = twilio.taskrouter.Workspace("w", friendly_name="Ours", opts={})'
OURS = MADE.format("with_provider")
RETAINED = MADE.format("pulumi.ResourceOptions.merge(with_provider, pulumi.ResourceOptions(retain_on_delete=True))")
IN_RETAINED = """
team = Team("team", pulumi.ResourceOptions(retain_on_delete=True))
""" + MADE.format("pulumi.ResourceOptions.merge(with_provider, pulumi.ResourceOptions(parent=team))")
THEIRS = 'workspace = twilio.taskrouter.Workspace.get("w", "Workspaces/{sid}", opts=with_provider)'


def ran(project: Project, holder: str) -> list[str]:
    """The requests of a destroy, after an up."""
    project.program(PROGRAM.format(holder=holder))
    project.up()
    done = project.pulumi("destroy", "--yes", "--skip-preview")
    assert done.code == 0, done.text
    return [request.rsplit("/", 1)[0] for request in done.requests]


def queues(project: Project) -> list[str]:
    return [path for _, path in project.twilio.items if "/TaskQueues/" in path]


def test_what_goes_with_its_holder_costs_no_request(project: Project) -> None:
    """One request deletes all of it."""
    assert ran(project, OURS) == ["DELETE /v1/Workspaces"]
    assert queues(project) == []


@pytest.mark.parametrize("holder", [RETAINED, IN_RETAINED], ids=["retained", "in what is retained"])
def test_what_is_in_a_holder_that_stays_is_deleted_by_itself(project: Project, holder: str) -> None:
    """Else the engine would forget it, and it would live on."""
    requests = ran(project, holder)
    if holder is RETAINED:
        assert len(requests) == 2
        assert all("/TaskQueues" in request for request in requests)
    assert [path for _, path in project.twilio.items] != []
    assert queues(project) == []


def test_what_is_in_another_ones_holder_is_deleted_by_itself(project: Project) -> None:
    """Which was only looked up."""
    sid = project.twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Theirs")["sid"]
    requests = ran(project, THEIRS.format(sid=sid))
    assert len([request for request in requests if request.startswith("DELETE")]) == 2
    assert [path for _, path in project.twilio.items] == [f"/v1/Workspaces/{sid}"]


def test_what_is_in_a_protected_holder_is_not_said_to_go_with_it(project: Project) -> None:
    """Who unprotects it by hand decides about what is in it as well."""
    protected = MADE.format("pulumi.ResourceOptions.merge(with_provider, pulumi.ResourceOptions(protect=True))")
    project.program(PROGRAM.format(holder=protected))
    project.up()
    assert not any(project.state()[name].get("deletedWith") for name in ("sales", "support"))


def test_the_example_of_the_page_does_what_it_says(project: Project) -> None:
    """One request for all."""
    page = (ROOT / "pulumi-twilio" / "docs" / "deleted-with.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (project.folder / "__main__.py").write_text(example)
    project.up()
    done = project.pulumi("destroy", "--yes", "--skip-preview")
    assert [request.rsplit("/", 1)[0] for request in done.requests] == ["DELETE /v1/Workspaces"], done.text
    assert project.twilio.items == {}


def test_without_the_watch_it_says_so(project: Project) -> None:
    """Nothing is known of the holder then, and nothing is made of what is in it."""
    project.program(PROGRAM.replace("\nwatch()\n", "\n").format(holder=OURS))
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "watch() has to be called before anything is made" in failed.text
    assert queues(project) == []
