"""Routes of services, environments and variables."""

from typing import Any

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.serverless import rules, services, views
from twilio_emulator.products.serverless.rules import ENVIRONMENT, SERVICE, VARIABLE, Doc


def owner(world: World, call: Call) -> Doc:
    """The service that a path names; 404."""
    return services.service(world, call.account_sid, call.vars["ServiceSid"], call.path)


def environment_of(world: World, call: Call, name: str = "EnvironmentSid") -> Doc:
    """The environment that a path names; 404."""
    return rules.find(world, ENVIRONMENT, call.vars[name], call.path, service_sid=owner(world, call)["sid"])


def _service(world: World, call: Call) -> Doc:
    return services.service(world, call.account_sid, call.vars["Sid"], call.path)


def _list_services(world: World, call: Call) -> dict[str, Any]:
    return page(call, [views.service(doc) for doc in world.store.list(SERVICE, call.account_sid)], "services")


def _create_service(world: World, call: Call) -> dict[str, Any]:
    doc = services.create_service(
        world,
        call.account_sid,
        call.form.required("UniqueName"),
        call.form.required("FriendlyName"),
        include_credentials=call.form.bool("IncludeCredentials", True),
        ui_editable=call.form.bool("UiEditable", False),
    )
    return views.service(doc)


def _fetch_service(world: World, call: Call) -> dict[str, Any]:
    return views.service(_service(world, call))


def _update_service(world: World, call: Call) -> dict[str, Any]:
    doc = services.update_service(
        world,
        _service(world, call),
        call.form.get("FriendlyName"),
        include_credentials=call.form.bool("IncludeCredentials"),
        ui_editable=call.form.bool("UiEditable"),
    )
    return views.service(doc)


def _delete_service(world: World, call: Call) -> Reply:
    services.delete_service(world, _service(world, call))
    return Reply(204)


def _list_environments(world: World, call: Call) -> dict[str, Any]:
    docs = world.store.list(ENVIRONMENT, owner(world, call)["sid"])
    return page(call, [views.environment(doc) for doc in docs], "environments")


def _create_environment(world: World, call: Call) -> dict[str, Any]:
    suffix = call.form.get("DomainSuffix") or ""
    name = call.form.required("UniqueName")
    return views.environment(services.create_environment(world, owner(world, call), name, suffix))


def _fetch_environment(world: World, call: Call) -> dict[str, Any]:
    return views.environment(environment_of(world, call, "Sid"))


def _delete_environment(world: World, call: Call) -> Reply:
    services.delete_environment(world, environment_of(world, call, "Sid"))
    return Reply(204)


def _variable(world: World, call: Call) -> Doc:
    environment = environment_of(world, call)
    return rules.find(world, VARIABLE, call.vars["Sid"], call.path, environment_sid=environment["sid"])


def _list_variables(world: World, call: Call) -> dict[str, Any]:
    docs = world.store.list(VARIABLE, environment_of(world, call)["sid"])
    return page(call, [views.below_environment("Variables", doc) for doc in docs], "variables")


def _create_variable(world: World, call: Call) -> dict[str, Any]:
    environment = environment_of(world, call)
    doc = services.create_variable(world, environment, call.form.required("Key"), call.form.get("Value") or "")
    return views.below_environment("Variables", doc)


def _fetch_variable(world: World, call: Call) -> dict[str, Any]:
    return views.below_environment("Variables", _variable(world, call))


def _update_variable(world: World, call: Call) -> dict[str, Any]:
    doc = services.update_variable(world, _variable(world, call), call.form.get("Key"), call.form.get("Value"))
    return views.below_environment("Variables", doc)


def _delete_variable(world: World, call: Call) -> Reply:
    world.store.delete(VARIABLE, _variable(world, call)["sid"])
    return Reply(204)


_ENVIRONMENTS = "/v1/Services/{ServiceSid}/Environments"
_VARIABLES = _ENVIRONMENTS + "/{EnvironmentSid}/Variables"
SERVICE_ROUTES = [
    Route("GET", "/v1/Services", "ListService", _list_services),
    Route("POST", "/v1/Services", "CreateService", _create_service, 201),
    Route("GET", "/v1/Services/{Sid}", "FetchService", _fetch_service),
    Route("POST", "/v1/Services/{Sid}", "UpdateService", _update_service),
    Route("DELETE", "/v1/Services/{Sid}", "DeleteService", _delete_service, 204),
    Route("GET", _ENVIRONMENTS, "ListEnvironment", _list_environments),
    Route("POST", _ENVIRONMENTS, "CreateEnvironment", _create_environment, 201),
    Route("GET", _ENVIRONMENTS + "/{Sid}", "FetchEnvironment", _fetch_environment),
    Route("DELETE", _ENVIRONMENTS + "/{Sid}", "DeleteEnvironment", _delete_environment, 204),
    Route("GET", _VARIABLES, "ListVariable", _list_variables),
    Route("POST", _VARIABLES, "CreateVariable", _create_variable, 201),
    Route("GET", _VARIABLES + "/{Sid}", "FetchVariable", _fetch_variable),
    Route("POST", _VARIABLES + "/{Sid}", "UpdateVariable", _update_variable),
    Route("DELETE", _VARIABLES + "/{Sid}", "DeleteVariable", _delete_variable, 204),
]
