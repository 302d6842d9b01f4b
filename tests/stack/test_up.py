"""`flexpark up` through its door: what it prints and answers, whose locks it breaks, what it mends."""

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flexpark.cli.rehearsal import open_rehearsal
from flexpark.cli.up.showing import CANCELLING
from tests.stack.checkout import FLEXPARK, Checkout, Refusal

STACK = "acme-dev"
NOBODY = 2**22 + 1  # above the highest process number there can be


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A stack that is not up; the tests of this file take it through its life in their order."""
    folder = tmp_path_factory.mktemp("up")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        yield Checkout(folder / "checkout", rehearsal)


def up(checkout: Checkout, *arguments: str, **environ: str | None) -> Refusal:
    """`flexpark up` on the rehearsal's stack file."""
    return checkout.flexpark(
        "up", "-s", STACK, "--config-file", str(checkout.rehearsal.stack_file), *arguments, **environ
    )


def lock(checkout: Checkout, host: str, pid: int) -> Path:
    """A lock as the engine leaves it in a folder."""
    folder = checkout.rehearsal.folder / "state" / ".pulumi" / "locks" / "organization" / "flexpark" / STACK
    folder.mkdir(parents=True, exist_ok=True)
    owner = {"pid": pid, "username": "ada", "hostname": host, "timestamp": datetime.now(UTC).isoformat()}
    path = folder / "0123.json"
    path.write_text(json.dumps(owner))
    return path


def state(checkout: Checkout) -> Path:
    """The file that is the stack's state."""
    return checkout.rehearsal.folder / "state" / ".pulumi" / "stacks" / "flexpark" / f"{STACK}.json"


@pytest.mark.parametrize("command", ["up", "adopt", "rollback"])
def test_without_a_terminal_it_asks_for_yes(checkout: Checkout, command: str) -> None:
    """Exit code 2, and nothing is asked of anyone."""
    done = checkout.flexpark(command, "-s", STACK)
    assert "acme-dev: there is no terminal to ask at\nallowed without one: --yes" in done.text
    assert (done.code, done.writes) == (2, [])


def test_wrong_credentials_are_exit_code_3_and_change_nothing(checkout: Checkout) -> None:
    """Also at once, without a preview; no traceback."""
    done = up(checkout, "--yes", "--skip-preview", TWILIO_AUTH_TOKEN="0" * 32)
    assert "Twilio does not accept the credentials" in done.text, done.text
    assert "Traceback" not in done.text
    assert (done.code, done.writes) == (3, [])


def test_ctrl_c_is_exit_code_8_and_the_next_one_goes_on(checkout: Checkout) -> None:
    """SIGINT in the middle, while a request is held: the engine ends cleanly, nothing is made twice."""
    rehearsal = checkout.rehearsal
    rehearsal.control("POST", "faults", {"method": "POST", "nth": 9, "when": "after", "action": "hold"})
    argv = [*FLEXPARK, "up", "-s", STACK, "--yes", "--skip-preview", "--config-file", str(rehearsal.stack_file)]
    with subprocess.Popen(argv, env=rehearsal.environ, stderr=subprocess.PIPE, text=True) as process:
        assert rehearsal.control("GET", "faults/held")["held"]
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert any(CANCELLING in line for line in process.stderr)  # before the engine can go on
        rehearsal.control("DELETE", "faults")
        _, told = process.communicate()
    assert process.returncode == 8, told
    assert "acme-dev: up: cancelled" in told
    assert "Traceback" not in told and "Exception" not in told


def test_it_says_each_resource_and_then_a_table(checkout: Checkout) -> None:
    """Progress on stderr, the table on stdout, no colours without a terminal."""
    done = up(checkout, "--yes", "--skip-preview")
    assert done.code == 0, done.text
    assert "twilio:serverless:Deployment deployment created (" in done.text
    assert "type                               created" in done.text
    assert "\x1b[" not in done.text
    names = checkout.rehearsal.inventory()["task queues"]
    assert sorted(names) == ["Everyone", "Sales", "Support"]


def test_nothing_to_do_is_said_and_writes_nothing(checkout: Checkout) -> None:
    """With `--json` as a document; the plan is judged first."""
    with checkout.rehearsal.counting() as seen:
        argv = [*FLEXPARK, "up", "-s", STACK, "--yes", "--json", "--config-file", str(checkout.rehearsal.stack_file)]
        done = subprocess.run(argv, env=checkout.rehearsal.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["changes"], told["steps"]) == ({}, [])
    assert told["left"] == {"lock": "", "creates": [], "cleared": []}
    assert told["outputs"]["workspaceSid"] == checkout.rehearsal.account["workspaceSid"]
    assert [request for request in seen if request["method"] != "GET"] == []


