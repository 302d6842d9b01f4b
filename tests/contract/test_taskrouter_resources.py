"""TaskRouter's configuration through the official client: shapes, unique names, what may be deleted."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.contract.clients import client_by_address
from tests.contract.flex_kit import refusal
from twilio_emulator.testing import Emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file; each test makes a workspace of its own."""
    with Emulator() as started:
        yield started


@pytest.fixture
def workspaces(emulator: Emulator) -> Any:
    """The official client's list of workspaces, emptied."""
    found = client_by_address(emulator).taskrouter.v1.workspaces
    for workspace in found.list():
        workspace.delete()
    return found


@pytest.fixture
def workspace(workspaces: Any) -> Any:
    """A fresh workspace, ready for calls."""
    return workspaces(workspaces.create(friendly_name="Support").sid)


def simple(queue: str) -> str:
    """A configuration that sends everything to one queue."""
    return json.dumps({"task_routing": {"default_filter": {"queue": queue}}})


def test_a_workspace_comes_with_activities_and_channels(workspaces: Any) -> None:
    """Offline is where workers begin and end up."""
    made = workspaces.create(friendly_name="Support", prioritize_queue_order="LIFO")
    assert (made.friendly_name, made.prioritize_queue_order, made.event_callback_url) == ("Support", "LIFO", "")
    assert made.default_activity_name == made.timeout_activity_name == "Offline"
    activities = workspaces(made.sid).activities.list()
    assert [(a.friendly_name, a.available) for a in activities] == [
        ("Offline", False),
        ("Available", True),
        ("Unavailable", False),
    ]
    assert workspaces(made.sid).task_channels("default").fetch().unique_name == "default"
    assert made.date_created.tzinfo is not None
    assert made.links["workflows"].endswith(f"/v1/Workspaces/{made.sid}/Workflows")


def test_a_workspace_is_changed_and_deleted_with_all_in_it(workspaces: Any) -> None:
    """Found by name; gone means 404."""
    made = workspaces.create(friendly_name="Support")
    available = workspaces(made.sid).activities.list(friendly_name="Available")[0].sid
    changed = workspaces(made.sid).update(friendly_name="Sales", default_activity_sid=available)
    assert (changed.friendly_name, changed.default_activity_name) == ("Sales", "Available")
    assert [found.sid for found in workspaces.list(friendly_name="Sales")] == [made.sid]
    assert workspaces(made.sid).delete()
    assert refusal(workspaces(made.sid).fetch) == (404, 20404)
    assert refusal(workspaces(made.sid).activities(available).fetch) == (404, 20404)


def test_the_fifo_template_brings_a_queue_and_a_workflow(workspaces: Any) -> None:
    """By Twilio's names."""
    made = workspaces(workspaces.create(friendly_name="Support", template="FIFO").sid)
    assert [queue.friendly_name for queue in made.task_queues.list()] == ["Sample Queue"]
    assert [workflow.friendly_name for workflow in made.workflows.list()] == ["Default Fifo Workflow"]


def test_names_are_unique_in_a_workspace(workspaces: Any, workspace: Any) -> None:
    """A second thing of one name is refused in the words of the API; another workspace may have it."""
    queue = workspace.task_queues.create(friendly_name="Sales").sid
    workspace.workflows.create(friendly_name="Route", configuration=simple(queue))
    workspace.workers.create(friendly_name="ann")
    workspace.task_channels.create(friendly_name="Fax", unique_name="fax")
    assert refusal(workspaces.create, friendly_name="Support") == (400, 20001)
    assert refusal(workspace.activities.create, friendly_name="Offline") == (400, 20001)
    assert refusal(workspace.workflows.create, friendly_name="Route", configuration=simple(queue)) == (400, 20001)
    assert refusal(workspace.workers.create, friendly_name="ann") == (400, 20001)
    assert refusal(workspace.task_channels.create, friendly_name="Other", unique_name="fax") == (400, 20001)
    with pytest.raises(TwilioRestException, match="Queue named Sales already exists for workspace WS"):
        workspace.task_queues.create(friendly_name="Sales")
    other = workspace.task_queues.create(friendly_name="Other").sid
    assert refusal(workspace.task_queues(other).update, friendly_name="Sales") == (400, 20001)
    elsewhere = workspaces(workspaces.create(friendly_name="Elsewhere").sid)
    assert elsewhere.task_queues.create(friendly_name="Sales").sid != queue


