"""What does not depend on one another does not wait for one another."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from flexpark import load_environment, render_bundle
from flexpark.cli.rehearsal import ROOT, Rehearsal, open_rehearsal
from tests.stack.checkout import FLEXPARK

STACK = "acme-dev"


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A stack that is not up."""
    with open_rehearsal(tmp_path_factory.mktemp("parallel") / "rehearsal") as opened:
        yield opened


def created(rehearsal: Rehearsal, operation: str) -> int:
    """How many of a kind have been answered."""
    return sum(request["operation"] == operation for request in rehearsal.requests("api"))


def test_all_else_is_made_while_one_request_takes_for_ever(rehearsal: Rehearsal) -> None:
    """A function that Twilio takes its time to make holds up its own version and the build, and nothing else."""
    functions = len(render_bundle(load_environment(ROOT, STACK), ROOT).functions)
    rehearsal.control("POST", "faults", {"method": "POST", "path": "/Functions$", "action": "hold", "times": 1})
    argv = [*FLEXPARK, "up", "-s", STACK, "--yes", "--skip-preview", "--config-file", str(rehearsal.stack_file)]
    with subprocess.Popen(argv, env=rehearsal.environ, stderr=subprocess.PIPE, text=True) as process:
        assert rehearsal.control("GET", "faults/held?timeout=60")["held"]
        others = dict.fromkeys(("CreateFunction", "CreateFunctionVersion"), functions - 1) | {"CreateWorkflow": 1}
        deadline = time.monotonic() + 60
        while any(created(rehearsal, operation) < number for operation, number in others.items()):
            assert time.monotonic() < deadline, {operation: created(rehearsal, operation) for operation in others}
            time.sleep(0.1)
        assert created(rehearsal, "CreateBuild") == 0
        rehearsal.control("DELETE", "faults")
        _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert (
        created(rehearsal, "CreateFunctionVersion") == created(rehearsal, "CreateFunction") > others["CreateFunction"]
    )
