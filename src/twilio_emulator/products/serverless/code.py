"""Rules of functions and assets and of their versions, which hold the code."""

import base64
import posixpath
from dataclasses import dataclass
from typing import Literal

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import invalid_parameter
from twilio_emulator.core.world import World
from twilio_emulator.products.serverless import rules
from twilio_emulator.products.serverless.rules import (
    ASSET,
    ASSET_VERSION,
    BUILD,
    CONTENT,
    ENVIRONMENT,
    FUNCTION,
    FUNCTION_VERSION,
    Doc,
)
from twilio_emulator.runner import CodeFile

_VISIBILITIES = ("public", "protected", "private")


@dataclass(frozen=True)
class Code:
    """The two kinds of code, which Twilio treats alike: how they are called and stored."""

    kind: str
    version_kind: str
    name: str
    field: str
    versions_field: str


FUNCTIONS = Code(FUNCTION, FUNCTION_VERSION, "Function", "function_sid", "function_versions")
ASSETS = Code(ASSET, ASSET_VERSION, "Asset", "asset_sid", "asset_versions")


def create(world: World, code: Code, service: Doc, friendly_name: str) -> Doc:
    """A function or asset without a version. Friendly names need not be unique."""
    doc = {
        "sid": world.sids.new("ZH"),
        "account_sid": service["account_sid"],
        "service_sid": service["sid"],
        "friendly_name": rules.at_most("FriendlyName", friendly_name, 255),
        **rules.stamps(world),
    }
    world.store.put(code.kind, doc["sid"], doc, parent=service["sid"])
    return doc


def rename(world: World, code: Code, doc: Doc, friendly_name: str) -> Doc:
    """Changes the friendly name."""
    doc = rules.touch(world, doc | {"friendly_name": rules.at_most("FriendlyName", friendly_name, 255)})
    world.store.update(code.kind, doc["sid"], doc)
    return doc


def delete(world: World, code: Code, doc: Doc) -> None:
    """Removes it with its versions; 409 while one of them is deployed (twilio-labs/serverless-toolkit, issue 148)."""
    versions = {version["sid"] for version in world.store.list(code.version_kind, doc["sid"])}
    for environment in world.store.list(ENVIRONMENT, doc["service_sid"]):
        build = world.store.get(BUILD, environment["build_sid"]) if environment["build_sid"] else None
        if build and versions & {version["sid"] for version in build[code.versions_field]}:
            raise rules.conflict(f"Cannot delete {code.name} because it's part of an active Deployment.")
    world.store.delete_under(doc["sid"])
    world.store.delete(code.kind, doc["sid"])


def create_version(world: World, code: Code, owner: Doc, *, path: str, visibility: str, content: bytes) -> Doc:
    """A version with its content; the path gets its leading slash."""
    if visibility not in _VISIBILITIES:
        raise invalid_parameter("Visibility", f"{', '.join(_VISIBILITIES)} are allowed")
    path = "/" + rules.at_most("Path", path, 255).removeprefix("/")
    if any(character in path for character in "?#\\ ") or posixpath.normpath(path) != path:
        raise invalid_parameter("Path", "a URL's path is expected")
    doc = {
        "sid": world.sids.new("ZN"),
        "account_sid": owner["account_sid"],
        "service_sid": owner["service_sid"],
        code.field: owner["sid"],
        "path": path,
        "visibility": visibility,
        "date_created": iso(world.clock.now()),
    }
    world.store.put(code.version_kind, doc["sid"], doc, parent=owner["sid"])
    stored = {"base64": base64.b64encode(content).decode()}
    world.store.put(CONTENT, doc["sid"], stored, parent=owner["service_sid"])  # a build outlives its function
    return doc


def content(world: World, version_sid: str) -> bytes:
    """What was uploaded; it is kept as long as the service, since builds are made of it."""
    stored = world.store.get(CONTENT, version_sid)
    return base64.b64decode(stored["base64"]) if stored else b""


def code_file(world: World, code: Code, version: Doc) -> CodeFile:
    """A version as the runner takes it; assets keep their extension, which their content type follows from."""
    sid = version["sid"]
    suffix = ".js" if code is FUNCTIONS else posixpath.splitext(version["path"])[1]
    folder: Literal["functions", "assets"] = "functions" if code is FUNCTIONS else "assets"
    return CodeFile(folder, version["path"], version["visibility"], sid + suffix, content(world, sid))
