"""Sync services: made, looked up by SID or as `default`, changed, deleted with all they hold."""

from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import ApiError
from twilio_emulator.core.world import World
from twilio_emulator.products.sync.errors import no_service

KIND = "sync.service"
_WINDOW_MS = (1_000, 30_000)


def create(world: World, account_sid: str, *, unique_name: str | None = None, **values: Any) -> dict[str, Any]:
    """A new service; `values` as of `update`."""
    now = iso(world.clock.now())
    doc = {
        "sid": world.sids.new("IS"),
        "account_sid": account_sid,
        "unique_name": unique_name,
        "friendly_name": None,
        "webhook_url": None,
        "webhooks_from_rest_enabled": False,
        "reachability_webhooks_enabled": False,
        "acl_enabled": False,
        "reachability_debouncing_enabled": False,
        "reachability_debouncing_window": 5_000,
        "date_created": now,
        "date_updated": now,
        **_checked(values),
    }
    world.store.put(KIND, doc["sid"], doc, parent=account_sid, key=unique_name)
    return doc


def fetch(world: World, account_sid: str, sid: str) -> dict[str, Any]:
    """One of the account's services, by SID or `default`; 404. An account has a default service from the start."""
    if sid == "default":
        found = world.store.by_key(KIND, account_sid, "default")
        return found or create(world, account_sid, unique_name="default", friendly_name="Default Service")
    found = world.store.get(KIND, sid)
    if found is None or found["account_sid"] != account_sid:
        raise no_service(sid)
    return found


def update(world: World, account_sid: str, sid: str, values: dict[str, Any]) -> dict[str, Any]:
    """Changes the fields that are given."""
    doc = {**fetch(world, account_sid, sid), **_checked(values), "date_updated": iso(world.clock.now())}
    world.store.update(KIND, doc["sid"], doc)
    return doc


def delete(world: World, account_sid: str, sid: str) -> None:
    """Removes a service and everything in it; 404."""
    found = fetch(world, account_sid, sid)
    world.store.delete_under(found["sid"])
    world.store.delete(KIND, found["sid"])


def every(world: World, account_sid: str) -> list[dict[str, Any]]:
    """The account's services in creation order."""
    return world.store.list(KIND, account_sid)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    window = values.get("reachability_debouncing_window")
    if window is not None and not _WINDOW_MS[0] <= window <= _WINDOW_MS[1]:
        raise ApiError(400, 20001, f"ReachabilityDebouncingWindow must be {_WINDOW_MS[0]} to {_WINDOW_MS[1]}")
    if values.get("webhooks_from_rest_enabled"):
        raise ApiError(501, 20501, "The emulator does not imitate WebhooksFromRestEnabled of Sync services")
    return values
