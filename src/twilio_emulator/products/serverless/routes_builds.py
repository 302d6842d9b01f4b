"""Routes of builds and deployments."""

from typing import Any

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.serverless import builds, deployments, rules, views
from twilio_emulator.products.serverless.routes_services import environment_of, owner
from twilio_emulator.products.serverless.rules import BUILD, DEPLOYMENT, Doc


def _build(world: World, call: Call) -> Doc:
    return rules.find(world, BUILD, call.vars["Sid"], call.path, service_sid=owner(world, call)["sid"])


def _list_builds(world: World, call: Call) -> dict[str, Any]:
    docs = world.store.list(BUILD, owner(world, call)["sid"])
    return page(call, [views.build(doc, builds.status(world, doc)) for doc in docs], "builds")


def _create_build(world: World, call: Call) -> dict[str, Any]:
    doc = builds.create_build(
        world,
        owner(world, call),
        functions=call.form.all("FunctionVersions"),
        assets=call.form.all("AssetVersions"),
        dependencies=call.form.get("Dependencies"),
        runtime=call.form.get("Runtime"),
    )
    return views.build(doc, "building")


def _fetch_build(world: World, call: Call) -> dict[str, Any]:
    doc = _build(world, call)
    return views.build(doc, builds.poll(world, doc))


def _fetch_build_status(world: World, call: Call) -> dict[str, Any]:
    doc = _build(world, call)
    return views.build_status(doc, builds.poll(world, doc))


def _delete_build(world: World, call: Call) -> Reply:
    builds.delete_build(world, _build(world, call))
    return Reply(204)


def _list_deployments(world: World, call: Call) -> dict[str, Any]:
    docs = world.store.list(DEPLOYMENT, environment_of(world, call)["sid"])
    return page(call, [views.below_environment("Deployments", doc) for doc in docs], "deployments")


def _create_deployment(world: World, call: Call) -> dict[str, Any]:
    doc = deployments.create_deployment(world, environment_of(world, call), call.form.get("BuildSid"))
    return views.below_environment("Deployments", doc)


def _fetch_deployment(world: World, call: Call) -> dict[str, Any]:
    environment = environment_of(world, call)
    doc = rules.find(world, DEPLOYMENT, call.vars["Sid"], call.path, environment_sid=environment["sid"])
    return views.below_environment("Deployments", doc)


_BUILDS = "/v1/Services/{ServiceSid}/Builds"
_DEPLOYMENTS = "/v1/Services/{ServiceSid}/Environments/{EnvironmentSid}/Deployments"
BUILD_ROUTES = [
    Route("GET", _BUILDS, "ListBuild", _list_builds),
    Route("POST", _BUILDS, "CreateBuild", _create_build, 201),
    Route("GET", _BUILDS + "/{Sid}", "FetchBuild", _fetch_build),
    Route("DELETE", _BUILDS + "/{Sid}", "DeleteBuild", _delete_build, 204),
    Route("GET", _BUILDS + "/{Sid}/Status", "FetchBuildStatus", _fetch_build_status),
    Route("GET", _DEPLOYMENTS, "ListDeployment", _list_deployments),
    Route("POST", _DEPLOYMENTS, "CreateDeployment", _create_deployment, 201),
    Route("GET", _DEPLOYMENTS + "/{Sid}", "FetchDeployment", _fetch_deployment),
]
