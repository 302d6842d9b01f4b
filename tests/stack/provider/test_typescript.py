"""The schema in TypeScript: the SDK that Pulumi's generator makes of it, and a program that is checked against it."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.stack.provider.compatibility import newest_is, stated
from tests.stack.provider.project import ROOT

EXAMPLE = ROOT / "pulumi-twilio" / "examples" / "typescript"
PACKAGE = json.loads((EXAMPLE / "package.json").read_text("utf-8"))
RANGES = {
    "@pulumi/pulumi": PACKAGE["dependencies"]["@pulumi/pulumi"],
    "TypeScript": PACKAGE["devDependencies"]["typescript"],
}
FLOORS = {name: re.sub(r"^(?:\^|>=)([\d.]+)( <\d+)?$", r"\1", allowed) for name, allowed in RANGES.items()}
QUIET = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
INSTALL = ["npm", "install", "--no-save", "--no-package-lock", *QUIET]
ENDS = {
    "locked": ["npm", "ci", *QUIET],
    "oldest": [*INSTALL, f"@pulumi/pulumi@{FLOORS['@pulumi/pulumi']}", f"typescript@{FLOORS['TypeScript']}"],
    "newest": [*INSTALL, "@pulumi/pulumi@latest"],  # by its tag: of a range, npm takes what this Node.js can run
}

generated = pytest.mark.skipif(shutil.which("go") is None, reason="Pulumi's generator is built with Go")


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated SDK."""
    folder = tmp_path_factory.mktemp("typescript") / "sdk"
    generate = ["go", "run", ".", "-language", "nodejs", "-out", str(folder), str(ROOT / "pulumi-twilio")]
    ran(generate, ROOT / "tools" / "generate-sdk")
    return folder


@pytest.fixture(scope="module", params=ENDS)
def program(request: pytest.FixtureRequest, sdk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with that SDK and its packages, at one end of what is allowed, in a folder named after the end."""
    folder = tmp_path_factory.mktemp("typescript") / str(request.param)
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("node_modules", "sdk"))
    shutil.copytree(sdk, folder / "sdk")
    ran(ENDS[request.param], folder)
    return folder


def ran(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(folder / "node_modules" / ".bin" / "tsc"), "--noEmit"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@generated
def test_a_program_in_typescript_is_right(program: Path) -> None:
    """Types, functions and object types are there, with their TypeScript names."""
    done = checked(program)
    assert done.returncode == 0, done.stdout


@generated
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


@generated
def test_what_is_supported_is_what_was_checked(program: Path, sdk: Path) -> None:
    """The oldest are those of the generated package and of the example, the newest those of the registry."""
    assert {name: stated()[name][0] for name in FLOORS} == FLOORS
    assert json.loads((sdk / "package.json").read_text("utf-8"))["dependencies"] == {
        "@pulumi/pulumi": RANGES["@pulumi/pulumi"]
    }
    found = {
        name: json.loads((program / "node_modules" / name.lower() / "package.json").read_text("utf-8"))["version"]
        for name in FLOORS
    }
    if program.name == "oldest":
        assert found == FLOORS
    if program.name == "newest":
        for name, version in found.items():
            newest_is(name, version)
