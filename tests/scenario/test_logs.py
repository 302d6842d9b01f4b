"""What the deployed functions print."""

from tests.scenario.floor import Floor


def test_logs_tell_what_was_done_and_nothing_that_was_said(floor: Floor) -> None:
    """Whole scenarios, failures among them: no token, attribute, message or address is in what the functions print."""
    log = floor.rehearsal.folder / "emulator.log"
    before = log.stat().st_size
    control = floor.rehearsal.control
    secret = {"canary-attribute", "canary-key", "canary-message", "canary-field", "canary-token", floor.ada.token}

    customer, opened, work = floor.accepted(floor.ada, "support")
    floor.describe(work, '"canary-key":"canary-attribute"')
    sids = {"conversationSid": opened.conversation, "interactionSid": opened.interaction, "channelSid": opened.channel}
    floor.ada.calls("park", taskSid="canary-field", **sids)
    floor.rehearsal.http.post(f"/{floor.rehearsal.outputs_now()['domain']}/parked", json={"Token": "canary-token"})
    for host, method in (
        ("sync.twilio.com", "POST"),
        ("conversations.twilio.com", "GET"),
        ("flex-api.twilio.com", "POST"),
    ):
        control("POST", "faults", {"host": host, "method": method, "status": 500, "when": "after", "times": 3})
        floor.ada.calls("park", taskSid=work.task, **sids)
        control("DELETE", "faults")
    assert floor.ada.parks(opened, work)[0] == 200
    control("POST", "faults", {"host": "flex-api.twilio.com", "path": "/Invites", "status": 400, "code": 20001})
    customer.writes(opened, "canary-message")
    control("DELETE", "faults")
    floor.ada.goes(available=False)
    customer.writes(opened, "canary-message")
    [task] = floor.live_tasks(opened)
    floor.cancel(task)
    [task] = floor.until_one_task_but(opened, task)
    floor.repaired(opened)
    floor.ada.calls("close", status="closed", conversationSid=opened.conversation, taskSid=task["sid"])
    control("GET", "idle")

    def printed() -> str:
        return log.read_bytes()[before:].decode()

    told = ("park", "parked", "unpark-on-message", "task-events", "reconcile", "close")
    floor.until(lambda: all(f'"function":"{name}"' in printed().replace("\\", "") for name in told))
    found = [word for word in (*secret, opened.customer, opened.customer.removeprefix("+")) if word in printed()]
    assert found == []