def test_a_queue_keeps_what_it_is_given(workspace: Any) -> None:
    """Defaults, a change, and expressions that are checked."""
    made = workspace.task_queues.create(friendly_name="Sales")
    assert (made.target_workers, made.max_reserved_workers, made.task_order) == ("1==1", 1, "FIFO")
    assert (made.assignment_activity_sid, made.reservation_activity_sid) == (None, None)
    changed = workspace.task_queues(made.sid).update(target_workers='skills HAS "sales"', max_reserved_workers=3)
    assert (changed.target_workers, changed.max_reserved_workers) == ('skills HAS "sales"', 3)
    assert refusal(workspace.task_queues(made.sid).update, target_workers="skills HAS") == (400, 20001)
    assert refusal(workspace.task_queues(made.sid).update, max_reserved_workers=51) == (400, 20001)
    assert workspace.task_queues(made.sid).fetch().max_reserved_workers == 3


def test_a_queue_in_use_by_a_workflow_cannot_be_deleted(workspace: Any) -> None:
    """The workflow goes first."""
    queue = workspace.task_queues.create(friendly_name="Sales").sid
    workflow = workspace.workflows.create(friendly_name="Route", configuration=simple(queue)).sid
    with pytest.raises(TwilioRestException, match=f"because workflow {workflow} uses it"):
        workspace.task_queues(queue).delete()
    assert workspace.workflows(workflow).delete()
    assert workspace.task_queues(queue).delete()
    assert refusal(workspace.task_queues(queue).fetch) == (404, 20404)


def test_things_with_tasks_in_them_cannot_be_deleted(workspace: Any) -> None:
    """Queue, workflow, task channel and the worker who works on one."""
    queue = workspace.task_queues.create(friendly_name="Sales").sid
    workflow = workspace.workflows.create(friendly_name="Route", configuration=simple(queue)).sid
    available = workspace.activities.list(friendly_name="Available")[0].sid
    worker = workspace.workers.create(friendly_name="ann", activity_sid=available).sid
    task = workspace.tasks.create(task_channel="sms").sid
    assert refusal(workspace.workflows(workflow).delete) == (400, 20001)
    assert refusal(workspace.task_channels("sms").delete) == (400, 20001)
    assert refusal(workspace.task_channels("default").delete) == (400, 20001)
    assert refusal(workspace.workers(worker).delete) == (400, 20001)
    assert workspace.tasks(task).delete()
    assert workspace.workers(worker).delete()
    assert workspace.workflows(workflow).delete()
    assert workspace.task_queues(queue).delete()
    assert workspace.task_channels("sms").delete()


def test_activities_in_use_cannot_be_deleted(workspace: Any) -> None:
    """The default one, and one that a worker is in; availability never changes."""
    offline = workspace.activities.list(friendly_name="Offline")[0].sid
    lunch = workspace.activities.create(friendly_name="Lunch", available=False).sid
    worker = workspace.workers.create(friendly_name="ann", activity_sid=lunch).sid
    assert refusal(workspace.activities(offline).delete) == (400, 20001)
    assert refusal(workspace.activities(lunch).delete) == (400, 20001)
    assert workspace.activities(lunch).update(friendly_name="Break").friendly_name == "Break"
    workspace.workers(worker).update(activity_sid=offline)
    assert workspace.activities(lunch).delete()


