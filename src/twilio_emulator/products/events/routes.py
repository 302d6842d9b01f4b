"""Routes of Event Streams. Source: twilio-oai `twilio_events_v1.json`."""

import json
from typing import Any

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.errors import ApiError, missing_parameter, not_found
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.events import sinks, subscriptions, views
from twilio_emulator.products.events.kinds import Doc
from twilio_emulator.products.events.types import SCHEMAS, TYPES


def _create_sink(world: World, call: Call) -> Doc:
    made = sinks.create(
        world,
        call.account_sid,
        description=call.form.required("Description"),
        configuration=_json(call.form.required("SinkConfiguration")),
        sink_type=call.form.required("SinkType"),
    )
    return views.sink(made)


def _list_sinks(world: World, call: Call) -> Doc:
    found = sinks.every(world, call.account_sid, in_use=call.query.bool("InUse"), status=call.query.get("Status"))
    return page(call, [views.sink(doc) for doc in found], "sinks")


def _fetch_sink(world: World, call: Call) -> Doc:
    return views.sink(sinks.fetch(world, call.account_sid, call.vars["Sid"]))


def _update_sink(world: World, call: Call) -> Doc:
    description = call.form.required("Description")
    return views.sink(sinks.update(world, call.account_sid, call.vars["Sid"], description))


def _delete_sink(world: World, call: Call) -> Reply:
    sinks.delete(world, call.account_sid, call.vars["Sid"])
    return Reply(204)


def _test_sink(world: World, call: Call) -> Doc:
    sinks.test(world, call.account_sid, call.vars["Sid"])
    return {"result": "submitted"}


def _validate_sink(world: World, call: Call) -> Doc:
    valid = sinks.validate(world, call.account_sid, call.vars["Sid"], call.form.required("TestId"))
    return {"result": "valid" if valid else "invalid"}


def _create_subscription(world: World, call: Call) -> Doc:
    description, sink_sid = call.form.required("Description"), call.form.required("SinkSid")
    if "Filter" in call.form:
        raise ApiError(501, 20501, "The emulator does not imitate filters of subscriptions")
    if not call.form.all("Types"):
        raise missing_parameter("Types")
    types = [_json(text) for text in call.form.all("Types")]
    made = subscriptions.create(world, call.account_sid, description=description, sink_sid=sink_sid, types=types)
    return views.subscription(made)


def _list_subscriptions(world: World, call: Call) -> Doc:
    found = subscriptions.every(world, call.account_sid, call.query.get("SinkSid"))
    return page(call, [views.subscription(doc) for doc in found], "subscriptions")


def _fetch_subscription(world: World, call: Call) -> Doc:
    return views.subscription(_subscription(world, call, "Sid"))


def _update_subscription(world: World, call: Call) -> Doc:
    done = subscriptions.update(world, call.account_sid, call.vars["Sid"], call.form.get("Description"))
    return views.subscription(done)


def _delete_subscription(world: World, call: Call) -> Reply:
    subscriptions.delete(world, call.account_sid, call.vars["Sid"])
    return Reply(204)


def _subscribe(world: World, call: Call) -> Reply:
    wanted, version = call.form.required("Type"), call.form.int("SchemaVersion")
    doc, new = subscriptions.subscribe(world, _subscription(world, call), wanted, version)
    return Reply(201 if new else 200, views.subscribed_event(doc))


def _list_subscribed(world: World, call: Call) -> Doc:
    found = subscriptions.subscribed(world, _subscription(world, call))
    return page(call, [views.subscribed_event(doc) for doc in found], "types")


def _fetch_subscribed(world: World, call: Call) -> Doc:
    found = subscriptions.fetch_subscribed(world, _subscription(world, call), call.vars["Type"])
    return views.subscribed_event(found)


def _update_subscribed(world: World, call: Call) -> Doc:
    subscription = _subscription(world, call)
    found = subscriptions.fetch_subscribed(world, subscription, call.vars["Type"])
    version = call.form.int("SchemaVersion", found["schema_version"])
    return views.subscribed_event(subscriptions.subscribe(world, subscription, found["type"], version)[0])


