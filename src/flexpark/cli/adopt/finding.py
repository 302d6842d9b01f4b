"""Find in an account what a stack would create: by natural key, below the parents that were found."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from twilio_api.door import Door
from twilio_api.errors import Refused

from flexpark.cli.adopt.choices import Choices
from flexpark.cli.adopt.table import FLEX_OWN, KINDS, OFFERED
from flexpark.cli.automation import Step
from flexpark.policies.mandatory import has_flex_name

HOST = "https://"
# What the engine puts for a value that is known only once something has been created.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PARENTS = {"twilio:serverless:Service": "serviceSid", "twilio:serverless:Environment": "environmentSid"}


@dataclass(frozen=True)
class Thing:
    """Something in the account: its type, its id, and what Twilio says of it."""

    type: str
    id: str
    item: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.item.get(KINDS[self.type].wire))


@dataclass(frozen=True)
class Finding:
    """What was found: `ids` by URN; by name what is ambiguous (all SIDs), what is Flex's own; what is wrong with the
    choices; what else there is, without what is Flex's or the stack's.
    """

    ids: Mapping[str, str]
    ambiguous: Mapping[str, list[str]] = field(default_factory=dict)
    flex_own: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    others: tuple[Thing, ...] = ()


class Finder:
    """Looks through one account; each collection is listed once."""

    def __init__(self, door: Door, chosen: Sequence[tuple[str, str]], workspace: str) -> None:
        self._door = door
        self._choices = Choices(chosen)
        self._workspace = workspace
        self._listed: dict[str, list[dict[str, Any]]] = {}

    def find(self, steps: Sequence[Step], managed: Sequence[Step]) -> Finding:
        """Of a preview: the steps that would create something, and those of what the state has already."""
        own = self._flex_own()
        ids: dict[str, str] = {}
        ambiguous: dict[str, list[str]] = {}
        flex_own: dict[str, str] = {}
        parents: dict[str, str] = {}
        self._choices.check(steps, managed)
        for type_, kind in KINDS.items():
            for step in (step for step in steps if step.type == type_):
                given = {name: str(value) for name, value in step.new.items() if value != UNKNOWN} | parents
                same = self._same(step, given)
                if len(same) > 1:
                    ambiguous[step.name] = [str(item["sid"]) for item in same]
                elif same and _is_flexs(type_, same[0], own):
                    flex_own[step.name] = str(same[0]["sid"])
                elif same:
                    ids[step.urn] = kind.identity(given, str(same[0]["sid"]))
                    if type_ in PARENTS:
                        parents[PARENTS[type_]] = str(same[0]["sid"])
        if "environmentSid" in parents:
            ids |= self._deployed(steps, parents)
        held = {identity.rsplit("/", 1)[-1] for identity in [*ids.values(), *(step.identity for step in managed)]}
        return Finding(ids, ambiguous, flex_own, tuple(self._choices.problems), tuple(self._others(held, own)))

    def _same(self, step: Step, given: Mapping[str, str]) -> list[dict[str, Any]]:
        """What a resource may be: what was chosen for it, or all that has its natural key."""
        kind = KINDS[step.type]
        wanted = self._choices.of(step, kind)
        try:
            items = self._list(kind.collection.format(**given))
        except KeyError:  # its parent is not there
            if wanted:
                self._choices.without_parent(step, wanted)
            return []
        if wanted is None:
            return [item for item in items if item.get(kind.wire) == step.new.get(kind.key)]
        same = [item for item in items if item["sid"] == wanted]
        if not same:
            self._choices.absent(step, kind, wanted, items)
        return same

    def _deployed(self, steps: Iterable[Step], parents: Mapping[str, str]) -> dict[str, str]:
        """What is live: the deployment, its build, and the versions in it, by their paths."""
        service = f"serverless.twilio.com/v1/Services/{parents['serviceSid']}"
        home = f"{service}/Environments/{parents['environmentSid']}"
        live = self._door.request("GET", HOST + home).json.get("build_sid")
        if not live:
            return {}
        build = self._door.request("GET", f"{HOST}{service}/Builds/{live}").json
        of_it = [item for item in self._list(f"{home}/Deployments") if item["build_sid"] == live]
        versions = {version["path"]: version for version in build["function_versions"]}
        at = service.split("/", 2)[2]
        found = {}
        for step in steps:
            if step.type == "twilio:serverless:Build":
                found[step.urn] = f"{at}/Builds/{live}"
            elif step.type == "twilio:serverless:Deployment" and of_it:  # otherwise Twilio lists it no more, or not yet
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
        named = [configuration.get(name) or [] for name in FLEX_OWN]
        return {str(sid) for sids in named for sid in (sids if isinstance(sids, list) else [sids])}

    def _others(self, held: Collection[str], own: Collection[str]) -> Iterable[Thing]:
        """What is there beside, of the kinds that people give a stack."""
        given = {"workspaceSid": self._workspace}
        for type_ in OFFERED:
            kind = KINDS[type_]
            if "{workspaceSid}" in kind.collection and not self._workspace:
                continue
            for item in self._list(kind.collection.format(**given)):
                if item["sid"] not in held and not _is_flexs(type_, item, own):
                    yield Thing(type_, kind.identity(given, str(item["sid"])), item)

    def _list(self, address: str) -> list[dict[str, Any]]:
        if address not in self._listed:
            self._listed[address] = self._door.list(HOST + address, pages=20, size=100).items
        return self._listed[address]


def _is_flexs(type_: str, item: Mapping[str, Any], own: Collection[str]) -> bool:
    """By its SID, or by the names under which Flex makes what its Configuration does not name."""
    return item["sid"] in own or any(has_flex_name(type_, item.get(name)) for name in ("friendly_name", "unique_name"))
