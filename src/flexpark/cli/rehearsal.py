"""One environment on an emulator: a folder, an emulator, and `pulumi` commands that use both.

The demo and the tests build on it. The checkout stays clean: the backend, a copy of the stack file and everything else
lies in the rehearsal's folder. Nothing here knows a real account.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from flexpark import load_environment
from flexpark.cli import engine
from flexpark.cli.without_secrets import without_secrets
from flexpark.errors import ConfigurationError, FlexparkError
from twilio_emulator.testing import Emulator

ROOT = Path(__file__).resolve().parents[3]
PASSPHRASE = "flexpark-rehearsal"  # noqa: S105 - it guards nothing: the account is the emulator's
STDERR = 2
# All that a rehearsal puts into its folder, the engine's backend included.
KEPT = "kept.json"
CONTENTS = ("state", "Pulumi.*.yaml", "env.sh", "emulator.log", KEPT)
WORKERS: tuple[Mapping[str, Any], ...] = (
    {"friendlyName": "ada", "attributes": {"contact_uri": "client:ada", "full_name": "Ada", "skills": ["support"]}},
    {"friendlyName": "ben", "attributes": {"contact_uri": "client:ben", "full_name": "Ben", "skills": ["support"]}},
    {"friendlyName": "cleo", "attributes": {"contact_uri": "client:cleo", "full_name": "Cleo", "skills": ["sales"]}},
)


class PulumiError(FlexparkError):
    """A `pulumi` command ended with an exit code other than 0; `output` is what it printed."""

    def __init__(self, arguments: tuple[str, ...], code: int, output: str) -> None:
        super().__init__(f"pulumi {' '.join(arguments)}: exit code {code}", detail=output.strip())
        self.code = code
        self.output = output


class Rehearsal:
    """A stack on an emulator. `open_rehearsal` makes one; see there for its life."""

    def __init__(self, folder: Path, stack: str, emulator: Emulator, account: Mapping[str, Any]) -> None:
        self.folder = folder
        self.stack = stack
        self.emulator = emulator
        self.account = account
        self._outputs: dict[str, Any] | None = None
        self.http = httpx.Client(base_url=emulator.url, timeout=60, trust_env=False)

    @property
    def stack_file(self) -> Path:
        """The copy of the stack file that this rehearsal may change."""
        return self.folder / f"Pulumi.{self.stack}.yaml"

    def configure(self, key: str, value: Any) -> None:
        """Set `flexpark:<key>` in this rehearsal's stack file."""
        content = yaml.safe_load(self.stack_file.read_text())
        content["config"][f"flexpark:{key}"] = value
        self.stack_file.write_text(yaml.safe_dump(content, sort_keys=False))

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables that make `pulumi` and `flexpark` use this rehearsal: what `env.sh` exports."""
        return {
            "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "TWILIO_ENDPOINT": self.emulator.url,
            "TWILIO_ACCOUNT_SID": self.account["accountSid"],
            "TWILIO_AUTH_TOKEN": self.account["authToken"],
        }

    @property
    def environ(self) -> dict[str, str]:
        """The whole environment of a child process: ours, the engine and the virtual environment first on PATH."""
        venv = ROOT / ".venv" / "bin"
        path = os.pathsep.join([str(engine.need().bin), str(venv), os.environ.get("PATH", "")])
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "PULUMI_"))}
        return {**inherited, **self.settings, "PATH": path}

    def pulumi(
        self, *arguments: str, show: bool = False, check: bool = True, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a `pulumi` command on this stack in the checkout. `show` leaves its output to the terminal, as Pulumi
        shows it: on stderr, since stdout is for data.

        Raises `PulumiError` unless `check` is false. `extra` are further environment variables.
        """
        argv = ["pulumi", *arguments, "--stack", self.stack]
        if arguments[0] in {"up", "preview", "destroy", "refresh", "config", "import"}:
            argv += ["--config-file", str(self.stack_file)]
        done = run_to_its_end(argv, env={**self.environ, **extra}, show=show)
        if arguments[0] in {"up", "destroy"}:
            self._outputs = None
        if check and done.returncode != 0:
            raise PulumiError(arguments, done.returncode, done.stdout or "")
        return done

    def make_stack(self) -> None:
        """Make the empty stack in the backend. From a project in our own folder, since the engine writes a salt into
        the stack file that it finds in the project: that must be our copy."""
        project = self.folder / "Pulumi.yaml"
        project.write_text("name: flexpark\nruntime: python\n")
        try:
            self.pulumi("stack", "init", "--cwd", str(self.folder))
        finally:
            project.unlink()

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets left out."""
        answer: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json").stdout)
        return answer

    def outputs_now(self) -> dict[str, Any]:
        """The stack's outputs as of the last `up` of this rehearsal, without asking the engine again."""
        if self._outputs is None:
            self._outputs = self.outputs()
        return self._outputs

    def api(self, method: str, address: str, **form: str) -> dict[str, Any]:
        """A call of Twilio's API as the account.

        `address` is host and path. Raises `FlexparkError` with what was answered.
        """
        credentials = (self.account["accountSid"], self.account["authToken"])
        answer = self.http.request(method, f"/{address}", data=form or None, auth=credentials)
        if answer.status_code >= 400:
            raise FlexparkError(f"{method} {address}: {answer.status_code}", detail=answer.text)
        body: dict[str, Any] = answer.json() if answer.content else {}
        return body

    def inventory(self) -> dict[str, list[str]]:
        """The names of what is in the account, by kind, sorted: to compare before and after."""
        workspace = f"taskrouter.twilio.com/v1/Workspaces/{self.account['workspaceSid']}"
        kinds = {
            "task queues": (f"{workspace}/TaskQueues", "task_queues", "friendly_name"),
            "workflows": (f"{workspace}/Workflows", "workflows", "friendly_name"),
            "activities": (f"{workspace}/Activities", "activities", "friendly_name"),
            "task channels": (f"{workspace}/TaskChannels", "channels", "unique_name"),
            "workers": (f"{workspace}/Workers", "workers", "friendly_name"),
            "Sync services": ("sync.twilio.com/v1/Services", "services", "friendly_name"),
            "Serverless services": ("serverless.twilio.com/v1/Services", "services", "unique_name"),
        }
        return {
            kind: sorted(str(item[name]) for item in self.api("GET", f"{address}?PageSize=100")[key])
            for kind, (address, key, name) in kinds.items()
        }

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A call of the emulator's own control API (`/_emulator/...`). Raises `FlexparkError` with what it said."""
        try:
            return self.emulator.control(method, f"/{path}", dict(body) if body else None)
        except RuntimeError as error:
            raise FlexparkError(str(error)) from error

    def requests(self, source: str | None = None) -> list[dict[str, Any]]:
        """Every request that the emulator has seen, oldest first."""
        query = f"requests?source={source}" if source else "requests"
        found: list[dict[str, Any]] = self.control("GET", query)["requests"]
        return found

    @contextmanager
    def counting(self) -> Iterator[list[dict[str, Any]]]:
        """Within it, collect the API requests that are made; the list is full when the block ends."""
        seen: list[dict[str, Any]] = []
        before = max((request["n"] for request in self.requests()), default=0)
        yield seen
        seen += [request for request in self.requests() if request["n"] > before]

    def write_env(self) -> Path:
        """A file to `source` in a shell, so that plain `pulumi` commands use this rehearsal."""
        path = self.folder / "env.sh"
        lines = [f"export {name}={shlex.quote(value)}" for name, value in self.settings.items()]
        lines.append(
            f'export PATH={shlex.quote(str(engine.need().bin))}:{shlex.quote(str(ROOT / ".venv" / "bin"))}:"$PATH"'
        )
        path.touch(mode=0o600)  # before the token is in it
        path.write_text("\n".join(lines) + "\n")
        return path


