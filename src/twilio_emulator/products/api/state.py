"""Who sees which account and key."""

from typing import Any

from twilio_emulator.core import accounts
from twilio_emulator.core.errors import not_found
from twilio_emulator.core.world import World


def account(world: World, caller: str, sid: str, path: str) -> dict[str, Any]:
    """An account, for its own credentials; 404 for others'."""
    found = world.store.get(accounts.KIND, sid)
    if found is None or sid != caller:
        raise not_found(path)
    return found


def create_key(world: World, account_sid: str, name: str) -> dict[str, Any]:
    """A new key with its secret."""
    return accounts.create_key(world.store, world.clock, world.sids, account_sid, name)


def keys(world: World, account_sid: str) -> list[dict[str, Any]]:
    """The account's keys."""
    return world.store.list(accounts.KEY_KIND, account_sid)


def key(world: World, account_sid: str, sid: str, path: str) -> dict[str, Any]:
    """One of the account's keys; 404."""
    found = world.store.get(accounts.KEY_KIND, sid)
    if found is None or found["account_sid"] != account_sid:
        raise not_found(path)
    return found


def delete_key(world: World, account_sid: str, sid: str, path: str) -> None:
    """Removes a key; 404."""
    world.store.delete(accounts.KEY_KIND, key(world, account_sid, sid, path)["sid"])
