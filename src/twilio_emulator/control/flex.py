"""An account as switching Flex on leaves it: workspace, activities, channels, queue, workflow, services, configuration;
and workers.

Names as in a new Flex account: https://www.twilio.com/docs/flex/admin-guide/core-concepts/routing.
"""

import json
from typing import Any

from twilio_emulator.control.inside import every, request
from twilio_emulator.core.accounts import ensure_account
from twilio_emulator.core.sids import is_sid
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state as conversations
from twilio_emulator.products.flex_configuration import state as flex_configuration
from twilio_emulator.products.sync import services as sync

Given = dict[str, Any]
WORKSPACE, QUEUE, WORKFLOW = "Flex Task Assignment", "Everyone", "Assign to Anyone"
ACTIVITIES = (("Offline", False), ("Available", True), ("Unavailable", False), ("Break", False))
TASK_CHANNELS = (
    ("Default", "default"),
    ("Voice", "voice"),
    ("Programmable Chat", "chat"),
    ("SMS", "sms"),
    ("Video", "video"),
    ("Email", "email"),
    ("Custom", "custom"),
)
_HOST = "taskrouter.twilio.com/v1/Workspaces"


def seed(world: World, given: Given) -> dict[str, Any]:
    """Makes the account (where `accountSid` names a new one) and its Flex things unless they are there; adds the
    workers that are missing.

    `workers`: [{friendlyName, attributes, activity}]; see `_described` for the answer.
    """
    account_sid = str(given.get("accountSid") or world.account_sid)
    if not is_sid(account_sid, "AC"):
        raise ValueError("accountSid: AC and 32 hexadecimal digits in lower case are allowed")
    workers = given.get("workers", [])
    if not isinstance(workers, list) or not all(
        isinstance(worker, dict) and worker.get("friendlyName") for worker in workers
    ):
        raise ValueError("workers: a list of {friendlyName, attributes, activity} is allowed")
    ensure_account(world.store, world.clock, account_sid, given.get("authToken"))
    if flex_configuration.find(world, account_sid) is None:
        _switch_on(world, account_sid)
    configuration = flex_configuration.fetch(world, account_sid)
    base = f"{_HOST}/{configuration['taskrouter_workspace_sid']}"
    activities = _by_name(world, account_sid, f"{base}/Activities", "activities")
    there = {worker["friendly_name"] for worker in every(world, f"{base}/Workers", "workers", account_sid=account_sid)}
    for worker in workers:
        if worker["friendlyName"] not in there:
            _add_worker(world, account_sid, base, activities, worker)
    return _described(world, account_sid, base, configuration)


def _switch_on(world: World, account_sid: str) -> None:
    def create(address: str, **form: str) -> dict[str, Any]:
        return request(world, "POST", address, form.items(), account_sid=account_sid)

    workspace = create(_HOST, FriendlyName=WORKSPACE)
    base = f"{_HOST}/{workspace['sid']}"
    activities = _by_name(world, account_sid, f"{base}/Activities", "activities")
    for name, available in ACTIVITIES:
        if name not in activities:
            activities[name] = create(f"{base}/Activities", FriendlyName=name, Available=str(available).lower())["sid"]
    channels = _by_name(world, account_sid, f"{base}/TaskChannels", "channels", "unique_name")
    for name, unique_name in TASK_CHANNELS:
        if unique_name not in channels:
            create(f"{base}/TaskChannels", FriendlyName=name, UniqueName=unique_name)
    queue = create(f"{base}/TaskQueues", FriendlyName=QUEUE, TargetWorkers="1==1")
    rules = {"task_routing": {"filters": [], "default_filter": {"queue": queue["sid"]}}}
    workflow = create(f"{base}/Workflows", FriendlyName=WORKFLOW, Configuration=json.dumps(rules))
    sync_service = sync.create(world, account_sid, friendly_name="Flex Sync Service")
    flex_configuration.create(
        world,
        account_sid,
        {
            "taskrouter_workspace_sid": workspace["sid"],
            "taskrouter_target_workflow_sid": workflow["sid"],
            "taskrouter_target_taskqueue_sid": queue["sid"],
            "taskrouter_taskqueues": [{"sid": queue["sid"], "targettable": True}],
            "taskrouter_offline_activity_sid": activities["Offline"],
            "chat_service_instance_sid": conversations.create_service(world, account_sid, "Flex Chat Service")["sid"],
            "flex_service_instance_sid": sync_service["sid"],
            "runtime_domain": f"flex-{account_sid[2:10]}.twil.io",
        },
    )


def _add_worker(world: World, account_sid: str, base: str, activities: dict[str, str], worker: dict[str, Any]) -> None:
    attributes = worker.get("attributes", {})
    form = [
        ("FriendlyName", str(worker["friendlyName"])),
        ("Attributes", attributes if isinstance(attributes, str) else json.dumps(attributes)),
    ]
    if worker.get("activity"):
        if worker["activity"] not in activities:
            raise ValueError(f"activity {worker['activity']}: {', '.join(activities)} are allowed")
        form.append(("ActivitySid", activities[worker["activity"]]))
    request(world, "POST", f"{base}/Workers", form, account_sid=account_sid)


def _described(world: World, account_sid: str, base: str, configuration: dict[str, Any]) -> dict[str, Any]:
    """All SIDs by name. `attributes` of workers are objects."""

    workers = every(world, f"{base}/Workers", "workers", account_sid=account_sid)
    return {
        "accountSid": account_sid,
        "authToken": world.auth_token(account_sid),
        "workspaceSid": configuration["taskrouter_workspace_sid"],
        "activities": _by_name(world, account_sid, f"{base}/Activities", "activities"),
        "taskChannels": _by_name(world, account_sid, f"{base}/TaskChannels", "channels", "unique_name"),
        "queues": _by_name(world, account_sid, f"{base}/TaskQueues", "task_queues"),
        "workflowSid": configuration["taskrouter_target_workflow_sid"],
        "chatServiceSid": configuration["chat_service_instance_sid"],
        "syncServiceSid": configuration["flex_service_instance_sid"],
        "workers": [
            {
                "sid": worker["sid"],
                "friendlyName": worker["friendly_name"],
                "attributes": json.loads(worker["attributes"]),
            }
            for worker in workers
        ],
    }


def _by_name(world: World, account_sid: str, address: str, key: str, name: str = "friendly_name") -> dict[str, str]:
    return {entry[name]: entry["sid"] for entry in every(world, address, key, account_sid=account_sid)}
