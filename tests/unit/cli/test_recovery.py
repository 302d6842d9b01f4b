"""What an `up` makes of a state that a killed run left, without an engine."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flexpark.cli.automation import Runner
from flexpark.cli.up.journal import Journal
from flexpark.cli.up.recovery import IN_FLIGHT, put_in_order

STACK = "urn:pulumi:acme-dev::flexpark::pulumi:pulumi:Stack::flexpark-acme-dev"
SYNC = "urn:pulumi:acme-dev::flexpark::twilio:sync:Service::records"
BEGAN, SAVED = "2026-03-01T12:00:00.000000001Z", "2026-03-01T12:00:05Z"


class Engine(Runner):
    """Answers what the engine would of a stack with these runs in its history."""

    def __init__(self, *history: dict[str, Any]) -> None:
        self.name = "acme-dev"
        self.written: list[dict[str, Any]] = []
        self._history = list(history)

    def pulumi(self, *arguments: str) -> str:
        match arguments[:2]:
            case ("stack", "export"):
                return json.dumps({"version": 3, "deployment": killed()})
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
