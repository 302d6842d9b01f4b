"""A queue under another name: parked conversations hold its SID, so it is renamed in place or the run is refused."""

from pathlib import Path
from typing import Any

from flexpark.cli.rehearsal import Rehearsal, open_rehearsal


def queues(first: str, **create: Any) -> list[dict[str, Any]]:
    return [
        {"name": first, "create": {"target_workers": 'skills HAS "sales"', **create}},
        {"name": "Support", "create": {"target_workers": 'skills HAS "support"'}},
        {"name": "Everyone", "existing": {"name": "Everyone"}},
    ]


def rename(rehearsal: Rehearsal, name: str, **create: Any) -> None:
    rehearsal.configure("queues", queues(name, **create))
    routes = [{"name": "Sales enquiries", "when": 'topic == "sales"', "queue": name}]
    rehearsal.configure("routes", routes)


def test_a_renamed_queue_keeps_its_sid_and_one_that_is_not_said_to_be_is_refused(tmp_path: Path) -> None:
    """`renamed_from` makes it one update in place; without it nothing is written at all."""
    with open_rehearsal(tmp_path / "rehearsal") as rehearsal:
        rehearsal.pulumi("up", "--yes", "--skip-preview")
        before = rehearsal.outputs()["queueSids"]

        rename(rehearsal, "Sales EMEA")
        with rehearsal.counting() as seen:
            refused = rehearsal.pulumi("up", "--yes", "--skip-preview", check=False)
        assert refused.returncode != 0
        assert "Sales is gone and Sales EMEA is new" in refused.stdout
        assert "renamed_from: Sales" in refused.stdout
        assert "Traceback" not in refused.stdout
        assert [request for request in seen if request["method"] != "GET"] == []

        rename(rehearsal, "Sales EMEA", renamed_from="Sales")
        with rehearsal.counting() as seen:
            rehearsal.pulumi("up", "--yes", "--skip-preview")
        after = rehearsal.outputs()["queueSids"]
        assert after == {"Sales EMEA": before["Sales"], "Support": before["Support"], "Everyone": before["Everyone"]}
        assert {r["operation"] for r in seen if "TaskQueue" in r["operation"]} <= {"UpdateTaskQueue", "ListTaskQueue"}
        assert not [request for request in seen if request["method"] == "DELETE"]
        assert "Sales EMEA" in rehearsal.inventory()["task queues"]
        assert "Sales" not in rehearsal.inventory()["task queues"]
        rehearsal.pulumi("preview", "--expect-no-changes")
