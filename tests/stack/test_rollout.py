"""Several stacks at once, by `flexpark rollout`: each has its result, whatever becomes of the others."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from flexpark.cli.interrupts import GENTLY
from flexpark.cli.rehearsal import open_rehearsal
from tests.stack.checkout import FLEXPARK, Copy, account_sid

FINE = ("acme-eu-dev", "acme-us-dev")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A checkout with two sound stacks, one whose file is wrong, one of another account; none is made yet."""
    folder = tmp_path_factory.mktemp("rollout")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        made = Copy(folder / "checkout", rehearsal)
        (made.root / "environments" / "Pulumi.acme-dev.yaml").unlink()
        made.add_stack("acme-eu", "dev")
        made.add_stack("acme-us", "dev")
        made.add_stack("broken", "dev", layer="nowhere")
        other = made.add_stack("foreign", "dev")
        file = made.root / "environments" / f"Pulumi.{other}.yaml"
        file.write_text(file.read_text().replace(rehearsal.account["accountSid"], account_sid()))
        yield made


def results(text: str) -> dict[str, dict[str, object]]:
    """The rows of `--json`, by stack."""
    [line] = [line for line in text.splitlines() if line.startswith("[")]
    return {row["stack"]: row for row in json.loads(line)}


def test_ctrl_c_ends_every_stack_cleanly_and_the_next_run_goes_on(copy: Copy) -> None:
    """Exit code 8, a row for each stack, no traceback, no lock left; what was begun is taken up again."""
    copy.rehearsal.control("POST", "latency", {"ms": 400})
    process = subprocess.Popen(
        [*FLEXPARK, "rollout", "up", "--select", "customer=acme-*", "--parallel", "2"],
        cwd=copy.root,
        env=copy.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if ": running" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    copy.rehearsal.control("POST", "latency", {"ms": 0})
    assert process.returncode == 8, err
    assert "Traceback" not in err
    assert "rollout up: cancelled" in err
    assert f": cancelling: {GENTLY}" in err
    assert all(name in out for name in FINE)
    assert list((copy.rehearsal.folder / "state" / ".pulumi" / "locks").rglob("*.json")) == []


def test_up_makes_the_stacks_and_a_failing_one_hides_none(copy: Copy) -> None:
    """Two come up, two fail, each with its own reason; the exit code is 1, since the reasons differ."""
    done = copy.flexpark("rollout", "up", "--select", "environment=dev", "--parallel", "3", "--json")
    rows = results(done.text)
    status = {name: row["status"] for name, row in rows.items()}
    assert set(status) == {*FINE, "broken-dev", "foreign-dev"}, done.text
    # One that was all but ready when the run before was cancelled has nothing left to do.
    assert {status[name] for name in FINE} <= {"done", "unchanged"}, done.text
    assert status["broken-dev"] == status["foreign-dev"] == "failed", done.text
    assert 'there is no layer "nowhere"' in str(rows["broken-dev"]["error"])
    assert rows["broken-dev"]["exit_code"] == 2
    assert "the stack belongs to account" in str(rows["foreign-dev"]["error"])
    assert done.code == 1
    assert "2 of 4 stacks failed" in done.text
    services = copy.rehearsal.inventory()["Serverless services"]
    assert services == [f"flexpark-{name}" for name in FINE], "each once, also after the cancelled run"


def test_a_preview_of_what_is_up_finds_nothing(copy: Copy) -> None:
    """One table on stdout, lines on stderr without a terminal, no write."""
    done = copy.flexpark("rollout", "preview", "--select", "customer=acme-*,environment=dev|prod")
    assert done.code == 0, done.text
    assert done.text.count("unchanged") >= 2
    assert done.writes == []