@pytest.mark.parametrize(
    ("host", "pid"),
    [(socket.gethostname(), os.getpid()), ("elsewhere", NOBODY)],
    ids=["a process that lives", "another machine"],
)
def test_a_lock_is_kept_unless_its_owner_is_provably_dead(checkout: Checkout, host: str, pid: int) -> None:
    """It says whose it is, and leaves it."""
    held = lock(checkout, host, pid)
    try:
        done = up(checkout, "--yes", "--skip-preview")
        assert held.exists()
    finally:
        held.unlink()
    assert f"another command holds the stack\nada@{host}, process {pid}, since " in done.text, done.text
    assert (done.code, done.writes) == (1, [])


@pytest.mark.parametrize(("wait", "held_for", "code"), [("60", 6, 0), ("5", 60, 1)])
def test_it_waits_for_another_command_as_long_as_it_is_told(
    checkout: Checkout, wait: str, held_for: float, code: int
) -> None:
    """Whose end is waited for is said once; after that time it is refused as without waiting."""
    held = lock(checkout, socket.gethostname(), os.getpid())
    release = threading.Timer(held_for, held.unlink)
    release.start()
    done = up(checkout, "--yes", "--skip-preview", "--wait", wait)
    release.cancel()
    held.unlink(missing_ok=True)
    assert done.code == code, done.text
    assert done.text.count(f"waiting: acme-dev: up: another command holds the stack (ada@{socket.gethostname()}") == 1
    assert done.text.count("wait until it has ended") == (1 if code else 0)


def test_the_lock_of_a_dead_process_is_broken(checkout: Checkout) -> None:
    """On this machine, and no such process: it says so and goes on."""
    held = lock(checkout, socket.gethostname(), NOBODY)
    done = up(checkout, "--yes", "--skip-preview")
    assert f"broke the lock of a process that has ended: ada@{socket.gethostname()}, process {NOBODY}" in done.text
    assert done.code == 0, done.text
    assert not held.exists()


def test_a_state_whose_writer_was_killed_is_mended(checkout: Checkout) -> None:
    """The engine leaves the attributes beside the state empty, and then no command can read it: this one can."""
    attributes = state(checkout).with_name(f"{STACK}.json.attrs")
    attributes.write_text("")
    plain = checkout.pulumi("stack", "export")
    assert "failed to load checkpoint: EOF" in plain.text
    done = up(checkout, "--yes", "--skip-preview")
    assert done.code == 0, done.text
    assert "82 unchanged" in done.text


def test_a_pending_update_is_cleared_and_read_again(checkout: Checkout) -> None:
    """Whether it was done is not known: the resource is read before it is compared, and nothing stays pending."""
    content = json.loads(state(checkout).read_text())
    latest: dict[str, Any] = content["checkpoint"]["latest"]
    queue = next(resource for resource in latest["resources"] if resource["urn"].endswith("::queue-Sales"))
    latest["pending_operations"] = [{"resource": queue, "type": "updating"}]
    state(checkout).write_text(json.dumps(content))
    sid = queue["id"].rsplit("/", 1)[-1]
    address = f"taskrouter.twilio.com/v1/Workspaces/{checkout.rehearsal.account['workspaceSid']}/TaskQueues/{sid}"
    checkout.rehearsal.api("POST", address, TargetWorkers="1==2")
    done = up(checkout, "--yes", "--skip-preview")
    assert "an earlier run was stopped in updating queue-Sales" in done.text
    assert done.code == 0, done.text
    assert checkout.rehearsal.api("GET", address)["target_workers"] == 'skills HAS "sales"'
    assert "pending_operations" not in json.loads(state(checkout).read_text())["checkpoint"]["latest"]


def test_what_is_pending_in_a_run_that_goes_on_is_left_to_it(checkout: Checkout) -> None:
    """Its lock is respected before anything is cleared or noted."""
    content = json.loads(state(checkout).read_text())
    latest: dict[str, Any] = content["checkpoint"]["latest"]
    queue = next(resource for resource in latest["resources"] if resource["urn"].endswith("::queue-Sales"))
    latest["pending_operations"] = [{"resource": {**queue, "id": ""}, "type": "creating"}]
    state(checkout).write_text(json.dumps(content))
    before = state(checkout).read_text()
    held = lock(checkout, socket.gethostname(), os.getpid())
    try:
        done = up(checkout, "--yes", "--skip-preview")
    finally:
        held.unlink()
    assert "another command holds the stack" in done.text, done.text
    assert (done.code, done.writes) == (1, [])
    assert state(checkout).read_text() == before
    assert list((checkout.rehearsal.folder / "state").glob(".flexpark/*")) == []
