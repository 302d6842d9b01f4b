"""`flexpark adopt`: bring under a stack what its account has already.

`table.py` says what a stack may manage, `finding.py` looks for it, `choices.py` is what `--use` says, `offering.py` the
way on for what else there is, `pinning.py` writes look-ups into the stack file. The engine's own import file is what is
filled in: it knows parents and providers.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from flexpark import Environment, load_environment
from flexpark.cli.account import asking, open_door
from flexpark.cli.adopt.finding import Finder, Finding
from flexpark.cli.adopt.offering import Offer, offers
from flexpark.cli.adopt.pinning import pin
from flexpark.cli.automation import Runner, Step, open_runner
from flexpark.cli.console import data, need_terminal, say, write_json
from flexpark.cli.options import AsJson, ConfigFile, Stack
from flexpark.cli.planning import plan_of
from flexpark.cli.root import ROOT
from flexpark.environment.load import stack_file
from flexpark.errors import ConfigurationError, PolicyError
from flexpark.plan import as_text


def command(
    stack: Stack,
    use: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=SID", help="Which one to take for a resource, where several have its name."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    config_file: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Find what the stack would create and its account has already, import it, pin look-ups, preview.

    Queues, workflow, Sync and Serverless services, and what lies in them. What else is there is named, with the way to
    manage it. What is Flex's own is refused. Nothing at Twilio is changed.

    Example: flexpark adopt -s acme-dev
    """
    need_terminal(stack, config_file, yes=yes)
    adoption = Adoption(stack, config_file, [_pair(text) for text in use or ()])
    if not as_json:
        adoption.show()
    if adoption.finding.ids and not yes and not typer.confirm(f"{stack}: import these?", err=True):
        raise typer.Abort
    plan = adoption.adopt()
    if as_json:
        others = [asdict(offer) for offer in adoption.offers]
        write_json({"imported": dict(adoption.finding.ids), "others": others, "left": plan})
    else:
        data.print(plan, markup=False)
    kept = f"; the import file is {adoption.file}" if adoption.finding.ids else ""
    say(f"{stack}: {len(adoption.finding.ids)} imported{kept}")


class Adoption:
    """What one stack can take over. Made by a preview and by reading the account; `adopt` does it."""

    def __init__(
        self,
        name: str,
        config_file: Path | None = None,
        chosen: Sequence[tuple[str, str]] = (),
        *,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self._path = config_file or stack_file(ROOT, name)
        self._environment: Environment = load_environment(ROOT, self._path)
        self._runner: Runner = open_runner(name, environ=environ, config_file=config_file)
        self.file = ROOT / "build" / "adopt" / f"{name}.json"
        self._creates: list[Step] = []
        self._managed: list[Step] = []
        self._workspace = ""
        self._import_file: dict[str, Any] = {}
        self._preview()
        self._door = open_door(self._environment, environ, config_file=self._path)
        with asking(f"{name}: looking through the account"):
            self.finding: Finding = Finder(self._door, chosen, self._workspace).find(self._creates, self._managed)
            self._existing = self._existing_queues()
        self._refuse()
        self.offers: list[Offer] = offers(self.finding.others, self._path, self._used())

    def _preview(self) -> None:
        """What would be created, what is managed already, and the engine's import file for the former."""
        managed: dict[str, Step] = {}

        def see(step: Step) -> None:
            if step.identity and step.op != "create":
                managed[step.urn] = step

        with tempfile.TemporaryDirectory(prefix="flexpark-") as folder:
            file = Path(folder) / "import.json"
            planned = self._runner.preview(import_file=str(file), on_step=see)
            self._import_file = json.loads(file.read_text("utf-8"))
        self._creates = [step for step in planned.steps if step.op == "create"]
        self._managed = list(managed.values())
        self._workspace = str(planned.outputs.get("workspaceSid", ""))

    def _used(self) -> set[str]:
        """SIDs and names of the queues that the environment uses and does not own."""
        existing = [queue.existing for queue in self._environment.queues if queue.existing]
        return {str(known) for queue in existing for known in (queue.name, queue.sid) if known}

    def show(self) -> None:
        """What would be imported, and what else is there, with the way on."""
        for step in self._creates:
            if step.urn in self.finding.ids:
                data.print(f"{step.type} {step.name}: {self.finding.ids[step.urn]}", markup=False)
        for offer in self.offers:
            say(str(offer))

    def adopt(self) -> str:
        """Import, pin, and what a preview then says. An import is all or nothing: the engine reads each thing first."""
        if self.finding.ids:
            self._write_import_file()
            more = ["--config-file", str(self._path)]
            flags = ["--generate-code=false", "--protect=false", "--yes", "--skip-preview"]
            self._runner.pulumi("import", "--file", str(self.file), *flags, *more)
        if self._workspace:
            pin(self._path, self._workspace, self._existing)
        return as_text(plan_of(self.name, self._runner.preview()))

    def _write_import_file(self) -> None:
        """What was found, and the components and providers above it."""
        content = self._import_file
        by_name = {(step.type, step.name): self.finding.ids.get(step.urn) for step in self._creates}
        kept: list[dict[str, Any]] = []
        for entry in content["resources"]:
            if "id" in entry:
                identity = by_name.get((entry["type"], entry.get("logicalName", entry["name"])))
                if identity is None:
                    continue
                entry["id"] = identity
            kept.append(entry)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps({**content, "resources": kept}, indent=2))

    def _existing_queues(self) -> dict[str, str]:
        """SIDs of the queues that the environment uses and does not own, by their names in the stack file."""
        wanted = {
            queue.name: queue.existing for queue in self._environment.queues if queue.existing and queue.existing.name
        }
        if not wanted or not self._workspace:
            return {}
        address = f"https://taskrouter.twilio.com/v1/Workspaces/{self._workspace}/TaskQueues"
        sids = {item["friendly_name"]: item["sid"] for item in self._door.list(address, pages=20, size=100).items}
        return {name: sids[existing.name] for name, existing in wanted.items() if existing.name in sids}

    def _refuse(self) -> None:
        """Everything that is wrong at once; what the user wrote gives the exit code, before what is there."""
        flex_own = [f"{name} would be {sid}, which is Flex's own" for name, sid in _sorted(self.finding.flex_own)]
        ambiguous = [f"{name}: {', '.join(sids)}" for name, sids in _sorted(self.finding.ambiguous)]
        if self.finding.wrong:
            raise ConfigurationError(
                f"{self.name}: --use names what is not there; nothing was imported or written",
                detail="\n".join([*self.finding.wrong, *ambiguous, *flex_own]),
            )
        if ambiguous:
            raise ConfigurationError(
                f"{self.name}: several have the name of one resource",
                detail="\n".join([*ambiguous, *flex_own]),
                remedy="say which with --use NAME=SID",
            )
        if flex_own:
            raise PolicyError(
                f"{self.name}: what is Flex's own is never managed by a stack",
                detail="\n".join(flex_own),
                remedy="use it as `existing: {sid: ...}`, or give the stack's own another name",
            )


def _sorted(found: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return sorted(found.items())


def _pair(text: str) -> tuple[str, str]:
    name, _, sid = text.rpartition("=")  # a queue's name may hold the sign, a SID never does
    if not name or not sid:
        raise typer.BadParameter(f"{text!r} is not NAME=SID")
    return name, sid
