"""A park stack's life in an account whose limit is far below what its resources ask for at once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.provider.emulated import Emulated
from tests.stack.provider.project import Project, Ran
from tests.stack.provider.test_park_inventory import PARK

QUEUE = 'queue = twilio.taskrouter.TaskQueue("queue", workspace_sid=workspace.sid, friendly_name="Park", opts=below)'
PROGRAM = PARK.replace("workflow = ", f"{QUEUE}\nworkflow = ", 1).replace('"WQ" + "1" * 32', "queue.sid")
A_SECOND = 2  # requests that each product answers


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Project]:
    """A project whose Twilio answers 429 to most of what comes at once."""
    with Emulated() as twilio:
        twilio.switch(product_rate_limit=A_SECOND)
        project = Project(tmp_path, twilio)
        assert project.pulumi("stack", "init", "dev").code == 0
        yield project


def answered(project: Project) -> Counter[tuple[str, str, int]]:
    """How often each method and collection was answered with which status since the last look."""
    control = project.twilio.emulator.control
    log = control("GET", "/requests", {"source": "api"})["requests"]
    control("DELETE", "/requests")
    return Counter((r["method"], r["path"].rstrip("/").rsplit("/", 1)[-1], r["status"]) for r in log)


def test_a_stack_lives_under_a_limit_and_nothing_is_made_twice(limited: Project) -> None:
    """Up, refresh and destroy wait their turn: as many things as without a limit, and none left."""
    limited.program(PROGRAM)

    def done(*command: str) -> Ran:
        ran = limited.pulumi(*command)
        assert ran.code == 0, ran.text
        return ran

    done("up", "--yes", "--skip-preview")
    seen = answered(limited)
    assert sum(times for (_, _, status), times in seen.items() if status == 429) > 5
    made = {what: times for (method, what, status), times in seen.items() if method == "POST" and status == 201}
    assert made == {
        "Workspaces": 1,
        "TaskQueues": 1,
        "Workflows": 1,
        "Services": 2,
        "Environments": 1,
        "Variables": 1,
        "Functions": 4,
        "Versions": 4,
        "Builds": 1,
        "Deployments": 1,
    }
    done("preview", "--expect-no-changes")
    done("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert not [method for method, _, status in answered(limited) if method != "GET" and status != 429]
    done("destroy", "--yes", "--skip-preview")
    gone = sum(times for (method, _, status), times in answered(limited).items() if (method, status) == ("DELETE", 204))
    assert gone == 3  # what lies in the Workspace and the Service goes with them
