"""One configuration an account; only accounts with Flex have one.

Source: https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api.
"""

from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import ApiError, not_found
from twilio_emulator.core.world import World

KIND = "flex.configuration"
READ_ONLY = frozenset(
    {"account_sid", "date_created", "date_updated", "url", "status", "flex_instance_sid", "service_version"}
)
_DEFAULTS: dict[str, Any] = {
    "attributes": None,
    "status": "ok",
    "taskrouter_workspace_sid": None,
    "taskrouter_target_workflow_sid": None,
    "taskrouter_target_taskqueue_sid": None,
    "taskrouter_taskqueues": None,
    "taskrouter_skills": [],
    "taskrouter_worker_channels": None,
    "taskrouter_worker_attributes": None,
    "taskrouter_offline_activity_sid": None,
    "runtime_domain": None,
    "messaging_service_instance_sid": None,
    "chat_service_instance_sid": None,
    "flex_service_instance_sid": None,
    "flex_instance_sid": None,
    "ui_language": "en-US",
    "ui_attributes": {},
    "ui_dependencies": {},
    "ui_version": "^2.0.0",
    "service_version": None,
    "call_recording_enabled": False,
    "call_recording_webhook_url": None,
    "crm_enabled": False,
    "crm_type": None,
    "crm_callback_url": None,
    "crm_fallback_url": None,
    "crm_attributes": None,
    "public_attributes": {},
    "plugin_service_enabled": True,
    "plugin_service_attributes": {},
    "integrations": [],
    "outbound_call_flows": {},
    "serverless_service_sids": None,
    "queue_stats_configuration": None,
    "notifications": {"enabled": True, "mode": "whenNotInFocus"},
    "markdown": {"enabled": False, "mode": "readOnly"},
    "flex_insights_hr": None,
    "flex_insights_drilldown": False,
    "flex_url": None,
    "channel_configs": [],
    "debugger_integration": None,
    "flex_ui_status_report": None,
    "agent_conv_end_methods": None,
    "citrix_voice_vdi": None,
    "offline_config": None,
}


def create(world: World, account_sid: str, values: dict[str, Any]) -> dict[str, Any]:
    """Makes the account's configuration, as switching Flex on does."""
    now = iso(world.clock.now())
    fixed = {
        "account_sid": account_sid,
        "flex_instance_sid": world.sids.new("GO"),
        "date_created": now,
        "date_updated": now,
    }
    doc = {**_DEFAULTS, **fixed, **values}
    world.store.put(KIND, account_sid, doc, parent=account_sid)
    return doc


def find(world: World, account_sid: str) -> dict[str, Any] | None:
    """The account's configuration, or None where it has no Flex."""
    return world.store.get(KIND, account_sid)


def fetch(world: World, account_sid: str) -> dict[str, Any]:
    """The account's configuration; 404 where it has no Flex."""
    doc = find(world, account_sid)
    if doc is None:
        raise not_found("/Configuration")
    return doc


def update(world: World, account_sid: str, values: dict[str, Any]) -> dict[str, Any]:
    """Replaces the fields that are given, each as a whole; an unknown field is refused (400), one that only Flex writes
    is ignored.
    """
    if unknown := sorted(set(values) - set(_DEFAULTS) - READ_ONLY):
        raise ApiError(400, 20001, f"Unrecognized field {unknown[0]}")
    changed = {name: value for name, value in values.items() if name not in READ_ONLY}
    doc = {**fetch(world, account_sid), **changed, "date_updated": iso(world.clock.now())}
    world.store.update(KIND, account_sid, doc)
    return doc