def _delete_subscribed(world: World, call: Call) -> Reply:
    subscriptions.unsubscribe(world, _subscription(world, call), call.vars["Type"])
    return Reply(204)


def _list_types(_world: World, call: Call) -> Doc:
    schema = call.query.get("SchemaId")
    found = [views.event_type(known) for known in TYPES.values() if schema in {None, known.schema}]
    return page(call, found, "types")


def _fetch_type(_world: World, call: Call) -> Doc:
    found = TYPES.get(call.vars["Type"])
    if found is None:
        raise not_found(f"/Types/{call.vars['Type']}")
    return views.event_type(found)


def _fetch_schema(_world: World, call: Call) -> Doc:
    return views.schema(_schema(call))


def _list_schema_versions(_world: World, call: Call) -> Doc:
    name = _schema(call)
    versions = range(SCHEMAS[name], 0, -1)
    return page(call, [views.schema_version(name, version) for version in versions], "schema_versions")


def _fetch_schema_version(_world: World, call: Call) -> Doc:
    name, wanted = _schema(call), call.vars["SchemaVersion"]
    if wanted not in {str(version) for version in range(1, SCHEMAS[name] + 1)}:
        raise not_found(f"/Schemas/{name}/Versions/{wanted}")
    return views.schema_version(name, int(wanted))


def _subscription(world: World, call: Call, name: str = "SubscriptionSid") -> Doc:
    return subscriptions.fetch(world, call.account_sid, call.vars[name])


def _schema(call: Call) -> str:
    if call.vars["Id"] not in SCHEMAS:
        raise not_found(f"/Schemas/{call.vars['Id']}")
    return call.vars["Id"]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


_SINK, _SUBSCRIPTION = "/v1/Sinks/{Sid}", "/v1/Subscriptions/{Sid}"
_SUBSCRIBED = "/v1/Subscriptions/{SubscriptionSid}/SubscribedEvents"
ROUTES = [
    Route("POST", "/v1/Sinks", "CreateSink", _create_sink, 201),
    Route("GET", "/v1/Sinks", "ListSink", _list_sinks),
    Route("GET", _SINK, "FetchSink", _fetch_sink),
    Route("POST", _SINK, "UpdateSink", _update_sink),
    Route("DELETE", _SINK, "DeleteSink", _delete_sink, 204),
    Route("POST", f"{_SINK}/Test", "CreateSinkTest", _test_sink, 201),
    Route("POST", f"{_SINK}/Validate", "CreateSinkValidate", _validate_sink, 201),
    Route("POST", "/v1/Subscriptions", "CreateSubscription", _create_subscription, 201),
    Route("GET", "/v1/Subscriptions", "ListSubscription", _list_subscriptions),
    Route("GET", _SUBSCRIPTION, "FetchSubscription", _fetch_subscription),
    Route("POST", _SUBSCRIPTION, "UpdateSubscription", _update_subscription),
    Route("DELETE", _SUBSCRIPTION, "DeleteSubscription", _delete_subscription, 204),
    Route("POST", _SUBSCRIBED, "CreateSubscribedEvent", _subscribe, 201),
    Route("GET", _SUBSCRIBED, "ListSubscribedEvent", _list_subscribed),
    Route("GET", f"{_SUBSCRIBED}/{{Type}}", "FetchSubscribedEvent", _fetch_subscribed),
    Route("POST", f"{_SUBSCRIBED}/{{Type}}", "UpdateSubscribedEvent", _update_subscribed),
    Route("DELETE", f"{_SUBSCRIBED}/{{Type}}", "DeleteSubscribedEvent", _delete_subscribed, 204),
    Route("GET", "/v1/Types", "ListEventType", _list_types),
    Route("GET", "/v1/Types/{Type}", "FetchEventType", _fetch_type),
    Route("GET", "/v1/Schemas/{Id}", "FetchSchema", _fetch_schema),
    Route("GET", "/v1/Schemas/{Id}/Versions", "ListSchemaVersion", _list_schema_versions),
    Route("GET", "/v1/Schemas/{Id}/Versions/{SchemaVersion}", "FetchSchemaVersion", _fetch_schema_version),
]
