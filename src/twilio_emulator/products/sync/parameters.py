"""How Sync's parameters are read, and the ETag that its answers carry."""

from typing import Any

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.errors import missing_parameter
from twilio_emulator.core.world import World
from twilio_emulator.products.sync import services

_TEXTS = {"FriendlyName": "friendly_name", "WebhookUrl": "webhook_url"}
_FLAGS = {
    "WebhooksFromRestEnabled": "webhooks_from_rest_enabled",
    "ReachabilityWebhooksEnabled": "reachability_webhooks_enabled",
    "AclEnabled": "acl_enabled",
    "ReachabilityDebouncingEnabled": "reachability_debouncing_enabled",
}


def service_of(world: World, call: Call) -> dict[str, Any]:
    """The service that the path names."""
    return services.fetch(world, call.account_sid, call.vars["ServiceSid"])


def service_values(call: Call) -> dict[str, Any]:
    """The fields of a service that the form has. An empty text clears its field."""
    values: dict[str, Any] = {field: call.form.get(name) or None for name, field in _TEXTS.items() if name in call.form}
    values |= {field: call.form.bool(name) for name, field in _FLAGS.items() if call.form.get(name)}
    if call.form.get("ReachabilityDebouncingWindow"):
        values["reachability_debouncing_window"] = call.form.int("ReachabilityDebouncingWindow")
    return values


def given_data(call: Call) -> Any:
    """`Data` as JSON; 400 where it is missing or none."""
    if not call.form.get("Data"):
        raise missing_parameter("Data")
    return call.form.json("Data")


def item_changes(call: Call) -> dict[str, Any]:
    """What a form changes of an item: `data`, `ttl` (ItemTtl wins over its alias Ttl), `collection_ttl`."""
    changes: dict[str, Any] = {}
    if "Data" in call.form:
        changes["data"] = given_data(call)
    ttl = call.form.int("ItemTtl", call.form.int("Ttl"))
    if ttl is not None:
        changes["ttl"] = ttl
    if call.form.get("CollectionTtl"):
        changes["collection_ttl"] = call.form.int("CollectionTtl")
    return changes


def with_etag(status: int, body: dict[str, Any]) -> Reply:
    """An answer whose ETag is the revision, as If-Match takes it."""
    return Reply(status, body, {"etag": f'"{body["revision"]}"'})
