"""The schema in TypeScript: the SDK that Pulumi's generator makes of it, and a program that is checked against it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "pulumi-twilio" / "examples" / "typescript"

pytestmark = pytest.mark.skipif(shutil.which("go") is None, reason="Pulumi's generator is built with Go")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with its packages and the generated SDK, in a folder of its own."""
    folder = tmp_path_factory.mktemp("typescript") / "program"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("node_modules", "sdk"))
    generate = ["go", "run", ".", "-language", "nodejs", "-out", str(folder / "sdk"), str(ROOT / "pulumi-twilio")]
    ran(generate, ROOT / "tools" / "generate-sdk")
    ran(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], folder)
    return folder


def ran(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(folder / "node_modules" / ".bin" / "tsc"), "--noEmit"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_program_in_typescript_is_right(program: Path) -> None:
    """Types, functions and object types are there, with their TypeScript names."""
    done = checked(program)
    assert done.returncode == 0, done.stdout


def test_what_is_wrong_in_it_is_found(program: Path) -> None:
    """A property that is none, a required one that lacks, and a wrong type: each by the compiler, at its place."""
    (program / "index.ts").write_text(
        'import * as twilio from "pulumi-twilio";\n'
        'new twilio.taskrouter.TaskQueue("a", { workspaceSid: "WS", friendlyNam: "x", friendlyName: "x" });\n'
        'new twilio.taskrouter.TaskQueue("b", { workspaceSid: "WS" });\n'
        'new twilio.taskrouter.TaskQueue("c", { workspaceSid: "WS", friendlyName: "x", maxReservedWorkers: "3" });\n'
    )
    done = checked(program)
    assert done.returncode != 0
    told = ["index.ts(2,60): error", "'friendlyName' is missing in type", "index.ts(4,79): error"]
    assert [text for text in told if text not in done.stdout] == [], done.stdout
