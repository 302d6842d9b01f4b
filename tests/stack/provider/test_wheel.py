"""What a stranger installs: the wheel, in a virtual environment that holds nothing else.

Once with the newest of what it requires that the registry has, once with the oldest that it allows. `make compat` does
so for every supported Python on this machine (COMPAT_PYTHONS names them, or others), and again on the newest engine.
"""

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from flexpark.cli import emulate, engine
from tests.stack.provider.compatibility import NEWEST_ENGINE, PYTHONS, newest_is, stated
from tests.stack.provider.emulated import Emulated
from tests.stack.provider.project import ROOT

HOME = ROOT / "pulumi-twilio"
README = (HOME / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]
OLDEST = [
    f"{name}=={floor}"
    for name, floor in re.findall(r"^(pulumi|twilio)>=([\d.]+)", "\n".join(PROJECT["dependencies"]), re.MULTILINE)
]
ENDS = [(python, end) for python in PYTHONS or [sys.executable] for end in ("newest", "oldest")]


@dataclass(frozen=True)
class Installed:
    """The ``bin`` of a virtual environment that holds the wheel, and which end of what is allowed is in it."""

    bin: Path
    end: str

    def versions(self) -> dict[str, str]:
        """Distribution -> the version that is there."""
        command = [str(self.bin / "pip"), "list", "--format", "json", "--disable-pip-version-check"]
        listed = subprocess.run(command, env=clean(), capture_output=True, text=True, check=True)
        return {entry["name"]: entry["version"] for entry in json.loads(listed.stdout)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(HOME))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module", params=ENDS, ids=lambda end: f"{Path(end[0]).name}-{end[1]}")
def installed(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A new virtual environment with the wheel and what it requires, at one end of what is allowed."""
    python, end = request.param
    home = tmp_path_factory.mktemp("environment")
    run(shutil.which(python) or python, "-m", "venv", str(home))
    pins = OLDEST if end == "oldest" else []
    run(str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", str(wheel), *pins)
    return Installed(home / "bin", end)


@pytest.fixture
def port(installed: Installed) -> Iterator[int]:
    """The port of the installed plugin, started as the engine starts it."""
    command = [str(installed.bin / "pulumi-resource-twilio"), "127.0.0.1:1"]
    process = subprocess.Popen(command, cwd="/", env=clean(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.terminate()
    process.communicate(timeout=5)


def run(*command: str) -> None:
    ran = subprocess.run(command, env=clean(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def clean() -> dict[str, str]:
    """This environment, without what would lead to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TWILIO_", "PULUMI_"))}


def test_it_holds_the_provider_its_data_and_the_sdk_and_nothing_else(wheel: Path) -> None:
    """No tests, no tools; the schema, the catalogue and the licence are there."""
    names = zipfile.ZipFile(wheel).namelist()
    packages = {"twilio_provider", "twilio_api", "pulumi_twilio", "pulumi_twilio_extras"}
    assert {name.split("/")[0].split("-")[0] for name in names} == packages
    assert {"twilio_provider/schema.json", "twilio_provider/catalogue/catalogue.json", "pulumi_twilio/py.typed"} <= set(
        names
    )
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_the_installed_plugin_serves_its_schema(port: int) -> None:
    """From any folder, with nothing activated: the schema that is checked in."""
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.max_receive_message_length", 64 << 20)]) as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        answer = stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=20)
    assert json.loads(answer.schema) == json.loads((HOME / "schema.json").read_text("utf-8"))


def blocks(language: str) -> list[str]:
    """The README's blocks of a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_what_the_readme_says_runs_as_it_stands(installed: Installed, tmp_path: Path) -> None:
    """On the emulator, at the address that the README gives it, but for the port and the account of this test's."""
    install, emulator, commands = blocks("console")
    (program,), (project,) = blocks("python"), blocks("yaml")
    assert len([line for line in program.splitlines() if line.strip()]) <= 10
    (tmp_path / "__main__.py").write_text(program)
    (tmp_path / "Pulumi.yaml").write_text(project)
    assert emulator == "flexpark emulate\n"
    port = inspect.signature(emulate.command).parameters["port"].default
    assert f"TWILIO_ENDPOINT=http://127.0.0.1:{port} " in commands
    environment = {
        **clean(),
        "PATH": os.pathsep.join([str(installed.bin), str(engine.need().bin), os.environ["PATH"]]),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    with Emulated() as twilio:
        for name, value in twilio.environment.items():
            commands, places = re.subn(rf"\b{name}=\S+", f"{name}={value}", commands)
            assert places == 1, name
        up, destroy = commands.split("pulumi destroy")
        script = f"set -e\n{install}{up}pulumi preview --expect-no-changes\npulumi destroy{destroy}"
        ran = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert re.search(r"^WQ[0-9a-f]{32}$", ran.stdout, re.MULTILINE), ran.stdout
        posted = sorted(r.path.rsplit("/", 1)[1] for r in twilio.requests if r.method == "POST")
    assert posted == ["TaskQueues", "Workspaces"]


def test_what_is_supported_is_what_is_installed_here(installed: Installed) -> None:
    """The statement names the oldest releases that the wheel allows, and the newest that the registry has."""
    assert len(OLDEST) == 2
    found = installed.versions()
    for name, _, floor in (pin.partition("==") for pin in OLDEST):
        row = f"{name} (Python)"
        assert stated()[row][0] == floor
        if installed.end == "oldest":
            assert found[name] == floor or found[name].startswith(floor + ".")
    if installed.end == "newest":
        for name in ("pulumi", "twilio"):
            newest_is(f"{name} (Python)", found[name])


def test_what_is_supported_is_what_make_compat_plays_with() -> None:
    """The oldest Python that the wheel allows, the newest of the Makefile, and the pinned engine."""
    pythons = re.search(r"COMPAT_PYTHONS \?= \$\(foreach v,([\d. ]+),", (ROOT / "Makefile").read_text("utf-8"))
    assert pythons is not None
    oldest, *_, newest = pythons[1].split()
    assert stated()["Python"] == (oldest, newest)
    assert PROJECT["requires-python"] == f">={oldest}"
    assert stated()["Pulumi engine"][0] == engine.MINIMUM


@pytest.mark.skipif(not NEWEST_ENGINE, reason="make compat builds the newest engine, and runs this with it")
def test_the_newest_engine_is_the_one_that_is_stated() -> None:
    """It is on PATH, so all of this file has run with it."""
    newest_is("Pulumi engine", ".".join(map(str, engine.need().version)))
