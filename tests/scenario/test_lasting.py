"""Conversations stay parked for months: functions, domains and settings change meanwhile, or the stack is to go."""

import json
from collections.abc import Iterator

import pytest

from flexpark.cli.demo.actors import Opened, wait_for_offer
from flexpark.cli.rehearsal import open_rehearsal
from tests.scenario.floor import Floor
from tests.through_studio import with_park

OTHERWISE = {
    "durable_wake": True,
    "on_expired": "close",
    "agent_resume": "workflow",
    "resume": {"workflow": "original"},
    "reinvites": 0,
    "task_timeout": 3_600,
    "allowed_origins": ["https://flex.twilio.com", "https://desk.example.com"],
}


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """An environment whose settings are not the usual ones."""
    with open_rehearsal(tmp_path_factory.mktemp("otherwise") / "rehearsal") as rehearsal:
        with_park(rehearsal, OTHERWISE)
        yield Floor(rehearsal)


def webhook(floor: Floor, opened: Opened) -> tuple[str, str]:
    """Address and URL of the one webhook of a parked conversation."""
    [found] = floor.webhooks(opened)
    address = f"conversations.twilio.com/v1/Conversations/{opened.conversation}/Webhooks/{found['sid']}"
    return address, str(dict(found["configuration"])["url"])  # type: ignore[call-overload]


def test_a_webhook_of_an_older_version_still_wakes(floor: Floor) -> None:
    """Its `v` is accepted for as long as there are records."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    address, url = webhook(floor, opened)
    floor.rehearsal.api("POST", address, **{"Configuration.Url": url.replace("?v=1", "?v=0")})
    assert [answer["status"] for answer in customer.writes(opened, "Hello?")] == [200]
    assert len(floor.live_tasks(opened)) == 1


def test_a_webhook_that_is_not_current_is_pointed_here(floor: Floor) -> None:
    """One of an older version, by the next reconcile: its URL is what a park would make today, and it stays one."""
    _, opened, _ = floor.parked(floor.ada)
    address, url = webhook(floor, opened)
    floor.rehearsal.api("POST", address, **{"Configuration.Url": url.replace("?v=1", "?v=0")})
    assert floor.repaired(opened, dry_run=True) == ["point webhook"]
    assert webhook(floor, opened)[1] != url
    assert floor.repaired(opened) == ["point webhook"]
    assert webhook(floor, opened) == (address, url)
    assert floor.repaired(opened) == []


def test_a_record_that_only_a_newer_version_can_read_is_left_alone(floor: Floor) -> None:
    """After functions were rolled back: retryable for everybody, not one change; it goes on once they are deployed."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    kept = floor.record(opened)
    newer = json.dumps({**kept, "v": 99, "invented": True})
    floor.rehearsal.api("POST", floor.record_address(opened), Data=newer)
    revision = floor.rehearsal.api("GET", floor.record_address(opened))["revision"]
    assert [answer["status"] for answer in customer.writes(opened, "Hello?")] == [503]
    assert floor.ada.resumes(opened)[1]["error"]["code"] == "retryable"
    assert floor.repaired(opened) == []
    assert floor.rehearsal.api("GET", floor.record_address(opened))["revision"] == revision
    assert floor.live_tasks(opened) == []
    assert len(floor.webhooks(opened)) == 1
    floor.rehearsal.api("POST", floor.record_address(opened), Data=json.dumps(kept))
    assert floor.repaired(opened) == ["wake"]
    assert len(floor.live_tasks(opened)) == 1


def test_an_emptied_stack_invites_no_task_for_ever(floor: Floor) -> None:
    """What nobody takes is closed after the usual further invites; park is refused meanwhile and works afterwards."""
    _, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    try:
        answer = floor.signed("reconcile", action="drain", mode="invite")
        while answer.body["remaining"]:
            answer = floor.signed("reconcile", action="drain", mode="invite")
        [task] = floor.live_tasks(opened)
        _, other, work = floor.accepted(floor.ben, "support")
        assert floor.ben.parks(other, work)[1]["error"]["code"] == "draining"
        for _ in range(2):
            floor.cancel(task)
            [task] = floor.until_one_task_but(opened, task)
        floor.cancel(task)
        floor.until(lambda: floor.record(opened)["state"] == "done")
    finally:
        floor.signed("reconcile", action="drain-cancel")
    conversation = floor.rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}")
    assert conversation["state"] == "closed"
    assert floor.live_tasks(opened) == []
    assert floor.webhooks(opened) == []
    assert floor.ben.parks(other, work)[1]["status"] == "parked"


