"""What a stranger installs: the wheel, in a virtual environment that holds nothing else.

Once with the newest of what it requires that the registry has, once with the oldest that it allows. `make compat` does
so for every supported Python on this machine (COMPAT_PYTHONS names them, or others).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from flexpark.cli import engine
from tests.unit.provider.fake_twilio import FakeTwilio

HOME = Path(__file__).parents[3] / "pulumi-twilio"
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]
OLDEST = [
    f"{name}=={floor}"
    for name, floor in re.findall(r"^(pulumi|twilio)>=([\d.]+)", "\n".join(PROJECT["dependencies"]), re.MULTILINE)
]
PYTHONS = os.environ.get("COMPAT_PYTHONS", sys.executable).split()
ENDS = [(python, end) for python in PYTHONS for end in ("newest", "oldest")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(HOME))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module", params=ENDS, ids=lambda end: f"{Path(end[0]).name}-{end[1]}")
def installed(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of a new virtual environment with the wheel and what it requires, at one end of what is allowed."""
    python, end = request.param
    home = tmp_path_factory.mktemp("environment")
    run(shutil.which(python) or python, "-m", "venv", str(home))
    pins = OLDEST if end == "oldest" else []
    run(str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", str(wheel), *pins)
    return home / "bin"


@pytest.fixture
def port(installed: Path) -> Iterator[int]:
    """The port of the installed plugin, started as the engine starts it."""
    command = [str(installed / "pulumi-resource-twilio"), "127.0.0.1:1"]
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
    """No tests, no tools; the schema and the catalogue are there."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"twilio_provider", "twilio_api", "pulumi_twilio"}
    assert {"twilio_provider/schema.json", "twilio_provider/catalogue/catalogue.json", "pulumi_twilio/py.typed"} <= set(
        names
    )


def test_the_installed_plugin_serves_its_schema(port: int) -> None:
    """From any folder, with nothing activated: the schema that is checked in."""
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.max_receive_message_length", 64 << 20)]) as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        answer = stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=20)
    assert json.loads(answer.schema) == json.loads((HOME / "schema.json").read_text("utf-8"))


def test_the_program_of_the_readme_runs(installed: Path, tmp_path: Path) -> None:
    """The engine finds the plugin on PATH, with no word about it in the project."""
    program = re.search(r"```python\n(.*?)```", (HOME / "README.md").read_text("utf-8"), re.DOTALL)
    assert program is not None
    (tmp_path / "__main__.py").write_text(program[1])
    (tmp_path / "Pulumi.yaml").write_text("name: readme\nruntime: python\n")
    with FakeTwilio() as twilio:
        environment = {
            **clean(),
            **twilio.environment,
            "PATH": os.pathsep.join([str(installed), str(engine.need().bin), os.environ["PATH"]]),
            "PULUMI_HOME": str(tmp_path / "home"),
            "PULUMI_BACKEND_URL": f"file://{tmp_path}",
            "PULUMI_CONFIG_PASSPHRASE": "x",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        for arguments in (
            ["stack", "init", "dev"],
            ["up", "--yes", "--skip-preview"],
            ["preview", "--expect-no-changes"],
        ):
            ran = subprocess.run(
                ["pulumi", *arguments, "--non-interactive"],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            assert ran.returncode == 0, ran.stdout + ran.stderr
        posted = sorted(request.rsplit("/", 1)[1] for request in twilio.seen())
    assert posted == ["Sinks", "Subscriptions", "TaskQueues", "Workspaces"]


def test_what_is_supported_is_what_is_installed_here() -> None:
    """The statement names the oldest releases that the wheel allows, which are those of this test."""
    text = (HOME / "docs" / "compatibility.md").read_text("utf-8")
    assert len(OLDEST) == 2
    for name, _, floor in (pin.partition("==") for pin in OLDEST):
        assert f"| {name} (Python) | {floor} |" in text
    assert f"| Python | {PROJECT['requires-python'].removeprefix('>=')} |" in text
    assert f"| Pulumi engine | {engine.MINIMUM} |" in text
