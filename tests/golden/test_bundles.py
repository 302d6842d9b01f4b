"""What is rendered for a few environments, kept word for word: a change here is a change of what is deployed."""

import json
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from flexpark import environment_from_config, placeholder_sids, render_bundle
from tests.unit.flexpark.building import DEFAULTS, REPOSITORY, sid

ENVIRONMENTS: dict[str, dict[str, Any]] = {
    "by the layer alone": {},
    "everything changed": {
        "flexpark:customer": "globex",
        "flexpark:environment": "prod",
        "flexpark:queues": [
            {"name": "Ventes", "create": {"target_workers": 'skills HAS "ventes"', "task_order": "LIFO"}},
            {"name": 'L\'équipe "A"', "create": {"max_reserved_workers": 3}},
            {"name": "Everyone", "existing": {"sid": sid("WQ", 7)}},
        ],
        "flexpark:routes": [
            {"name": "Ventes", "when": "topic == 'ventes' AND priority > 3", "queue": "Ventes"},
            {"name": "VIP", "when": 'customer.level IN ["gold", "platinum"]', "queue": 'L\'équipe "A"'},
        ],
        "flexpark:park": {
            "known_worker": {"timeout": 45, "when_unavailable": "skip"},
            "list_ttl": {"sms": "7d", "default": "none", "web": 90},
            "resume": {"workflow": "original"},
            "agent_resume": "workflow",
            "task_timeout": 3_600,
        },
    },
    "through Studio": {
        "flexpark:park": {
            "resume": {"destination": "studio", "flow": "FW" + "1" * 32, "flow_timeout": 120},
            "on_expired": "close",
            "durable_wake": True,
            "mirror_attributes": True,
            "allowed_origins": ["https://flex.twilio.com", "https://desk.example.com"],
            "reinvites": 0,
        },
    },
    "to a queue of its own": {"flexpark:park": {"resume": {"destination": "worker", "queue": "Everyone"}}},
    "by name, without the list": {
        "flexpark:queues": [
            {"name": "Sales", "create": {}},
            {"name": "All", "existing": {"name": "Everyone"}},
        ],
        "flexpark:default_queue": "All",
        "flexpark:park": {"show_list": False, "match_queue_by": "name"},
    },
}


@pytest.mark.parametrize("settings", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_a_bundle_is_as_it_was(settings: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Functions that templates render, in full; copied modules, by name; the workflow with placeholder SIDs."""
    config = {**DEFAULTS, **settings}
    as_given = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    environment = environment_from_config(as_given, REPOSITORY)
    bundle = render_bundle(environment, REPOSITORY)
    modules = REPOSITORY / "functions_src/src"
    copied = {f"/flexpark/{path.stem}" for path in modules.glob("*.js")}
    assert bundle.workflow is not None
    assert snapshot == {
        "service": environment.service_name,
        "runtime": bundle.runtime,
        "packages": sorted(bundle.dependencies),
        "functions": {f"{f.visibility} {f.path}": f.content for f in bundle.functions if f.path not in copied},
        "modules": [f.path for f in bundle.functions if f.path in copied],
        "workflow": {
            "friendly_name": bundle.workflow.friendly_name,
            "task_reservation_timeout": bundle.workflow.task_reservation_timeout,
            "configuration": bundle.workflow.configuration(placeholder_sids(environment)),
        },
    }
