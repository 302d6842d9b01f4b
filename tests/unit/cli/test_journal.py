"""What an `up` notes while it runs, and what becomes of it, with several at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flexpark.cli.automation import Step
from flexpark.cli.up.journal import Intent, Journal

URN = "urn:pulumi:acme-dev::flexpark::twilio:sync:Service::records"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def created(state: str) -> Step:
    """A step of the engine that creates the Sync service."""
    return Step(URN, "twilio:sync:Service", "create", "begun" if state == "begun" else "done", identity="Services/IS1")


def open_in(folder: Path) -> list[str]:
    """The URNs that are open for a run that begins now."""
    return [intent.urn for intent in Journal(folder).open_intents(set())]


def test_a_killed_run_leaves_what_it_had_in_flight_until_one_ends_well(tmp_path: Path) -> None:
    """One that fails in the meantime changes nothing of that."""
    killed = Journal(tmp_path / "dev")
    killed.begin()
    killed.see(created("begun"))
    assert open_in(tmp_path / "dev") == [URN]
    failing = Journal(tmp_path / "dev")
    failing.begin()
    failing.end(well=False)
    assert open_in(tmp_path / "dev") == [URN]
    good = Journal(tmp_path / "dev")
    good.begin()
    good.end(well=True)
    assert open_in(tmp_path / "dev") == []
    assert not (tmp_path / "dev").exists()


def test_a_run_that_is_refused_leaves_the_notes_of_the_one_at_work(tmp_path: Path) -> None:
    """What that one writes afterwards is there, and is its own to delete."""
    at_work, refused = Journal(tmp_path / "dev"), Journal(tmp_path / "dev")
    at_work.begin()
    refused.begin()
    forget = refused.carry([Intent("urn:other", NOON, NOON + timedelta(seconds=5))])
    at_work.see(created("begun"))
    forget()
    refused.end(well=False)
    assert open_in(tmp_path / "dev") == [URN]
    at_work.see(created("done"))
    at_work.end(well=True)
    forget()
    assert not (tmp_path / "dev").exists()


def test_what_is_carried_over_is_open_with_its_times(tmp_path: Path) -> None:
    """As it was found elsewhere."""
    Journal(tmp_path / "dev").carry([Intent(URN, NOON, NOON + timedelta(seconds=5))])
    assert Journal(tmp_path / "dev").open_intents(set()) == [Intent(URN, NOON, NOON + timedelta(seconds=5))]
