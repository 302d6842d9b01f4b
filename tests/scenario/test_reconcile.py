"""What the reconciler puts right, through the deployed functions, after things that nobody told us of."""

from tests.scenario.floor import Floor


def test_what_is_in_order_is_left_alone(floor: Floor) -> None:
    """A reconcile over parked conversations changes nothing, and a second one neither."""
    _, opened, _ = floor.parked(floor.ada)
    assert floor.repaired(opened) == []
    assert len(floor.webhooks(opened)) == 1


def test_a_message_whose_webhook_was_lost_is_found(floor: Floor) -> None:
    """The webhook is removed by somebody, the customer writes: one reconcile later there is exactly one task."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.remove_webhooks(opened)
    assert customer.writes(opened, "Hello?") == []
    assert floor.repaired(opened, dry_run=True) == ["wake"]
    assert floor.live_tasks(opened) == []
    assert floor.repaired(opened) == ["wake"]
    assert floor.repaired(opened) == []
    assert len(floor.live_tasks(opened)) == 1


def test_a_webhook_that_was_removed_comes_back(floor: Floor) -> None:
    """And the next message wakes the conversation through it."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.remove_webhooks(opened)
    assert floor.repaired(opened) == ["add webhook"]
    assert [answer["status"] for answer in customer.writes(opened, "Hello?")] == [200]
    assert len(floor.live_tasks(opened)) == 1


def test_a_webhook_of_an_older_domain_is_pointed_here(floor: Floor) -> None:
    """After a change of domain, records parked before are woken again."""
    customer, opened, _ = floor.parked(floor.ada)
    hook = floor.webhooks(opened)[0]
    url = str(dict(hook["configuration"])["url"])  # type: ignore[call-overload]
    address = f"conversations.twilio.com/v1/Conversations/{opened.conversation}/Webhooks/{hook['sid']}"
    floor.rehearsal.api("POST", address, **{"Configuration.Url": url.replace("//flexpark", "//older-flexpark")})
    assert floor.repaired(opened) == ["point webhook"]
    assert [answer["status"] for answer in customer.writes(opened, "Hello?")] == [200]
    assert len(floor.live_tasks(opened)) == 1


def test_a_cancelled_task_is_invited_again_then_parked_again(floor: Floor) -> None:
    """Where no event tells it: twice more (the default), then only a new message of the customer brings it back."""
    floor.rehearsal.control("POST", "switches", {"events_gathered_ms": 600_000})
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    customer.writes(opened, "Hello?")
    for expected in ("reinvite", "reinvite", "park-again"):
        [task] = floor.live_tasks(opened)
        floor.cancel(task)
        assert floor.repaired(opened) == [expected]
    floor.rehearsal.control("POST", "switches", {"events_gathered_ms": 0})
    assert floor.live_tasks(opened) == []
    assert len(floor.webhooks(opened)) == 1
    assert opened.conversation in floor.listed(floor.ada)
    customer.writes(opened, "Still there?")
    assert len(floor.live_tasks(opened)) == 1


def test_a_conversation_that_was_closed_elsewhere_is_forgotten(floor: Floor) -> None:
    """Nothing of ours is left on it, nor in the list."""
    _, opened, _ = floor.parked(floor.ada)
    floor.remove_webhooks(opened)
    floor.close(opened)
    assert floor.repaired(opened) == ["bury"]
    assert opened.conversation not in floor.listed(floor.ada)
