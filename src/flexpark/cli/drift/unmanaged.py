"""Things in the account that bear our names, or lie in our services, and that no state knows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from twilio_api.door import Door

from flexpark import Environment
from flexpark.cli.drift.model import Difference

PAGES, PAGE = 40, 50  # things on a page: what every product allows


@dataclass(frozen=True, slots=True)
class Place:
    """A collection to look through, and how one of its things says that it is ours."""

    what: str
    url: str
    name: str
    begins: str = ""


def unmanaged(
    door: Door, environment: Environment, deployment: Mapping[str, Any], known: Collection[str]
) -> list[Difference]:
    """What is this environment's by its name, less what is `known`: the SIDs in the states that were asked for."""
    return list(_found(door, environment, _sids_by_type(deployment), known))


def sids_of(deployment: Mapping[str, Any]) -> set[str]:
    """Every SID that a state knows."""
    return {sid for sids in _sids_by_type(deployment).values() for sid in sids}


def _found(
    door: Door, environment: Environment, ours: Mapping[str, list[str]], known: Collection[str]
) -> Iterator[Difference]:
    for place in _places(door, environment, ours):
        for item in door.list(place.url, pages=PAGES, size=PAGE).items:
            name = str(item.get(place.name) or "")
            if str(item.get("sid")) not in known and _is_ours(name, place.begins):
                yield Difference("unmanaged", f"{place.what} {name} ({item.get('sid')})")


def _is_ours(name: str, begins: str) -> bool:
    """Of this environment, not of one whose name goes on: `flexpark-acme-dev` is not `flexpark-acme-dev-2`."""
    return not begins or name == begins or name.startswith((f"{begins}:", f"{begins} "))


def _places(door: Door, environment: Environment, ours: Mapping[str, list[str]]) -> Iterator[Place]:
    name = environment.service_name
    workspace = environment.pinned.workspace_sid or _workspace(door)
    routing = f"https://taskrouter.twilio.com/v1/Workspaces/{workspace}"
    workflow = f"flexpark {environment.customer} {environment.environment}"
    yield Place("Serverless service", "https://serverless.twilio.com/v1/Services", "unique_name", name)
    yield Place("Sync service", "https://sync.twilio.com/v1/Services", "friendly_name", name)
    yield Place("workflow", f"{routing}/Workflows", "friendly_name", workflow)
    for queue in environment.queues:
        if queue.create is not None:
            yield Place("task queue", f"{routing}/TaskQueues", "friendly_name", queue.name)
    yield Place("event sink", "https://events.twilio.com/v1/Sinks", "description", name)
    yield Place("event subscription", "https://events.twilio.com/v1/Subscriptions", "description", name)
    for service in ours.get("twilio:serverless:Service", []):
        home = f"https://serverless.twilio.com/v1/Services/{service}"
        yield Place("function", f"{home}/Functions", "friendly_name")
        yield Place("asset", f"{home}/Assets", "friendly_name")
        yield Place("ServerlessEnvironment", f"{home}/Environments", "unique_name")
        for environment_sid in ours.get("twilio:serverless:Environment", []):
            yield Place("variable", f"{home}/Environments/{environment_sid}/Variables", "key")


def _workspace(door: Door) -> str:
    return str(door.request("GET", "https://flex-api.twilio.com/v1/Configuration").json["taskrouter_workspace_sid"])


def _sids_by_type(deployment: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for resource in deployment.get("resources") or []:
        if resource.get("id") and resource["type"].startswith("twilio:"):
            found.setdefault(resource["type"], []).append(resource["id"].rpartition("/")[2])
    return found
