"""Find in an account what a stack would create: by natural key, below the parents that were found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twilio_api.door import Door
from twilio_api.errors import Refused

from flexpark.cli.adopt.table import FLEX_OWN, KINDS, OFFERED
from flexpark.cli.automation import Step

HOST = "https://"
# What the engine puts for a value that is known only once something has been created.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PARENTS = {"twilio:serverless:Service": "serviceSid", "twilio:serverless:Environment": "environmentSid"}


@dataclass(frozen=True)
class Finding:
    """What was found: `ids` by URN; by name what is ambiguous (all SIDs), what is Flex's own; what else there is."""

    ids: Mapping[str, str]
    ambiguous: Mapping[str, list[str]] = field(default_factory=dict)
    flex_own: Mapping[str, str] = field(default_factory=dict)
    others: tuple[tuple[str, str, str], ...] = ()


class Finder:
    """Looks through one account; each collection is listed once."""

    def __init__(self, door: Door, chosen: Mapping[str, str]) -> None:
        self._door = door
        self._chosen = chosen
        self._listed: dict[str, list[dict[str, Any]]] = {}

    def find(self, steps: list[Step]) -> Finding:
        """The steps are the creates of a preview."""
        own = self._flex_own()
        ids: dict[str, str] = {}
        ambiguous: dict[str, list[str]] = {}
        flex_own: dict[str, str] = {}
        parents: dict[str, str] = {}
        for type_, kind in KINDS.items():
            for step in (step for step in steps if step.type == type_):
                given = {name: str(value) for name, value in step.new.items() if value != UNKNOWN} | parents
                try:
                    items = self._list(kind.collection.format(**given))
                except KeyError:  # its parent is not there
                    continue
                same = [item for item in items if item.get(kind.wire) == step.new.get(kind.key)]
                wanted = self._chosen.get(step.name)
                same = [item for item in items if item["sid"] == wanted] if wanted else same
                if len(same) > 1:
                    ambiguous[step.name] = [str(item["sid"]) for item in same]
                elif same and same[0]["sid"] in own:
                    flex_own[step.name] = str(same[0]["sid"])
                elif same:
                    ids[step.urn] = kind.identity(given, str(same[0]["sid"]))
                    if type_ in PARENTS:
                        parents[PARENTS[type_]] = str(same[0]["sid"])
        if "environmentSid" in parents:
            ids |= self._deployed(steps, parents)
        taken = {identity.rsplit("/", 1)[-1] for identity in ids.values()} | own | set(flex_own.values())
        return Finding(ids, ambiguous, flex_own, self._others(steps, taken))

    def _deployed(self, steps: list[Step], parents: Mapping[str, str]) -> dict[str, str]:
        """What is live: the deployment, its build, and the versions in it, by their paths."""
        service = f"serverless.twilio.com/v1/Services/{parents['serviceSid']}"
        home = f"{service}/Environments/{parents['environmentSid']}"
        live = self._door.request("GET", HOST + home).json.get("build_sid")
        if not live:
            return {}
        build = self._door.request("GET", f"{HOST}{service}/Builds/{live}").json
        deployments = self._list(f"{home}/Deployments")
        versions = {version["path"]: version for version in build["function_versions"]}
        at = service.split("/", 2)[2]
        found = {}
        for step in steps:
            if step.type == "twilio:serverless:Build":
                found[step.urn] = f"{at}/Builds/{live}"
            elif step.type == "twilio:serverless:Deployment":
                of_it = [item for item in deployments if item["build_sid"] == live]
                last = max(of_it, key=lambda item: str(item["date_created"]))
                found[step.urn] = f"{home.split('/', 2)[2]}/Deployments/{last['sid']}"
            elif step.type == "twilio:serverless:FunctionVersion" and step.new.get("path") in versions:
                version = versions[step.new["path"]]
                found[step.urn] = f"{at}/Functions/{version['function_sid']}/Versions/{version['sid']}"
        return found

    def _flex_own(self) -> set[str]:
        """The SIDs that the Flex Configuration names; none in an account without Flex."""
        try:
            configuration = self._door.request("GET", f"{HOST}flex-api.twilio.com/v1/Configuration").json
        except Refused as error:
            if error.absent:
                return set()
            raise
        return {str(configuration[name]) for name in FLEX_OWN if configuration.get(name)}

    def _others(self, steps: list[Step], taken: set[str]) -> tuple[tuple[str, str, str], ...]:
        """What is there beside, of the kinds that people give a stack: (type, name, SID)."""
        workspaces = {step.new["workspaceSid"] for step in steps if "workspaceSid" in step.new}
        given = {"workspaceSid": str(next(iter(workspaces), ""))}
        found = []
        for type_ in OFFERED:
            kind = KINDS[type_]
            if "{workspaceSid}" in kind.collection and not given["workspaceSid"]:
                continue
            items = self._list(kind.collection.format(**given))
            found += [(type_, str(item.get(kind.wire)), str(item["sid"])) for item in items if item["sid"] not in taken]
        return tuple(found)

    def _list(self, address: str) -> list[dict[str, Any]]:
        if address not in self._listed:
            self._listed[address] = self._door.list(HOST + address, pages=20, size=100).items
        return self._listed[address]
