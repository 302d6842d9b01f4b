"""The deployment that a stack's state has: read, and written where nobody else has written it meanwhile.

The engine has no lock that lasts over several commands. So each write starts from the state as it is then, changes the
one resource, and only where that is still as it was read: what another command has done elsewhere in the stack stays,
and what it has deployed is not overwritten. Between the engine's export and its import, half a second, it may happen
all the same; while another command is under way, the engine refuses the import.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flexpark.cli.automation import Runner
from flexpark.errors import FlexparkError, ResourceError

DEPLOYMENT = "twilio:serverless:Deployment"


class StateChanged(FlexparkError):  # noqa: N818 - named after what happened
    """Another command has changed what the state says of the deployment."""


@dataclass(frozen=True)
class Recorded:
    """A Deployment as the state has it: its id, its build (ZB...), its Serverless service and environment."""

    id: str
    build: str
    service: str
    environment: str


class State:
    """The state of one stack, for its deployment alone."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def read(self) -> Recorded:
        """What it says now. Raises ResourceError where there is not exactly one deployment."""
        return _recorded(self._found(self._export()))

    def write(self, known: Recorded, *, build: str, made: Mapping[str, Any] | None = None) -> Recorded:
        """Say that this build is deployed, by the deployment that Twilio has made, where there is one.

        Raises StateChanged where the state does not say what is `known` any more; then nothing is written.
        """
        state = self._export()
        resource = self._found(state)
        if (now := _recorded(resource)) != known:
            raise StateChanged(
                f"{self._runner.name}: another command has changed the state meanwhile; it says now that "
                f"{now.build} is deployed ({now.id.rpartition('/')[2]})",
                remedy=f"run this again; `flexpark rollback -s {self._runner.name} --list` says what is live",
            )
        properties = {"buildSid": build}
        if made is not None:
            resource["id"] = f"{known.id.rpartition('/')[0]}/{made['sid']}"
            properties |= {
                "sid": made["sid"],
                "dateCreated": made["date_created"],
                "dateUpdated": made["date_updated"],
                "url": made["url"],
            }
        for part in (resource["inputs"], resource["outputs"]):
            part.update({name: value for name, value in properties.items() if name in part})
        self._import(state)
        return _recorded(resource)

    def _export(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self._runner.pulumi("stack", "export"))
        return state

    def _import(self, state: Mapping[str, Any]) -> None:
        with tempfile.TemporaryDirectory(prefix="flexpark-") as folder:
            path = Path(folder) / "state.json"
            path.write_text(json.dumps(state))
            self._runner.pulumi("stack", "import", "--file", str(path))

    def _found(self, state: Mapping[str, Any]) -> dict[str, Any]:
        there = state["deployment"].get("resources") or []
        found = [resource for resource in there if resource["type"] == DEPLOYMENT and not resource.get("delete")]
        if len(found) != 1:
            raise ResourceError(
                f"{self._runner.name}: its state has {len(found)} deployments, so there is nothing to roll back",
                remedy=f"`flexpark up -s {self._runner.name}` first",
            )
        only: dict[str, Any] = found[0]
        return only


def _recorded(resource: Mapping[str, Any]) -> Recorded:
    inputs = resource["inputs"]
    return Recorded(resource["id"], inputs["buildSid"], inputs["serviceSid"], inputs["environmentSid"])
