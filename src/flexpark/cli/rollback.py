"""`flexpark rollback`: make an earlier build live again, in one request, and say so in the state.

What is live is what Twilio says: somebody may have deployed in the Console since the last `up`. `recorded.py` is the
state's side.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from twilio_api.errors import Refused, TwilioError, Unreachable

from flexpark import load_environment
from flexpark.cli.account import as_ours, asking, open_door
from flexpark.cli.automation import open_runner
from flexpark.cli.console import need_terminal, say, show_table, write_json
from flexpark.cli.options import AsJson, ConfigFile, Stack
from flexpark.cli.recorded import Recorded, State, StateChanged
from flexpark.cli.root import ROOT
from flexpark.errors import FlexparkError, ResourceError

SERVERLESS = "https://serverless.twilio.com/v1"
DEPLOYED_ALREADY = 409  # twilio-labs/serverless-api, issue 27


@dataclass(frozen=True)
class Build:
    """A build of the stack's Serverless service: its SID (ZB...), when it was made, and how many functions it has."""

    sid: str
    made: str
    functions: int
    live: bool


@dataclass(frozen=True)
class Deployed:
    """The deployment (ZD...) of a build that is live now, and whether it was not before."""

    sid: str
    anew: bool


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
    need_terminal(stack, config_file, yes=yes or listed)
    found = Rollback(stack, config_file)
    if listed:
        _show(found.builds(), as_json=as_json)
        return
    before, target = (found.recorded.build, to) if to else found.live_and_previous()
    if not yes and not typer.confirm(f"{stack}: deploy {target} instead of {before}?", err=True):
        raise typer.Abort
    deployed = found.deploy(target)
    if as_json:
        write_json({"build": target, "before": before, "deployment": deployed.sid})
    told = "is live again" if deployed.anew else "is live: Twilio had it deployed already"
    say(f"{stack}: {target} {told}; `flexpark preview -s {stack}` says what differs, `flexpark up` undoes this")


class Rollback:
    """The builds of one stack that may become live. `recorded` is the deployment that its state has."""

    def __init__(self, name: str, config_file: Path | None = None, *, environ: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._door = open_door(load_environment(ROOT, config_file or name), environ, config_file=config_file)
        self._state = State(open_runner(name, environ=environ, config_file=config_file))
        self.recorded: Recorded = self._state.read()
        self._service = f"{SERVERLESS}/Services/{self.recorded.service}"
        self._home = f"{self._service}/Environments/{self.recorded.environment}"

    def builds(self) -> list[Build]:
        """The completed builds, newest first. Two requests: which there are, and which is live."""
        with asking(f"{self.name}: listing builds"):
            found = self._door.list(f"{self._service}/Builds", pages=10, size=100).items
            live = self._door.request("GET", self._home).json.get("build_sid")
        done = sorted(
            (b for b in found if b["status"] == "completed"), key=lambda b: str(b["date_created"]), reverse=True
        )
        return [Build(b["sid"], b["date_created"], len(b["function_versions"]), b["sid"] == live) for b in done]

    def live_and_previous(self) -> tuple[str, str]:
        """The build that is live, and the one that was before it was first deployed. One request."""
        deployments = self._deployments()
        live = str(deployments[0]["build_sid"] or "") if deployments else ""
        first_deployed = list(dict.fromkeys(str(d["build_sid"]) for d in reversed(deployments) if d["build_sid"]))
        older = first_deployed[: first_deployed.index(live)] if live else first_deployed
        if not older:
            raise ResourceError(f"{self.name}: {live} is the first build that was live: nothing to go back to")
        return live or "none", older[-1]

    def deploy(self, build: str) -> Deployed:
        """Make a build live: one request. Where it is live already, one more says by which deployment.

        The state says so first: were this killed in between, the next preview would show a difference that is none yet,
        instead of none where there is one. Raises StateChanged where another command has deployed meanwhile.
        """
        before, said = self.recorded, self.recorded
        if before.build != build:
            said = self._state.write(before, build=build)
        try:
            made = self._post(build)
        except TwilioError as error:
            raise self._failed(error, build, before, said) from error
        anew = made is not None
        made = made or next((d for d in self._deployments() if d["build_sid"] == build), None)
        if made is None or said.id.endswith(f"/{made['sid']}"):  # as the state has it
            return Deployed(said.id.rpartition("/")[2], anew)
        try:
            self.recorded = self._state.write(said, build=build, made=made)
        except FlexparkError as error:
            raise FlexparkError(
                f"{self.name}: {build} is live, and the state does not say by which deployment ({made['sid']})",
                detail=error.message,
                remedy=f"`pulumi refresh --stack {self.name}` reads it, `flexpark preview` then says what differs",
            ) from error
        return Deployed(str(made["sid"]), anew)

    def _failed(self, error: TwilioError, build: str, before: Recorded, said: Recorded) -> FlexparkError:
        """What to tell; the state says what it said before, unless the build may be live all the same."""
        told = as_ours(f"{self.name}: deploying {build}", error)
        if _may_have_happened(error):
            told.remedy = f"it may be live all the same: `flexpark rollback -s {self.name} --list` says what is"
        elif said != before:
            with suppress(StateChanged):  # then the state is another command's
                self._state.write(said, build=before.build)
        return told

    def _post(self, build: str) -> dict[str, Any] | None:
        """The deployment that was made; None where the build is live already, which is no reason to stop."""
        try:
            form = {"BuildSid": build}
            return self._door.request("POST", f"{self._home}/Deployments", form=form, repeatable=True).json
        except Refused as refusal:
            if refusal.status == DEPLOYED_ALREADY:
                return None
            raise

    def _deployments(self) -> list[dict[str, Any]]:
        """All there were, newest first. Twilio tells seconds: within one, its own order decides, whichever that is."""
        with asking(f"{self.name}: listing deployments"):
            found = self._door.list(f"{self._home}/Deployments", pages=10, size=100).items
        return _newest_first(found)


def _newest_first(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    ascending = bool(found) and str(found[0]["date_created"]) < str(found[-1]["date_created"])
    return sorted(found[::-1] if ascending else found, key=lambda item: str(item["date_created"]), reverse=True)


def _may_have_happened(error: TwilioError) -> bool:
    """Whether the build may be live although there was no good answer: then the state keeps saying so."""
    match error:
        case Refused():
            return error.uncertain
        case Unreachable():
            return error.sent
        case _:
            return True


def _show(builds: list[Build], *, as_json: bool) -> None:
    if as_json:
        write_json([asdict(build) for build in builds])
        return
    rows = [(build.sid, build.made, str(build.functions), "live" if build.live else "") for build in builds]
    show_table(("build", "made", "functions", ""), rows)
