"""What an operator sees of an environment, and puts right, from the command line."""

from flexpark.cli.parked import parked
from flexpark.cli.reconcile import reconcile
from tests.scenario.floor import Floor


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
