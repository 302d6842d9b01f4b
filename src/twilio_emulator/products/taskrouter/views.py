"""JSON of TaskRouter as Twilio's OpenAPI `twilio_taskrouter_v1` has it; dates are RFC 3339."""

from typing import Any

from twilio_emulator.core.dates import iso_or_none
from twilio_emulator.core.world import World
from twilio_emulator.products.taskrouter.records import ACTIVITY, QUEUE, WORKFLOW, Doc

BASE = "https://taskrouter.twilio.com/v1/Workspaces"
_STATISTICS = {
    "statistics": "Statistics",
    "real_time_statistics": "RealTimeStatistics",
    "cumulative_statistics": "CumulativeStatistics",
}


def workspace(world: World, doc: Doc) -> Doc:
    """A workspace."""
    url = f"{BASE}/{doc['sid']}"
    lists = {
        "activities": "Activities",
        **_STATISTICS,
        "task_queues": "TaskQueues",
        "tasks": "Tasks",
        "workers": "Workers",
        "workflows": "Workflows",
        "task_channels": "TaskChannels",
        "events": "Events",
    }
    fields = "event_callback_url events_filter friendly_name multi_task_enabled prioritize_queue_order"
    return {
        **_common(doc, url),
        **_pick(doc, f"{fields} default_activity_sid timeout_activity_sid"),
        "default_activity_name": _name(world, ACTIVITY, doc["default_activity_sid"]),
        "timeout_activity_name": _name(world, ACTIVITY, doc["timeout_activity_sid"]),
        "links": {name: f"{url}/{path}" for name, path in lists.items()},
    }


def activity(_world: World, doc: Doc) -> Doc:
    """An activity."""
    return {**_item(doc, "Activities"), **_pick(doc, "friendly_name available"), "links": _up(doc)}


def channel(_world: World, doc: Doc) -> Doc:
    """A task channel."""
    fields = "friendly_name unique_name channel_optimized_routing"
    return {**_item(doc, "TaskChannels"), **_pick(doc, fields), "links": _up(doc)}


def queue(world: World, doc: Doc) -> Doc:
    """A task queue."""
    found = _item(doc, "TaskQueues")
    links = {**_up(doc), **{name: f"{found['url']}/{path}" for name, path in _STATISTICS.items()}}
    collection = f"{BASE}/{doc['workspace_sid']}/TaskQueues"
    links.update(
        list_statistics=f"{collection}/Statistics", bulk_real_time_statistics=f"{collection}/RealTimeStatistics"
    )
    for role in ("assignment", "reservation"):
        sid = doc[f"{role}_activity_sid"]
        found[f"{role}_activity_sid"], found[f"{role}_activity_name"] = sid, _name(world, ACTIVITY, sid)
        if sid:
            links[f"{role}_activity"] = f"{BASE}/{doc['workspace_sid']}/Activities/{sid}"
    return {**found, **_pick(doc, "friendly_name target_workers max_reserved_workers task_order"), "links": links}


def worker(world: World, doc: Doc) -> Doc:
    """A worker."""
    found, base = _item(doc, "Workers"), f"{BASE}/{doc['workspace_sid']}"
    url = found["url"]
    in_activity = world.store.get(ACTIVITY, doc["activity_sid"]) or {}
    return {
        **found,
        **_pick(doc, "friendly_name attributes activity_sid"),
        "activity_name": in_activity.get("friendly_name"),
        "available": in_activity.get("available", False),
        "date_status_changed": iso_or_none(doc["status_changed"]),
        "links": {
            "channels": f"{url}/Channels",
            "activity": f"{base}/Activities/{doc['activity_sid']}",
            **_up(doc),
            **{name: f"{base}/Workers/{path}" for name, path in _STATISTICS.items()},
            "worker_statistics": f"{url}/Statistics",
            "worker_channels": f"{url}/Channels",
            "reservations": f"{url}/Reservations",
        },
    }


def worker_channel(_world: World, doc: Doc) -> Doc:
    """A worker's channel, with its load."""
    url = f"{BASE}/{doc['workspace_sid']}/Workers/{doc['worker_sid']}/Channels/{doc['sid']}"
    fields = (
        "assigned_tasks available available_capacity_percentage task_channel_sid task_channel_unique_name worker_sid"
    )
    return {
        **_common(doc, url),
        **_pick(doc, f"{fields} workspace_sid"),
        "configured_capacity": doc["capacity"],
    }


