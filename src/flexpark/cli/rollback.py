"""`flexpark rollback`: make an earlier build live again, in one request, and say so in the state."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from flexpark import load_environment
from flexpark.cli.account import asking, open_door
from flexpark.cli.automation import Runner, open_runner
from flexpark.cli.console import need_terminal, say, show_table, write_json
from flexpark.cli.options import AsJson, ConfigFile, Stack
from flexpark.cli.root import ROOT
from flexpark.errors import ConfigurationError, FlexparkError, ResourceError

DEPLOYMENT = "twilio:serverless:Deployment"
SERVERLESS = "https://serverless.twilio.com/v1"


@dataclass(frozen=True)
class Build:
    """A build of the stack's Serverless service: its SID (ZB...), when it was made, and how many functions it has."""

    sid: str
    made: str
    functions: int
    live: bool


def command(  # noqa: PLR0917 - options, as typer wants them
    stack: Stack,
    to: Annotated[
        str | None, typer.Option(metavar="BUILD", help="Which build (ZB...); the one before the live one if left out.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the builds there are, newest first, and end.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    config_file: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Deploy an earlier build again: nothing is uploaded or built, so it is live at once.

    The next preview says that it differs, and the next `up` deploys what the checkout says. Settings outside the build
    (queues, workflow, variables) stay as they are.

    Example: flexpark rollback -s acme-dev --list
    """
    need_terminal(stack, yes=yes or listed)
    found = Rollback(stack, config_file)
    if listed:
        _show(found.builds(), as_json=as_json)
        return
    target = to or found.previous()
    if not yes and not typer.confirm(f"{stack}: deploy {target} instead of {found.live}?", err=True):
        raise typer.Abort
    deployment = found.deploy(target)
    if as_json:
        write_json({"build": target, "before": found.live, "deployment": deployment})
    say(f"{stack}: {target} is live again; `flexpark preview -s {stack}` says what differs, `flexpark up` undoes this")


class Rollback:
    """The live deployment of one stack, as its state has it, and the builds that may take its place."""

    def __init__(self, name: str, config_file: Path | None = None, *, environ: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._door = open_door(load_environment(ROOT, config_file or name), environ)
        self._runner: Runner = open_runner(name, environ=environ, config_file=config_file)
        self._state = json.loads(self._runner.pulumi("stack", "export"))
        there = self._state["deployment"].get("resources") or []
        found = [resource for resource in there if resource["type"] == DEPLOYMENT and not resource.get("delete")]
        if len(found) != 1:
            raise ResourceError(
                f"{name}: its state has {len(found)} deployments, so there is nothing to roll back",
                remedy=f"`flexpark up -s {name}` first",
            )
        self._resource: dict[str, Any] = found[0]
        inputs = self._resource["inputs"]
        self.live = str(inputs["buildSid"])
        self._service = f"{SERVERLESS}/Services/{inputs['serviceSid']}"
        self._home = f"{self._service}/Environments/{inputs['environmentSid']}"

    def builds(self) -> list[Build]:
        """The completed builds, newest first. One request."""
        with asking(f"{self.name}: listing builds"):
            found = self._door.list(f"{self._service}/Builds", pages=10, size=100).items
        done = sorted(
            (b for b in found if b["status"] == "completed"), key=lambda b: str(b["date_created"]), reverse=True
        )
        return [Build(b["sid"], b["date_created"], len(b["function_versions"]), b["sid"] == self.live) for b in done]

    def previous(self) -> str:
        """The newest build that is older than the live one."""
        builds = [build.sid for build in self.builds()]
        older = builds[builds.index(self.live) + 1 :] if self.live in builds else builds
        if not older:
            raise ResourceError(f"{self.name}: {self.live} is the first build there is: nothing to go back to")
        return older[0]

    def deploy(self, build: str) -> str:
        """Make a build live: one request. Answers the deployment's SID (ZD...).

        The state says so first: were this killed in between, the next preview would show a difference that is none yet,
        instead of none where there is one.
        """
        if build == self.live:
            raise ConfigurationError(f"{self.name}: {build} is live already", remedy="see `flexpark rollback --list`")
        before = json.dumps(self._state)
        self._say(buildSid=build)
        try:
            with asking(f"{self.name}: deploying {build}"):
                made = self._door.request("POST", f"{self._home}/Deployments", form={"BuildSid": build}).json
        except FlexparkError:
            self._import(before)
            raise
        parent = str(self._resource["id"]).rpartition("/")[0]
        self._resource["id"] = f"{parent}/{made['sid']}"
        self._say(sid=made["sid"], dateCreated=made["date_created"], dateUpdated=made["date_updated"], url=made["url"])
        return str(made["sid"])

    def _say(self, **properties: str) -> None:
        """Write these properties into the state, as inputs where they are."""
        for part in (self._resource["inputs"], self._resource["outputs"]):
            part.update({name: value for name, value in properties.items() if name in part})
        self._import(json.dumps(self._state))

    def _import(self, state: str) -> None:
        with tempfile.TemporaryDirectory(prefix="flexpark-") as folder:
            path = Path(folder) / "state.json"
            path.write_text(state)
            self._runner.pulumi("stack", "import", "--file", str(path))


def _show(builds: list[Build], *, as_json: bool) -> None:
    if as_json:
        write_json([asdict(build) for build in builds])
        return
    rows = [(build.sid, build.made, str(build.functions), "live" if build.live else "") for build in builds]
    show_table(("build", "made", "functions", ""), rows)
