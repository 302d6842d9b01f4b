"""Routes of services and documents, joined with those of lists and maps. Source: twilio-oai `twilio_sync_v1.json`."""

from typing import Any

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.sync import collection_routes, documents, services, views
from twilio_emulator.products.sync.limits import count_read
from twilio_emulator.products.sync.parameters import given_data, service_of, service_values, with_etag


def _create_service(world: World, call: Call) -> dict[str, Any]:
    return views.service(call.url_base, services.create(world, call.account_sid, **service_values(call)))


def _list_services(world: World, call: Call) -> dict[str, Any]:
    found = services.every(world, call.account_sid)
    return page(call, [views.service(call.url_base, doc) for doc in found], "services", max_size=100)


def _fetch_service(world: World, call: Call) -> dict[str, Any]:
    return views.service(call.url_base, services.fetch(world, call.account_sid, call.vars["Sid"]))


def _update_service(world: World, call: Call) -> dict[str, Any]:
    return views.service(
        call.url_base, services.update(world, call.account_sid, call.vars["Sid"], service_values(call))
    )


def _delete_service(world: World, call: Call) -> Reply:
    services.delete(world, call.account_sid, call.vars["Sid"])
    return Reply(204)


def _create_document(world: World, call: Call) -> Reply:
    data = given_data(call) if "Data" in call.form else {}
    doc = documents.create(world, service_of(world, call), call.form.get("UniqueName"), data, call.form.int("Ttl"))
    return with_etag(201, views.document(call.url_base, doc))


def _list_documents(world: World, call: Call) -> dict[str, Any]:
    found = documents.every(world, service_of(world, call))
    return page(call, [views.document(call.url_base, doc) for doc in found], "documents", max_size=100)


def _fetch_document(world: World, call: Call) -> Reply:
    doc = documents.fetch(world, service_of(world, call), call.vars["Sid"])
    count_read(world, doc["sid"])
    return with_etag(200, views.document(call.url_base, doc))


def _update_document(world: World, call: Call) -> Reply:
    changes: dict[str, Any] = {}
    if "Data" in call.form:
        changes["data"] = given_data(call)
    if call.form.get("Ttl"):
        changes["ttl"] = call.form.int("Ttl")
    doc = documents.update(world, service_of(world, call), call.vars["Sid"], changes, call.headers.get("if-match"))
    return with_etag(200, views.document(call.url_base, doc))


def _delete_document(world: World, call: Call) -> Reply:
    documents.delete(world, service_of(world, call), call.vars["Sid"])
    return Reply(204)


_SERVICES = "/v1/Services"
_DOCUMENTS = f"{_SERVICES}/{{ServiceSid}}/Documents"
ROUTES = [
    Route("POST", _SERVICES, "CreateService", _create_service, 201),
    Route("GET", _SERVICES, "ListService", _list_services),
    Route("GET", f"{_SERVICES}/{{Sid}}", "FetchService", _fetch_service),
    Route("POST", f"{_SERVICES}/{{Sid}}", "UpdateService", _update_service),
    Route("DELETE", f"{_SERVICES}/{{Sid}}", "DeleteService", _delete_service, 204),
    Route("POST", _DOCUMENTS, "CreateDocument", _create_document, 201),
    Route("GET", _DOCUMENTS, "ListDocument", _list_documents),
    Route("GET", f"{_DOCUMENTS}/{{Sid}}", "FetchDocument", _fetch_document),
    Route("POST", f"{_DOCUMENTS}/{{Sid}}", "UpdateDocument", _update_document),
    Route("DELETE", f"{_DOCUMENTS}/{{Sid}}", "DeleteDocument", _delete_document, 204),
    *collection_routes.ROUTES,
]
