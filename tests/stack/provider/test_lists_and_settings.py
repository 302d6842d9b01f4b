"""Listing and settings on the real engine: `pulumi do TYPE list`, list functions, and what needs no create."""

import json

from tests.stack.provider.project import ROOT, Project

PLUGIN = ROOT / "pulumi-twilio" / "bin" / "pulumi-resource-twilio"
EXAMPLE = ROOT / "pulumi-twilio" / "examples" / "settings" / "__main__.py"


def workspace(project: Project) -> str:
    """The SID of a workspace that exists already, with two queues."""
    sid = str(
        project.twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Flex Task Assignment")["sid"]
    )
    for name in ("Sales", "Support"):
        project.twilio.add("taskrouter.twilio.com", f"/v1/Workspaces/{sid}/TaskQueues", friendly_name=name)
    return sid


def test_pulumi_do_lists_what_there_is(project: Project) -> None:
    """The ids are those that import takes."""
    sid = workspace(project)
    listing = ["do", "--package", str(PLUGIN), "twilio:taskrouter:TaskQueue", "list", "--workspace-sid", sid]
    done = project.pulumi(*listing)
    assert done.code == 0, done.text
    found = json.loads(done.text)
    assert [item["name"] for item in found] == ["Sales", "Support"]
    assert all(item["id"].startswith(f"Workspaces/{sid}/TaskQueues/WQ") for item in found)


def test_settings_come_and_go_and_others_keys_stay(project: Project) -> None:
    """The example: set by an up, unchanged in the next preview, put back by a destroy."""
    workspace(project)
    (project.folder / "__main__.py").write_text(EXAMPLE.read_text())
    project.up()
    assert json.loads(project.pulumi("stack", "output", "--json").text)["queues"] == ["Sales", "Support"]
    flex = project.twilio.items["flex-api", "/v1/Configuration"]
    assert flex["ui_attributes"] == {"theirs": {"colour": "red", "size": 3}, "ours": {"colour": "blue"}}
    unchanged = project.pulumi("preview", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.text
    gone = project.pulumi("destroy", "--yes", "--skip-preview")
    assert gone.code == 0, gone.text
    assert flex["ui_attributes"] == {"theirs": {"colour": "red", "size": 3}}
    assert project.twilio.items["conversations", "/v1/Configuration/Webhooks"]["post_webhook_url"] == ""
