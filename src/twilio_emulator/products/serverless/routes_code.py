"""Routes of functions and assets and of their versions. Versions are made at the upload host: see `upload.py`."""

from typing import Any

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.serverless import code, rules, views
from twilio_emulator.products.serverless.code import ASSETS, FUNCTIONS, Code
from twilio_emulator.products.serverless.routes_services import owner
from twilio_emulator.products.serverless.rules import Doc


def code_of(world: World, call: Call, kind: Code, name: str) -> Doc:
    """The function or asset that a path names; 404."""
    return rules.find(world, kind.kind, call.vars[name], call.path, service_sid=owner(world, call)["sid"])


def _routes(kind: Code) -> list[Route]:
    """The operations that both kinds have."""
    parent = f"{kind.name}Sid"

    def version_of(world: World, call: Call) -> Doc:
        found = code_of(world, call, kind, parent)
        return rules.find(world, kind.version_kind, call.vars["Sid"], call.path, **{kind.field: found["sid"]})

    def list_code(world: World, call: Call) -> dict[str, Any]:
        docs = world.store.list(kind.kind, owner(world, call)["sid"])
        return page(call, [views.code(kind, doc) for doc in docs], f"{kind.name.lower()}s")

    def create(world: World, call: Call) -> dict[str, Any]:
        return views.code(kind, code.create(world, kind, owner(world, call), call.form.required("FriendlyName")))

    def fetch(world: World, call: Call) -> dict[str, Any]:
        return views.code(kind, code_of(world, call, kind, "Sid"))

    def update(world: World, call: Call) -> dict[str, Any]:
        doc = code_of(world, call, kind, "Sid")
        return views.code(kind, code.rename(world, kind, doc, call.form.required("FriendlyName")))

    def delete(world: World, call: Call) -> Reply:
        code.delete(world, kind, code_of(world, call, kind, "Sid"))
        return Reply(204)

    def list_versions(world: World, call: Call) -> dict[str, Any]:
        docs = world.store.list(kind.version_kind, code_of(world, call, kind, parent)["sid"])
        return page(call, [views.version(kind, doc) for doc in docs], kind.versions_field)

    def fetch_version(world: World, call: Call) -> dict[str, Any]:
        return views.version(kind, version_of(world, call))

    def fetch_content(world: World, call: Call) -> dict[str, Any]:
        doc = version_of(world, call)
        return views.version_content(kind, doc, code.content(world, doc["sid"]))

    collection = f"/v1/Services/{{ServiceSid}}/{kind.name}s"
    versions = f"{collection}/{{{parent}}}/Versions"
    routes = [
        Route("GET", collection, f"List{kind.name}", list_code),
        Route("POST", collection, f"Create{kind.name}", create, 201),
        Route("GET", collection + "/{Sid}", f"Fetch{kind.name}", fetch),
        Route("POST", collection + "/{Sid}", f"Update{kind.name}", update),
        Route("DELETE", collection + "/{Sid}", f"Delete{kind.name}", delete, 204),
        Route("GET", versions, f"List{kind.name}Version", list_versions),
        Route("GET", versions + "/{Sid}", f"Fetch{kind.name}Version", fetch_version),
    ]
    if kind is FUNCTIONS:
        routes.append(Route("GET", versions + "/{Sid}/Content", "FetchFunctionVersionContent", fetch_content))
    return routes


CODE_ROUTES = [*_routes(FUNCTIONS), *_routes(ASSETS)]
