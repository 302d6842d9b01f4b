"""A look-up that fails in a plain program: where our words stand, and the lines that leave them alone."""

import re

import pytest

from tests.stack.provider.project import ROOT, Project

PAGE = ROOT / "pulumi-twilio" / "docs" / "failures.md"
HEAD = "import pulumi_twilio as twilio\n"
LOOK_UPS = {
    "neither name": (
        'twilio.taskrouter.get_task_queue(workspace_sid="WS" + "1" * 32)',
        "exactly one of sid or friendlyName must be given",
    ),
    "both names": (
        'twilio.taskrouter.get_workspace(sid="WS" + "1" * 32, friendly_name="Support")',
        "exactly one of sid or friendlyName must be given",
    ),
    "nothing of that name": (
        'twilio.taskrouter.get_workspace(friendly_name="Support")',
        "there is no taskrouter:Workspace called 'Support'; there are: Sales",
    ),
}


def program(project: Project, text: str) -> None:
    """In an account with one workspace."""
    project.twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Sales")
    (project.folder / "__main__.py").write_text(text)


def diagnostics(project: Project) -> list[str]:
    """What a preview, which fails, says of the program in the end."""
    ran = project.pulumi("preview")
    assert ran.code != 0
    told = re.search(r"^Diagnostics:\n.*?\n(.*?)\n\n", ran.text, re.DOTALL | re.MULTILINE)
    assert told is not None, ran.text
    return [line.strip() for line in told[1].splitlines()]


@pytest.mark.parametrize("what", LOOK_UPS)
def test_what_ends_the_error_is_our_words(project: Project, what: str) -> None:
    """Below the traceback of Pulumi's SDK, which nothing of ours is in."""
    call, words = LOOK_UPS[what]
    program(project, HEAD + call + "\n")
    told = diagnostics(project)
    assert words in told[-1]
    assert not [line for line in told if "twilio_provider" in line or "twilio_api" in line]


def test_the_lines_of_the_page_leave_our_words_alone(project: Project) -> None:
    """No traceback; and what is found is found."""
    (shown,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    program(project, shown)
    told = diagnostics(project)
    assert "there is no taskrouter:Workspace called 'Flex Task Assignment'; there are: Sales" in told[0]
    assert not [line for line in told if "Traceback" in line]
    project.twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Flex Task Assignment")
    assert project.up().code == 0
