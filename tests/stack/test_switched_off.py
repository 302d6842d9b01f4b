"""`park.enabled: false`: nothing of the feature is provisioned, and what stands is not torn down without a drain."""

from pathlib import Path

from flexpark.cli.drain import drain
from flexpark.cli.rehearsal import open_rehearsal


def test_switched_off_provisions_nothing_and_switching_off_asks_for_a_drain(tmp_path: Path) -> None:
    """Conversations may be parked: nothing at all is deleted before a drain, then everything goes."""
    with open_rehearsal(tmp_path / "rehearsal") as rehearsal:
        before = rehearsal.inventory()
        rehearsal.configure("park", {"enabled": False})
        with rehearsal.counting() as seen:
            rehearsal.pulumi("up", "--yes", "--skip-preview")
        assert seen == []

        rehearsal.configure("park", {"enabled": True})
        rehearsal.pulumi("up", "--yes", "--skip-preview")
        there = rehearsal.inventory()

        rehearsal.configure("park", {"enabled": False})
        refused = rehearsal.pulumi("up", "--yes", "--skip-preview", check=False)
        assert refused.returncode != 0
        assert "flexpark drain -s acme-dev" in refused.stdout
        assert "Traceback" not in refused.stdout
        assert rehearsal.inventory() == there

        drain(rehearsal.stack, mode="invite", environ=rehearsal.environ)
        rehearsal.pulumi("destroy", "--yes", "--skip-preview")
        rehearsal.pulumi("up", "--yes", "--skip-preview")
        assert rehearsal.inventory() == before