@contextmanager
def open_rehearsal(
    folder: Path,
    stack: str = "acme-dev",
    workers: tuple[Mapping[str, Any], ...] = WORKERS,
    *,
    keep: bool = False,
    emulator: str = "twilio_emulator",
) -> Iterator[Rehearsal]:
    """Start an emulator with a Flex-like account for a copy of one stack file, and make the (empty) stack. The folder
    is made anew. The copy has placeholders for secrets, and a salt of its own.

    On leaving, the emulator is ended, unless `keep`. `emulator` names the Python module that is run as one. Raises
    `StackNotFound` where there is no such stack file, `EnvironmentInvalid` where it is wrong, and `ConfigurationError`
    where the folder holds something else.
    """
    environment = load_environment(ROOT, stack)
    source = ROOT / "environments" / f"Pulumi.{stack}.yaml"
    engine.need()
    _empty(folder)
    (folder / "state").mkdir(parents=True)
    started = _started(folder / "emulator.log", emulator, detached=keep)
    try:
        seed = {"workers": list(workers), "accountSid": str(environment.account_sid)}
        rehearsal = Rehearsal(folder, stack, started, started.control("POST", "/flex-account", seed))
        rehearsal.stack_file.write_text(without_secrets(source.read_text()))
        rehearsal.make_stack()
        with rehearsal.http:
            yield rehearsal
    except BaseException:
        keep = False  # what failed is not worth keeping
        raise
    finally:
        if keep:
            (folder / KEPT).write_text(json.dumps({"pid": started.pid, "url": started.url}))
        else:
            started.stop()