def test_a_message_whose_webhook_is_gone_comes_through_event_streams(otherwise: Floor) -> None:
    """With `durable_wake`, no reconcile is needed; messages of agents do nothing there either."""
    customer, opened, _ = otherwise.parked(otherwise.ada)
    otherwise.ada.goes(available=False)
    otherwise.remove_webhooks(opened)
    otherwise.api_message(opened, author=otherwise.ada.name)
    otherwise.rehearsal.control("GET", "idle")
    assert otherwise.live_tasks(opened) == []
    customer.writes(opened, "Hello?")
    otherwise.until(lambda: len(otherwise.live_tasks(opened)) == 1)
    [task] = otherwise.live_tasks(opened)
    assert task["timeout"] == 3_600
    assert json.loads(str(task["attributes"]))["originalRouting"]["workerSid"] == otherwise.ada.sid
    otherwise.clear()


def test_an_agent_resumes_through_the_workflow_of_the_task(otherwise: Floor) -> None:
    """`agent_resume: workflow` names no worker; the known worker of the filters gets it."""
    _, opened, work = otherwise.parked(otherwise.ada)
    before = otherwise.task_of(work)
    assert otherwise.ada.resumes(opened)[1]["status"] == "invited"
    wait_for_offer(otherwise.ada)
    [task] = otherwise.live_tasks(opened)
    assert task["workflow_sid"] == before["workflow_sid"]
    assert otherwise.task_of(otherwise.ada.accepts())["sid"] == task["sid"]
    otherwise.clear()


def test_without_further_invites_a_task_that_nobody_takes_is_parked_again(otherwise: Floor) -> None:
    """`reinvites: 0`: the first end parks it again, and the next message makes a task."""
    customer, opened, _ = otherwise.parked(otherwise.ada)
    otherwise.ada.goes(available=False)
    customer.writes(opened, "Hello?")
    [task] = otherwise.live_tasks(opened)
    otherwise.cancel(task)
    otherwise.until(lambda: len(otherwise.webhooks(opened)) == 1)
    otherwise.rehearsal.control("GET", "idle")
    assert otherwise.live_tasks(opened) == []
    customer.writes(opened, "Still there?")
    assert len(otherwise.live_tasks(opened)) == 1
    otherwise.clear()


def test_each_allowed_origin_is_named_and_no_other(otherwise: Floor) -> None:
    """`allowed_origins`: the asking one where it is allowed, the first one otherwise; never a wildcard."""
    domain = otherwise.rehearsal.outputs_now()["domain"]
    named = {}
    for origin in ("https://flex.twilio.com", "https://desk.example.com", "https://evil.example", "null"):
        answer = otherwise.rehearsal.http.post(f"/{domain}/parked", json={}, headers={"Origin": origin})
        named[origin] = answer.headers["access-control-allow-origin"]
    assert named.pop("https://desk.example.com") == "https://desk.example.com"
    assert set(named.values()) == {"https://flex.twilio.com"}


def test_a_message_to_an_expired_channel_closes_the_conversation(otherwise: Floor) -> None:
    """`on_expired: close`: no new interaction; the customer's next message opens a new conversation."""
    customer, opened, _ = otherwise.parked(otherwise.ada)
    otherwise.rehearsal.control("POST", "clock", {"advance": 181 * 86_400})
    answered = customer.writes(opened, "Remember me?")
    assert answered[0]["status"] == 410
    assert json.loads(answered[0]["body"])["error"]["code"] == "expired"
    conversation = otherwise.rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}")
    assert conversation["state"] == "closed"
    assert otherwise.webhooks(opened) == []
    assert otherwise.live_tasks(opened) == []
