"""Rules of builds: what is in one, its installation, its status.

A build really installs its dependencies; one that does not install fails. The switch `build_polls` keeps the status at
`building` for so many polls. Source: https://www.twilio.com/docs/serverless/api/resource/build.
"""

import json
from collections.abc import Sequence

import structlog

from twilio_emulator.core.errors import invalid_parameter
from twilio_emulator.core.world import World
from twilio_emulator.products.serverless import rules
from twilio_emulator.products.serverless.code import ASSETS, FUNCTIONS, Code
from twilio_emulator.products.serverless.rules import BUILD, ENVIRONMENT, Doc
from twilio_emulator.products.serverless.running import running
from twilio_emulator.runner import InstallError, install

_log = structlog.get_logger("twilio_emulator.serverless")
RUNTIMES = ("node20", "node22", "node24")
_DEFAULT_RUNTIME = "node22"


def create_build(
    world: World,
    service: Doc,
    *,
    functions: Sequence[str],
    assets: Sequence[str],
    dependencies: str | None,
    runtime: str | None,
) -> Doc:
    """A build that is being built. `functions`, `assets`: SIDs of versions; `dependencies`: JSON text as sent."""
    if not functions and not assets:
        raise rules.refused("At least one Function Version or Asset Version is required for Build.")
    if runtime and runtime not in RUNTIMES:
        raise invalid_parameter("Runtime", f"{', '.join(RUNTIMES)} are allowed")
    contents = {
        "function_versions": _versions(world, FUNCTIONS, service, functions),
        "asset_versions": _versions(world, ASSETS, service, assets),
    }
    _check_paths(contents)
    doc = {
        "sid": world.sids.new("ZB"),
        "account_sid": service["account_sid"],
        "service_sid": service["sid"],
        "status": "building",
        **contents,
        "dependencies": _dependencies(dependencies),
        "runtime": runtime or _DEFAULT_RUNTIME,
        "polls": 0,
        **rules.stamps(world),
    }
    world.store.put(BUILD, doc["sid"], doc, parent=service["sid"])
    _start(world, doc["sid"])
    return doc


def status(world: World, doc: Doc) -> str:
    """The status to show now."""
    if doc["status"] == "building":
        _start(world, doc["sid"])  # goes on with a build that an earlier run of the emulator left
    waiting = doc["status"] == "completed" and doc["polls"] < world.switches["build_polls"]
    return "building" if waiting else str(doc["status"])


def poll(world: World, doc: Doc) -> str:
    """The same, where a client asks for it again and again."""
    shown = status(world, doc)
    world.store.update(BUILD, doc["sid"], doc | {"polls": doc["polls"] + 1})
    return shown


def delete_build(world: World, doc: Doc) -> None:
    """Removes a build; 409 while it is deployed (RJPearson94/terraform-provider-twilio, issue 28)."""
    if world.store.list(ENVIRONMENT, doc["service_sid"], build_sid=doc["sid"]):
        raise rules.conflict("Cannot delete Build because it's part of an active Deployment.")
    world.store.delete(BUILD, doc["sid"])


def packages(doc: Doc) -> dict[str, str]:
    """A build's dependencies by name."""
    return {item["name"]: item["version"] for item in doc["dependencies"]}


def _start(world: World, sid: str) -> None:
    builds = running(world).builds
    if sid not in builds:
        builds.add(sid)
        world.effects.spawn(_build(world, sid))


async def _build(world: World, sid: str) -> None:
    doc = world.store.get(BUILD, sid)
    try:
        if doc is not None:
            await install(packages(doc))
        outcome = "completed"
    except (InstallError, OSError) as error:
        _log.warning("a build failed", build=sid, reason=str(error))
        outcome = "failed"
    finally:
        running(world).builds.discard(sid)
    doc = world.store.get(BUILD, sid)
    if doc is not None:
        world.store.update(BUILD, sid, rules.touch(world, doc | {"status": outcome}))


def _versions(world: World, code: Code, service: Doc, sids: Sequence[str]) -> list[Doc]:
    found = []
    for sid in dict.fromkeys(sids):
        version = world.store.get(code.version_kind, sid)
        if version is None or version["service_sid"] != service["sid"]:
            raise rules.refused(f"{code.name} Version {sid} was not found")
        found.append(version)
    return found


def _check_paths(contents: dict[str, list[Doc]]) -> None:
    paths = [version["path"] for versions in contents.values() for version in versions]
    for path in paths:
        if paths.count(path) > 1:
            raise rules.refused(f"The path {path} is in the Build more than once")


def _dependencies(text: str | None) -> list[Doc]:
    """A JSON list of {name, version}; the official deploy tool may send it within an extra pair of quotes."""
    if not text:
        return []
    if text.startswith('"') and text.endswith('"'):
        text = text[1:-1]
    try:
        given = json.loads(text)
        return [{"name": str(item["name"]), "version": str(item["version"])} for item in given]
    except (ValueError, TypeError, KeyError):
        raise invalid_parameter("Dependencies", "a JSON list of objects with name and version is expected") from None
