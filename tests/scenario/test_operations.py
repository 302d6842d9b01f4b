"""What an operator sees of an environment, and puts right, from the command line."""

import contextlib
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from flexpark.cli.demo.actors import Opened
from flexpark.cli.parked import parked
from flexpark.cli.reconcile import reconcile
from tests.scenario.floor import Floor

ROOT = Path(__file__).resolve().parents[2]


def flexpark(floor: Floor, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A command as a shell without a terminal runs it, in the environment that is up."""
    env = {**floor.rehearsal.environ, **environ}
    command = [sys.executable, "-m", "flexpark.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def on(opened: Opened, items: list[dict[str, object]]) -> dict[str, object]:
    """The one item of a conversation."""
    [found] = [item for item in items if item["conversationSid"] == opened.conversation]
    return found


def test_parked_lists_what_is_parked_with_its_age(floor: Floor) -> None:
    """Oldest first; nothing of the conversation's content."""
    _, first, _ = floor.parked(floor.ada)
    floor.rehearsal.control("POST", "clock", {"advance": 2})  # Twilio's time, which functions go by, has whole seconds
    _, second, _ = floor.parked(floor.ada)
    items = parked(floor.rehearsal.stack, environ=floor.rehearsal.environ)
    mine = [item for item in items if item["conversationSid"] in {first.conversation, second.conversation}]
    assert [item["conversationSid"] for item in mine] == [first.conversation, second.conversation]
    assert [(item["state"], item["stale"]) for item in mine] == [("parked", None), ("parked", None)]
    assert all("attributes" not in item and first.customer not in str(item) for item in mine)


def test_reconcile_says_what_it_would_do_and_then_does_it(floor: Floor) -> None:
    """A dry run changes nothing; the second run finds nothing more to do."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.remove_webhooks(opened)
    customer.writes(opened, "Hello?")

    def steps(*, dry_run: bool) -> list[str]:
        _, items = reconcile(floor.rehearsal.stack, dry_run=dry_run, environ=floor.rehearsal.environ)
        return [
            step["do"] for item in items if item["conversationSid"] == opened.conversation for step in item["steps"]
        ]

    assert steps(dry_run=True) == ["wake"]
    assert floor.live_tasks(opened) == []
    assert steps(dry_run=False) == ["wake"]
    assert steps(dry_run=False) == []
    assert len(floor.live_tasks(opened)) == 1


@pytest.mark.parametrize("command", ["parked", "reconcile"])
def test_the_example_in_a_commands_help_works(floor: Floor, command: str) -> None:
    """As it is printed there, on the environment that it names; --json is one document; words go to stderr."""
    _, opened, _ = floor.parked(floor.ada)
    helped = flexpark(floor, command, "--help", COLUMNS="200").stdout
    [example] = re.findall(r"Example: flexpark (.+?)\s*$", helped, re.MULTILINE)
    done = flexpark(floor, *shlex.split(example))
    assert done.returncode == 0, done.stderr
    assert (opened.conversation in done.stdout) == (command == "parked")
    assert "acme-dev: " in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    done = flexpark(floor, *shlex.split(example), "--json")
    assert (done.returncode, type(json.loads(done.stdout))) == (0, list if command == "parked" else dict)


def test_what_is_stale_is_told_and_why_before_it_is_repaired(floor: Floor) -> None:
    """A handler that was lost, and a message that waits: in the list, in the dry run, and gone after the repair."""
    control = floor.rehearsal.control
    customer, waiting, _ = floor.parked(floor.ada)
    control(
        "POST",
        "faults",
        {"host": "flex-api.twilio.com", "method": "POST", "path": "/Invites$", "status": 429, "times": None},
    )
    customer.writes(waiting, "Hello?")
    control("DELETE", "faults")
    _, lost, work = floor.accepted(floor.ben, "support")
    kill = {
        "host": "flex-api.twilio.com",
        "method": "POST",
        "path": "/Participants/",
        "when": "after",
        "action": "kill",
    }
    control("POST", "faults", kill)
    sids = {"conversationSid": lost.conversation, "interactionSid": lost.interaction, "channelSid": lost.channel}
    with contextlib.suppress(ValueError):  # the platform's own answer
        floor.ben.calls("park", taskSid=work.task, **sids)
    control("DELETE", "faults")
    control("POST", "clock", {"advance": 30})

    def listed(*, every: bool = False) -> list[dict[str, object]]:
        return parked(floor.rehearsal.stack, every=every, environ=floor.rehearsal.environ)

    before = listed()
    found = [(on(opened, before)["state"], on(opened, before)["stale"]) for opened in (waiting, lost)]
    assert found == [("parked", "a message waits"), ("parking", "its handler did not come back")]
    told = flexpark(floor, "reconcile", "-s", "acme-dev", "--dry-run")
    assert told.returncode == 0, told.stderr
    assert f"{waiting.conversation}: wake: the customer's message 1 has not been acted on" in told.stdout
    assert f"{lost.conversation}: finish park: the agent has left, and its handler did not come back" in told.stdout
    assert "steps would be taken" in told.stderr
    assert floor.live_tasks(waiting) == []
    assert floor.record(lost)["state"] == "parking"

    floor.ada.goes(available=False)
    reconcile(floor.rehearsal.stack, environ=floor.rehearsal.environ)
    assert len(floor.live_tasks(waiting)) == 1
    after = listed(every=True)
    found = [(on(opened, after)["state"], on(opened, after)["stale"]) for opened in (waiting, lost)]
    assert found == [("invited", None), ("parked", None)]
    assert waiting.conversation not in {item["conversationSid"] for item in listed()}


def test_what_cannot_be_done_ends_with_a_code_and_three_parts(floor: Floor) -> None:
    """No such stack, no auth token, a wrong one, and records that only a newer version can read; nothing on stdout."""
    _, opened, _ = floor.parked(floor.ada)
    address = floor.record_address(opened)
    kept = floor.record(opened)
    floor.rehearsal.api("POST", address, Data=json.dumps({**kept, "v": 99}))
    try:
        newer = flexpark(floor, "reconcile", "-s", "acme-dev")
        listed = parked(floor.rehearsal.stack, environ=floor.rehearsal.environ)
    finally:
        floor.rehearsal.api("POST", address, Data=json.dumps(kept))
    assert newer.returncode == 4
    assert f"{opened.conversation}: parked by a newer version: deploy it again" in newer.stderr
    assert on(opened, listed)["stale"] == "parked by a newer version: deploy it again"
    for command, stack, token, code, words in (
        ("parked", "globex-prod", "", 6, "no such stack"),
        ("reconcile", "acme-dev", "", 3, "set TWILIO_AUTH_TOKEN"),
        ("parked", "acme-dev", "0" * 32, 3, "is the auth token this account's?"),
    ):
        done = flexpark(floor, command, "-s", stack, TWILIO_AUTH_TOKEN=token)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert words in done.stderr