def _started(log: Path, module: str, *, detached: bool) -> Emulator:
    try:
        return Emulator(detached=detached, log=log, module=module)
    except RuntimeError as error:
        raise FlexparkError(str(error), detail=log.read_text().strip()[-1000:]) from error


def _empty(folder: Path) -> None:
    """Remove an earlier rehearsal. A folder with anything else in it is not ours to remove."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is not a folder", remedy="allowed: a new folder, or an earlier rehearsal's")
    _refuse_while_kept(folder / KEPT)
    foreign = sorted(path.name for path in folder.iterdir() if not any(path.match(ours) for ours in CONTENTS))
    if foreign:
        raise ConfigurationError(
            f"{folder} would be made anew, but holds what no rehearsal has put there: {', '.join(foreign[:5])}",
            remedy="allowed: a new or empty folder, or an earlier rehearsal's",
        )
    shutil.rmtree(folder)


def _refuse_while_kept(note: Path) -> None:
    """An emulator that was kept on purpose would go on without its folder, and nobody would know its process."""
    if not note.exists():
        return
    kept = json.loads(note.read_text())
    try:
        httpx.get(f"{kept['url']}/_emulator/clock", timeout=2, trust_env=False).raise_for_status()
    except httpx.HTTPError:
        return
    raise ConfigurationError(
        f"{note.parent}: the emulator of a kept rehearsal still runs at {kept['url']}",
        remedy=f"end it first with `kill {kept['pid']}`, or give another --folder",
    )


def run_to_its_end(argv: list[str], *, env: Mapping[str, str], show: bool) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout; on Ctrl-C, wait until it has ended.

    `subprocess.run` kills its child after a quarter of a second, and an engine that is killed leaves processes behind.
    It has a process group of its own: a terminal's Ctrl-C would reach its program too, which then shows a traceback.
    """
    out, err = (STDERR, None) if show else (subprocess.PIPE, subprocess.STDOUT)
    with subprocess.Popen(
        argv, cwd=ROOT, env=env, text=True, stdin=subprocess.DEVNULL, stdout=out, stderr=err, process_group=0
    ) as process:
        try:
            output, _ = process.communicate()
        except BaseException:
            end(process)
            raise
    return subprocess.CompletedProcess(argv, process.returncode, output)


def end(process: subprocess.Popen[str]) -> None:
    """End an engine as gently as it takes."""
    for number, wait in ((signal.SIGINT, 15), (signal.SIGINT, 5), (signal.SIGKILL, 5)):
        process.send_signal(number)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            continue
        except BaseException:  # a second Ctrl-C
            process.kill()
            raise
        return