def test_a_workflow_keeps_its_text_and_refuses_a_bad_one(workspace: Any) -> None:
    """Every problem is named; a queue must be there."""
    queue = workspace.task_queues.create(friendly_name="Sales").sid
    text = simple(queue)
    made = workspace.workflows.create(friendly_name="Route", configuration=text, task_reservation_timeout=30)
    assert (made.configuration, made.task_reservation_timeout) == (text, 30)
    assert made.document_content_type == "application/json"
    create = workspace.workflows.create
    assert refusal(create, friendly_name="Bad", configuration="{") == (400, 20001)
    assert refusal(create, friendly_name="Bad", configuration=simple("WQ" + "0" * 32)) == (400, 20001)
    two_faults = {"task_routing": {"filters": [{"expression": "a ==", "targets": []}]}}
    with pytest.raises(TwilioRestException, match=r"expression.*targets"):
        create(friendly_name="Bad", configuration=json.dumps(two_faults))
    changed = workspace.workflows(made.sid).update(friendly_name="Other", task_reservation_timeout=60)
    assert (changed.friendly_name, changed.configuration, changed.task_reservation_timeout) == ("Other", text, 60)


def test_a_workers_channels_follow_the_workspaces_task_channels(workspace: Any) -> None:
    """One for each, also for one that is made later; capacity 1 until changed."""
    worker = workspace.workers(workspace.workers.create(friendly_name="ann").sid)
    workspace.task_channels.create(friendly_name="Fax", unique_name="fax")
    names = {channel.task_channel_unique_name for channel in worker.worker_channels.list()}
    assert names == {"default", "voice", "chat", "sms", "video", "fax"}
    fax = worker.worker_channels("fax")
    assert (fax.fetch().configured_capacity, fax.fetch().available_capacity_percentage) == (1, 100)
    assert fax.update(capacity=5, available=False).available_capacity_percentage == 0
    assert fax.fetch().sid.startswith("WC")


def test_workers_are_found_by_queue_expression_and_activity(workspace: Any) -> None:
    """The filters that people use to see who would get a task."""
    available = workspace.activities.list(friendly_name="Available")[0].sid
    workspace.workers.create(friendly_name="ann", activity_sid=available, attributes='{"skills": ["sales"]}')
    workspace.workers.create(friendly_name="bob", attributes='{"skills": ["support"]}')
    workspace.task_queues.create(friendly_name="Sales", target_workers='skills HAS "sales"')

    def names(**wanted: Any) -> list[str]:
        return [worker.friendly_name for worker in workspace.workers.list(**wanted)]

    assert names() == ["ann", "bob"]
    assert names(available="true") == ["ann"]
    assert names(activity_name="Offline") == ["bob"]
    assert names(task_queue_name="Sales") == ["ann"]
    assert names(target_workers_expression="skills HAS 'support'") == ["bob"]
    assert refusal(workspace.workers.create, friendly_name="cid", attributes="[]") == (400, 20001)


def test_lists_come_in_pages(workspace: Any) -> None:
    """The client walks through them by their `meta`."""
    for number in range(7):
        workspace.task_queues.create(friendly_name=f"Queue {number}")
    assert len(workspace.task_queues.list(page_size=3)) == 7
    assert len(workspace.task_queues.list(page_size=3, limit=4)) == 4


def test_tasks_are_listed_by_several_statuses_at_once(workspace: Any) -> None:
    """Clients repeat AssignmentStatus or join it with commas; both mean any of them."""
    queue = workspace.task_queues.create(friendly_name="Nobody", target_workers="1==2")
    routing = json.dumps({"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}})
    workspace.workflows.create(friendly_name="Only", configuration=routing)
    waiting = workspace.tasks.create(attributes="{}")
    ended = workspace.tasks.create(attributes="{}")
    ended.update(assignment_status="canceled")

    def found(*statuses: str) -> list[str]:
        return [task.sid for task in workspace.tasks.list(assignment_status=list(statuses))]

    assert found("pending", "reserved") == [waiting.sid]
    assert found("pending,canceled") == [waiting.sid, ended.sid]
