"""Rules of services, environments and variables.

A domain is `<unique name>-<four digits>[-<domain suffix>].twil.io`; source:
https://www.twilio.com/docs/serverless/api#domains (Service, Environment).
"""

import secrets

from twilio_emulator.core.errors import not_found
from twilio_emulator.core.store import Conflict
from twilio_emulator.core.world import World
from twilio_emulator.products.serverless import rules
from twilio_emulator.products.serverless.rules import DOMAIN, ENVIRONMENT, SERVICE, VARIABLE, Doc
from twilio_emulator.products.serverless.running import drop_environment

_ENVIRONMENT_TAKEN = "Environment with this UniqueName or DomainSuffix already exists."


def service(world: World, account_sid: str, sid_or_name: str, path: str) -> Doc:
    """A service of the account, by SID or unique name; 404."""
    doc = world.store.get(SERVICE, sid_or_name) or world.store.by_key(SERVICE, account_sid, sid_or_name)
    if doc is None or doc["account_sid"] != account_sid:
        raise not_found(path)
    return doc


def create_service(world: World, account_sid: str, unique_name: str, friendly_name: str, **flags: bool) -> Doc:
    """A service with a domain base of its own; 409 where the unique name is taken.

    Flags: include_credentials, ui_editable.
    """
    rules.url_name("UniqueName", unique_name, 50)
    doc = {
        "sid": world.sids.new("ZS"),
        "account_sid": account_sid,
        "friendly_name": rules.at_most("FriendlyName", friendly_name, 255),
        "unique_name": unique_name,
        **flags,
        "domain_base": f"{unique_name.lower()}-{1000 + secrets.randbelow(9000)}",
        **rules.stamps(world),
    }
    try:
        world.store.put(SERVICE, doc["sid"], doc, parent=account_sid, key=unique_name)
    except Conflict:
        raise rules.conflict("Service with this UniqueName already exists.") from None
    return doc


def update_service(world: World, doc: Doc, friendly_name: str | None, **flags: bool | None) -> Doc:
    """Changes what is given."""
    changed: Doc = {name: value for name, value in flags.items() if value is not None}
    if friendly_name is not None:
        changed["friendly_name"] = rules.at_most("FriendlyName", friendly_name, 255)
    doc = rules.touch(world, doc | changed)
    world.store.update(SERVICE, doc["sid"], doc)
    return doc


def delete_service(world: World, doc: Doc) -> None:
    """Removes a service with all that is below it; its domains answer no more."""
    for environment in world.store.list(ENVIRONMENT, doc["sid"]):
        drop_environment(world, environment["sid"])
    world.store.delete_under(doc["sid"])
    world.store.delete(SERVICE, doc["sid"])


def create_environment(world: World, owner: Doc, unique_name: str, domain_suffix: str) -> Doc:
    """An environment without a build; 409 where its name or its suffix (none is one, too) is taken."""
    rules.at_most("UniqueName", unique_name, 100)
    if domain_suffix:
        rules.url_name("DomainSuffix", domain_suffix, 16)
    base = owner["domain_base"]
    doc = {
        "sid": world.sids.new("ZE"),
        "account_sid": owner["account_sid"],
        "service_sid": owner["sid"],
        "build_sid": None,
        "unique_name": unique_name,
        "domain_suffix": domain_suffix,
        "domain_name": (f"{base}-{domain_suffix.lower()}" if domain_suffix else base) + ".twil.io",
        **rules.stamps(world),
    }
    try:
        world.store.put(ENVIRONMENT, doc["sid"], doc, parent=owner["sid"], key=unique_name)
        world.store.put(DOMAIN, doc["domain_name"], {"environment_sid": doc["sid"]}, parent=doc["sid"])
    except Conflict:
        raise rules.conflict(_ENVIRONMENT_TAKEN) from None
    return doc


def delete_environment(world: World, doc: Doc) -> None:
    """Removes an environment with its variables and deployments."""
    drop_environment(world, doc["sid"])
    world.store.delete_under(doc["sid"])
    world.store.delete(ENVIRONMENT, doc["sid"])


def environment_of_domain(world: World, domain: str) -> Doc | None:
    """The environment that a domain belongs to."""
    found = world.store.get(DOMAIN, domain)
    return world.store.get(ENVIRONMENT, found["environment_sid"]) if found else None


def create_variable(world: World, environment: Doc, key: str, value: str) -> Doc:
    """A variable; 409 where the key is taken."""
    doc = {
        "sid": world.sids.new("ZV"),
        "account_sid": environment["account_sid"],
        "service_sid": environment["service_sid"],
        "environment_sid": environment["sid"],
        "key": rules.at_most("Key", key, 128),
        "value": rules.at_most("Value", value, 450),
        **rules.stamps(world),
    }
    try:
        world.store.put(VARIABLE, doc["sid"], doc, parent=environment["sid"], key=key)
    except Conflict:
        raise rules.conflict("Variable with this Key already exists.") from None
    return doc


def update_variable(world: World, doc: Doc, key: str | None, value: str | None) -> Doc:
    """Changes what is given; Functions see it with their next call."""
    key, value = key or doc["key"], doc["value"] if value is None else value
    doc = doc | {"key": rules.at_most("Key", key, 128), "value": rules.at_most("Value", value, 450)}
    doc = rules.touch(world, doc)
    try:
        world.store.update(VARIABLE, doc["sid"], doc, key=key)
    except Conflict:
        raise rules.conflict("Variable with this Key already exists.") from None
    return doc
