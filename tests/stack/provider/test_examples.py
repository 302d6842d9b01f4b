"""The examples are programs that run, and the one in TypeScript is the one in Python."""

import re

import pytest

from tests.stack.provider.emulated import Emulated
from tests.stack.provider.project import ROOT, Project

EXAMPLES = ROOT / "pulumi-twilio" / "examples"
PYTHON = (EXAMPLES / "taskrouter" / "__main__.py").read_text("utf-8")
TYPESCRIPT = (EXAMPLES / "typescript" / "index.ts").read_text("utf-8")
MADE = re.compile(r"twilio\.(\w+)\.([A-Z]\w+)\(\s*\"(\w+)\"")


def test_the_example_of_taskrouter_runs(tmp_path_factory: pytest.TempPathFactory) -> None:
    """On the emulator: up, no change, destroy."""
    with Emulated() as twilio:
        project = Project(tmp_path_factory.mktemp("example"), twilio)
        (project.folder / "__main__.py").write_text(PYTHON)
        assert project.pulumi("stack", "init", "dev").code == 0
        assert len(project.up().requests) == len(MADE.findall(PYTHON))
        for command in (("preview", "--expect-no-changes"), ("destroy", "--yes", "--skip-preview")):
            ran = project.pulumi(*command)
            assert ran.code == 0, ran.text


def test_the_example_in_typescript_makes_the_same() -> None:
    """Types and names; that it is right is for the compiler (test_typescript.py)."""
    assert MADE.findall(TYPESCRIPT) == MADE.findall(PYTHON)
    assert 'pulumi.export("queueSid", queue.sid)' in PYTHON
    assert "export const queueSid: pulumi.Output<string> = queue.sid;" in TYPESCRIPT
