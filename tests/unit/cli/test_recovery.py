"""What an `up` makes of a state that a killed run left, without an engine."""

import json
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flexpark.cli.automation import Locked, Runner
from flexpark.cli.up.journal import Journal
from flexpark.cli.up.recovery import IN_FLIGHT, put_in_order
from flexpark.errors import FlexparkError

STACK = "urn:pulumi:acme-dev::flexpark::pulumi:pulumi:Stack::flexpark-acme-dev"
SYNC = "urn:pulumi:acme-dev::flexpark::twilio:sync:Service::records"
BEGAN, SAVED = "2026-03-01T12:00:00.000000001Z", "2026-03-01T12:00:05Z"


class Engine(Runner):
    """Answers what the engine would of a stack with these runs in its history."""

    def __init__(self, *history: dict[str, Any], states: int = 1) -> None:
        self.name = "acme-dev"
        self._states = states
        self.exports = 0
        self.written: list[dict[str, Any]] = []
        self._history = list(history)

    def pulumi(self, *arguments: str) -> str:
        match arguments[:2]:
            case ("stack", "export"):
                self.exports += 1
                changes = min(self.exports, self._states)
                return json.dumps({"version": 3, "deployment": {**killed(), "changes": changes}})
            case ("stack", "history"):
                return json.dumps(self._history)
            case ("stack", "import"):
                self.written.append(json.loads(Path(arguments[3]).read_text()))
        return ""


def killed() -> dict[str, Any]:
    """The state of a run that was killed while it created the Sync service."""
    return {
        "manifest": {"time": SAVED},
        "resources": [{"urn": STACK, "type": "pulumi:pulumi:Stack", "created": BEGAN}],
        "pending_operations": [{"type": "creating", "resource": {"urn": SYNC, "type": "twilio:sync:Service"}}],
    }


def test_a_first_run_that_was_killed_has_made_nothing_before_it_began(tmp_path: Path) -> None:
    """What has been there for longer is somebody else's, whatever its name."""
    engine = Engine()
    left = put_in_order(engine, Journal(tmp_path / "journal"), {})
    (intent,) = left.intents
    assert intent.since == datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    assert intent.until == datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC) + IN_FLIGHT
    assert "pending_operations" not in engine.written[0]["deployment"]


def test_a_later_run_that_was_killed_came_after_the_last_that_was_recorded(tmp_path: Path) -> None:
    """The end of that one is the earliest that it can have made anything."""
    engine = Engine({"endTime": "2026-03-01T12:00:03Z"})
    (intent,) = put_in_order(engine, Journal(tmp_path / "journal"), {}).intents
    assert intent.since == datetime(2026, 3, 1, 12, 0, 3, tzinfo=UTC)
    assert intent.until - intent.since == timedelta(seconds=2) + IN_FLIGHT


def test_a_state_that_another_command_has_written_meanwhile_is_read_again(tmp_path: Path) -> None:
    """What would be written otherwise is a state that is no longer so."""
    engine = Engine({"endTime": "2026-03-01T12:00:03Z"}, states=4)
    put_in_order(engine, Journal(tmp_path / "journal"), {})
    assert [content["deployment"]["changes"] for content in engine.written] == [4]
    with pytest.raises(FlexparkError, match="the state changes while it is put in order"):
        put_in_order(Engine(states=99), Journal(tmp_path / "other"), {})


def test_what_is_pending_in_a_run_that_lives_is_left_to_it(tmp_path: Path) -> None:
    """Its lock says so before anything is read; a dead one's says nothing."""
    folder = tmp_path / ".pulumi" / "locks" / "organization" / "flexpark" / "acme-dev"
    folder.mkdir(parents=True)
    owner = {"username": "ada", "hostname": socket.gethostname(), "timestamp": "2026-03-01T12:00:00Z"}
    (folder / "1.json").write_text(
        json.dumps({**owner, "pid": os.getppid(), "timestamp": datetime.now(UTC).isoformat()})
    )
    engine = Engine({"endTime": "2026-03-01T12:00:03Z"})
    with pytest.raises(Locked, match="ada@"):
        put_in_order(engine, Journal(tmp_path / "journal"), {"PULUMI_BACKEND_URL": tmp_path.as_uri()})
    assert engine.exports == 0
    (folder / "1.json").write_text(json.dumps({**owner, "pid": 2**22 + 1}))
    assert put_in_order(engine, Journal(tmp_path / "journal"), {"PULUMI_BACKEND_URL": tmp_path.as_uri()}).intents
