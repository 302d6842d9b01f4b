"""An account as Flex leaves it: what a stack looks up and never makes."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from tests.contract.clients import client_by_address
from twilio_emulator.testing import Emulator

WORKERS = [
    {"friendlyName": "ann", "attributes": {"skills": ["support"]}, "activity": "Available"},
    {"friendlyName": "bob", "attributes": {"skills": ["sales"]}},
]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file; its account has Flex."""
    with Emulator() as started:
        yield started


@pytest.fixture(scope="module")
def account(emulator: Emulator) -> dict[str, Any]:
    """What seeding tells."""
    return emulator.control("POST", "/flex-account", {"workers": WORKERS})


def test_it_has_what_flex_makes(account: dict[str, Any]) -> None:
    """Flex's activities, channels, queue and workflow, by name."""
    assert list(account["activities"]) == ["Offline", "Available", "Unavailable", "Break"]
    assert {"default", "voice", "chat", "sms", "video", "email", "custom"} == set(account["taskChannels"])
    assert list(account["queues"]) == ["Everyone"]
    assert account["workflowSid"].startswith("WW")
    assert [(worker["friendlyName"], worker["attributes"]) for worker in account["workers"]] == [
        ("ann", {"skills": ["support"]}),
        ("bob", {"skills": ["sales"]}),
    ]


def test_the_official_client_finds_it(emulator: Emulator, account: dict[str, Any]) -> None:
    """The same through Twilio's API."""
    client = client_by_address(emulator)
    workspace = client.taskrouter.v1.workspaces(account["workspaceSid"])
    assert workspace.fetch().friendly_name == "Flex Task Assignment"
    assert workspace.task_queues.list(friendly_name="Everyone")[0].target_workers == "1==1"
    assert workspace.workflows(account["workflowSid"]).fetch().friendly_name == "Assign to Anyone"
    assert client.conversations.v1.services(account["chatServiceSid"]).fetch().sid == account["chatServiceSid"]
    assert client.sync.v1.services(account["syncServiceSid"]).fetch().sid == account["syncServiceSid"]


def test_the_configuration_names_it_all(emulator: Emulator, account: dict[str, Any]) -> None:
    """Nobody types SIDs: the Flex configuration object has them."""
    found = client_by_address(emulator).flex_api.v1.configuration().fetch()
    assert found.taskrouter_workspace_sid == account["workspaceSid"]
    assert found.taskrouter_target_workflow_sid == account["workflowSid"]
    assert found.chat_service_instance_sid == account["chatServiceSid"]
    assert found.flex_service_instance_sid == account["syncServiceSid"]
    assert found.status == "ok"


def test_the_configuration_is_changed_by_json(emulator: Emulator, account: dict[str, Any]) -> None:
    """POST replaces whole fields and leaves the others; the account must be named."""
    address = f"{emulator.url}/flex-api.twilio.com/v1/Configuration"
    named = {"account_sid": account["accountSid"]}
    ours = {"park_interaction": {"enabled": True, "show_list": True}}
    with httpx.Client(auth=(emulator.account_sid, emulator.auth_token)) as http:
        changed = http.post(address, json={**named, "ui_attributes": ours}).json()
        assert changed["ui_attributes"] == ours
        assert changed["taskrouter_workspace_sid"] == account["workspaceSid"]
        assert http.post(address, json={"ui_attributes": {}}).status_code == 400
        assert http.post(address, json={**named, "ui_atributes": {}}).status_code == 400
        assert http.post(address, json={"account_sid": "AC" + "0" * 32}).status_code == 403
        assert http.get(address).json()["ui_attributes"] == ours


def test_an_account_without_flex_has_no_configuration() -> None:
    """404, as Twilio answers where Flex was never switched on."""
    with Emulator() as plain:
        with pytest.raises(TwilioRestException) as refused:
            client_by_address(plain).flex_api.v1.configuration().fetch()
        assert (refused.value.status, refused.value.code) == (404, 20404)


def test_seeding_again_makes_nothing_twice(emulator: Emulator, account: dict[str, Any]) -> None:
    """The same account, and only workers that were missing."""
    again = emulator.control("POST", "/flex-account", {"workers": [*WORKERS, {"friendlyName": "cyd"}]})
    assert again["workspaceSid"] == account["workspaceSid"]
    assert [worker["friendlyName"] for worker in again["workers"]] == ["ann", "bob", "cyd"]
    assert again["workers"][0]["sid"] == account["workers"][0]["sid"]


def test_an_account_of_ones_own_can_be_named(emulator: Emulator) -> None:
    """A demo has a fixed account SID; accounts do not see each other."""
    sid = "AC" + "d" * 32
    made = emulator.control("POST", "/flex-account", {"accountSid": sid, "authToken": "t" * 32, "workers": WORKERS})
    assert (made["accountSid"], made["authToken"]) == (sid, "t" * 32)
    configuration = httpx.get(f"{emulator.url}/flex-api.twilio.com/v1/Configuration", auth=(sid, "t" * 32)).json()
    assert configuration["taskrouter_workspace_sid"] == made["workspaceSid"]
    token = emulator.control("POST", "/token", {"workerSid": made["workers"][0]["sid"]})["token"]
    address = f"{emulator.url}/iam.twilio.com/v1/Accounts/{sid}/Tokens/validate"
    valid = httpx.post(address, auth=(sid, "t" * 32), json={"token": token}).json()
    assert (valid["valid"], valid["worker_sid"], valid["identity"]) == (True, made["workers"][0]["sid"], "ann")


def test_a_worker_comes_and_goes(emulator: Emulator, account: dict[str, Any]) -> None:
    """Availability is an activity of the workspace."""
    sid = account["workers"][0]["sid"]
    assert emulator.control("POST", f"/workers/{sid}/availability", {"available": False})["activity"] == "Offline"
    back = emulator.control("POST", f"/workers/{sid}/availability", {"available": True})
    assert (back["activity"], back["available"]) == ("Available", True)
    with pytest.raises(RuntimeError, match="true or false"):
        emulator.control("POST", f"/workers/{sid}/availability", {"available": "yes"})


def test_a_reservation_is_answered(emulator: Emulator, account: dict[str, Any]) -> None:
    """A task is offered to a worker, who declines it, gets it again, accepts and completes it."""
    worker = account["workers"][0]["sid"]
    emulator.control("POST", f"/workers/{worker}/availability", {"available": True})
    workspace = client_by_address(emulator).taskrouter.v1.workspaces(account["workspaceSid"])
    task = workspace.tasks.create(attributes="{}", workflow_sid=account["workflowSid"])
    given = {"taskSid": task.sid, "status": "pending"}
    first = emulator.control("GET", "/reservations", given)["reservations"][0]
    accepted = emulator.control("POST", f"/reservations/{first['sid']}/accept")["reservation"]
    assert accepted["reservation_status"] == "accepted"
    assert workspace.tasks(task.sid).fetch().assignment_status == "assigned"
    emulator.control("POST", f"/reservations/{first['sid']}/complete")
    assert workspace.tasks(task.sid).fetch().assignment_status == "completed"
    assert emulator.control("GET", "/reservations", {"workerSid": worker, "status": "pending"})["reservations"] == []