def workflow(_world: World, doc: Doc) -> Doc:
    """A workflow; `configuration` is the text that was sent."""
    found = _item(doc, "Workflows")
    fields = (
        "assignment_callback_url configuration fallback_assignment_callback_url friendly_name task_reservation_timeout"
    )
    links = {name: f"{found['url']}/{path}" for name, path in _STATISTICS.items()}
    return {**found, **_pick(doc, fields), "document_content_type": "application/json", "links": links}


def task(world: World, doc: Doc) -> Doc:
    """A task; `age` is in seconds."""
    found, base = _item(doc, "Tasks"), f"{BASE}/{doc['workspace_sid']}"
    fields = (
        "assignment_status attributes priority reason task_queue_sid task_channel_sid task_channel_unique_name "
        "timeout workflow_sid ignore_capacity routing_target"
    )
    return {
        **found,
        **_pick(doc, fields),
        "age": int(world.clock.timestamp() - doc["date_created"]),
        "addons": "{}",
        "task_queue_entered_date": iso_or_none(doc["task_queue_entered"]),
        "virtual_start_time": iso_or_none(doc["virtual_start"]),
        "task_queue_friendly_name": _name(world, QUEUE, doc["task_queue_sid"]),
        "workflow_friendly_name": _name(world, WORKFLOW, doc["workflow_sid"]),
        "links": {
            "task_queue": f"{base}/TaskQueues/{doc['task_queue_sid']}",
            "workflow": f"{base}/Workflows/{doc['workflow_sid']}",
            **_up(doc),
            "reservations": f"{found['url']}/Reservations",
        },
    }


def task_reservation(doc: Doc) -> Doc:
    """A reservation below its task."""
    return _reservation(doc, f"Tasks/{doc['task_sid']}")


def worker_reservation(doc: Doc) -> Doc:
    """A reservation below its worker."""
    return _reservation(doc, f"Workers/{doc['worker_sid']}")


def event(_world: World, doc: Doc) -> Doc:
    """An event."""
    base = f"{BASE}/{doc['workspace_sid']}"
    collections = {"task": "Tasks", "worker": "Workers", "reservation": "Reservations"}
    resource = collections.get(doc["resource_type"])
    return {
        **_pick(doc, "sid account_sid workspace_sid event_type description event_data resource_type resource_sid"),
        "actor_sid": doc["workspace_sid"],
        "actor_type": "workspace",
        "actor_url": base,
        "event_date": iso_or_none(doc["at"]),
        "event_date_ms": int(doc["at"] * 1000),
        "resource_url": f"{base}/{resource}/{doc['resource_sid']}" if resource else base,
        "source": "twilio",
        "source_ip_address": None,
        "url": f"{base}/Events/{doc['sid']}",
    }


def _reservation(doc: Doc, owner: str) -> Doc:
    base = f"{BASE}/{doc['workspace_sid']}"
    return {
        **_common(doc, f"{base}/{owner}/Reservations/{doc['sid']}"),
        **_pick(doc, "workspace_sid task_sid worker_sid worker_name"),
        "reservation_status": doc["status"],
        "links": {
            "task": f"{base}/Tasks/{doc['task_sid']}",
            "worker": f"{base}/Workers/{doc['worker_sid']}",
            "workspace": base,
        },
    }


def _item(doc: Doc, collection: str) -> Doc:
    url = f"{BASE}/{doc['workspace_sid']}/{collection}/{doc['sid']}"
    return {**_common(doc, url), "workspace_sid": doc["workspace_sid"]}


def _common(doc: Doc, url: str) -> Doc:
    return {
        "sid": doc["sid"],
        "account_sid": doc["account_sid"],
        "date_created": iso_or_none(doc["date_created"]),
        "date_updated": iso_or_none(doc["date_updated"]),
        "url": url,
    }


def _up(doc: Doc) -> dict[str, str]:
    return {"workspace": f"{BASE}/{doc['workspace_sid']}"}


def _name(world: World, kind: str, sid: str | None) -> Any:
    return (world.store.get(kind, sid) or {}).get("friendly_name") if sid else None


def _pick(doc: Doc, names: str) -> Doc:
    return {name: doc[name] for name in names.split()}
