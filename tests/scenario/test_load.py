"""Two hundred conversations at once, while Twilio's rate limits are in force: none is lost, none is doubled."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from flexpark.cli.demo.actors import Agent, Opened, Work
from flexpark.cli.rehearsal import open_rehearsal
from tests.scenario.floor import Floor

CONVERSATIONS, AGENTS, AT_ONCE = 200, 8, 40
TRIES, ROUNDS = 12, 8
# Task searches, Flex and Sync as Twilio documents them; of the other products so many requests a second.
LIMITS = {"sync_rate_limits": True, "task_search_limit": True, "flex_rate_limit": True, "product_rate_limit": 150}
LATER = {429, 500, 502, 503, 504}  # a platform that is too busy is asked again as well


@pytest.fixture
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """An environment of its own: what is left of so many would slow other tests down."""
    with open_rehearsal(tmp_path_factory.mktemp("load") / "rehearsal") as rehearsal:
        rehearsal.pulumi("up", "--yes", "--skip-preview")
        yield Floor(rehearsal)


def all_at_once(doing: Callable[[Any], Any], these: Iterable[Any]) -> list[Any]:
    """Do it with each, as many at a time as a machine of two cores can hold."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(doing, these))


def accepted(floor: Floor) -> list[tuple[Agent, Opened, Work]]:
    """So many conversations, each accepted by one of the agents."""
    agents = [floor.hired("busy", "support", at_once=50) for _ in range(AGENTS)]
    for agent in agents:
        agent.goes(available=True)
    workflow = floor.rehearsal.outputs_now()["workflowSid"]
    opened: dict[str, Opened] = {}
    for _ in range(CONVERSATIONS):
        made = floor.customer().opens("Good morning", workflow_sid=workflow, topic="support")
        opened[made.conversation] = made
    floor.rehearsal.control("GET", "idle")
    by_sid = {agent.sid: agent for agent in agents}
    found = []
    for offer in floor.rehearsal.control("GET", "reservations?status=pending")["reservations"]:
        floor.rehearsal.control("POST", f"reservations/{offer['sid']}/accept")
        work = Work(offer["task_sid"], offer["sid"])
        conversation = json.loads(str(floor.task_of(work)["attributes"]))["conversationSid"]
        found.append((by_sid[offer["worker_sid"]], opened[conversation], work))
    assert len(found) == CONVERSATIONS
    return found


def park_until_taken(floor: Floor, agent: Agent, opened: Opened, work: Work) -> str:
    """Park, and again while the answer says that this may be repeated. What it was in the end."""
    sids = {"conversationSid": opened.conversation, "interactionSid": opened.interaction, "channelSid": opened.channel}
    address = f"{floor.rehearsal.emulator.url}/{floor.rehearsal.outputs_now()['domain']}/park"
    for _ in range(TRIES):
        with requests.Session() as session:  # one of its own: clients with a pool are not made for so many threads
            session.trust_env = False
            answer = session.post(address, json={"Token": agent.token, "taskSid": work.task, **sids}, timeout=90)
        if answer.status_code == 200:
            return str(answer.json()["status"])
        assert answer.status_code in LATER, answer.text
        if answer.status_code == 503:
            assert answer.json()["error"]["retryable"], answer.text
            time.sleep(float(answer.headers["Retry-After"]))
    return "not yet"


def writes(floor: Floor, opened: Opened) -> None:
    """A message of the customer, without waiting for what it causes: all webhooks are under way at once."""
    body = {"conversationSid": opened.conversation, "author": opened.customer, "body": "Hello?"}
    with requests.Session() as session:
        session.trust_env = False
        session.post(
            f"{floor.rehearsal.emulator.url}/_emulator/customer-message", json=body, timeout=90
        ).raise_for_status()


def refused(calls: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How many calls of functions each product answered 429."""
    return Counter(call["host"] for call in calls if call["source"] == "function" and call["status"] == 429)


def reconciled(floor: Floor) -> None:
    """Reconcile until there is nothing more to do."""
    for _ in range(ROUNDS):
        floor.rehearsal.control("POST", "clock", {"advance": 60})  # leases end, and what is counted starts anew
        items, cursor = [], ""
        while True:
            answer = floor.signed("reconcile", action="repair", cursor=cursor)
            if answer.status in LATER:
                floor.rehearsal.control("POST", "clock", {"advance": 5})
                continue
            assert answer.status == 200, answer.body
            items += answer.body["items"]
            if answer.body["complete"]:
                break
            cursor = answer.body["cursor"]
        if not items:
            return
    raise AssertionError(f"not in order after {ROUNDS} rounds: {items[:3]}")


def tasks_by_conversation(floor: Floor) -> Counter[str]:
    """How many live tasks each conversation has."""
    workspace = floor.rehearsal.account["workspaceSid"]
    listed = floor.rehearsal.api("GET", f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks?PageSize=1000")["tasks"]
    live = [task for task in listed if task["assignment_status"] in {"pending", "reserved", "assigned"}]
    return Counter(json.loads(task["attributes"])["conversationSid"] for task in live)


def limit(floor: Floor) -> None:
    """The limits hold from now on; something else has just made as many Sync objects as Sync takes in ten seconds."""
    control = floor.rehearsal.control
    control("POST", "clock", {"stopped": True})  # however long this takes here
    control("POST", "switches", LIMITS)
    service = floor.rehearsal.outputs_now()["syncServiceSid"]
    documents = f"sync.twilio.com/v1/Services/{service}/Documents"
    for _ in range(200):
        made = floor.rehearsal.api("POST", documents)
        floor.rehearsal.api("DELETE", f"{documents}/{made['sid']}")
    control("POST", "clock", {"stopped": False})


def test_two_hundred_are_parked_and_woken_at_once(crowded: Floor) -> None:
    """What cannot be done at once is answered as retryable, or found by the reconciler: one task each in the end."""
    control = crowded.rehearsal.control
    everybody = accepted(crowded)
    limit(crowded)
    with crowded.rehearsal.counting() as parking:
        parked = all_at_once(lambda one: park_until_taken(crowded, *one), everybody)
    assert set(parked) <= {"parked", "already"}
    assert refused(parking)["sync.twilio.com"] > 0

    # Some invites fail before they are made, so that tasks are searched for; the agents have gone home.
    invites = {"host": "flex-api.twilio.com", "method": "POST", "path": "/Invites$"}
    control("POST", "faults", {**invites, "status": 500, "times": 20})
    for agent in {agent.sid: agent for agent, _, _ in everybody}.values():
        agent.goes(available=False)
    all_at_once(lambda one: writes(crowded, one[1]), everybody)
    control("GET", "idle")
    control("DELETE", "faults")
    reconciled(crowded)
    control("POST", "switches", dict.fromkeys(LIMITS, False) | {"product_rate_limit": 0})
    assert tasks_by_conversation(crowded) == {opened.conversation: 1 for _, opened, _ in everybody}
    assert all(crowded.webhooks(opened) == [] for _, opened, _ in everybody)
    assert all(crowded.record(opened)["state"] == "invited" for _, opened, _ in everybody)
