"""A checkout to write wrong files into, on a rehearsal's emulator: plain `pulumi` commands find its files as usual."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from flexpark.cli.rehearsal import ROOT, Rehearsal
from tests.examples import example_in

COPIED = ("infra", "environments", "policies", "templates", "workflows", "Pulumi.yaml")
LINKED = ("pulumi-twilio", "functions_src", ".venv")
WRITES = {"POST", "PUT", "DELETE"}
FLEXPARK = (str(ROOT / ".venv" / "bin" / "python"), "-m", "flexpark.cli")
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Refusal:
    """How a command ended: its exit code, all it printed without colours, and what was written to Twilio meanwhile."""

    code: int
    text: str
    writes: list[str]


class Checkout:
    """The project in a folder of the test's own; the rehearsal's stack is its stack."""

    def __init__(self, root: Path, rehearsal: Rehearsal) -> None:
        self.root = root
        self.rehearsal = rehearsal
        root.mkdir()
        for name in COPIED:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile)(ROOT / name, root / name)
        for name in LINKED:
            (root / name).symlink_to(ROOT / name)

    @property
    def stack_file(self) -> Path:
        """The stack's file, where Pulumi looks for it."""
        return self.root / "environments" / f"Pulumi.{self.rehearsal.stack}.yaml"

    def write(self, replacements: Mapping[str, str], file: str | None = None) -> None:
        """The file as it is in the repository (the stack file if none is named), with some of its text replaced."""
        name = file or self.stack_file.relative_to(self.root).as_posix()
        text = (ROOT / name).read_text()
        for old, new in replacements.items():
            assert old in text, f"{name} does not hold {old!r}"
            text = text.replace(old, new)
        (self.root / name).write_text(text)

    def pulumi(self, *arguments: str, **environ: str | None) -> Refusal:
        """Run a `pulumi` command on the stack; an environment variable that is None is taken away."""
        env = {**self.rehearsal.environ, "PYTHONPATH": str(self.root), **environ}
        argv = ["pulumi", *arguments, "--stack", self.rehearsal.stack, "--non-interactive"]
        return self.run(argv, {name: value for name, value in env.items() if value is not None})

    def run(self, argv: list[str], env: Mapping[str, str]) -> Refusal:
        """Run a command here and look at what reached the emulator."""
        with self.rehearsal.counting() as seen:
            done = subprocess.run(argv, cwd=self.root, env=env, capture_output=True, text=True, check=False)
        writes = [f"{r['method']} {r['host']}{r['path']}: {r['status']}" for r in seen if r["method"] in WRITES]
        return Refusal(done.returncode, ANSI.sub("", done.stdout + done.stderr), writes)

    def flexpark(self, *arguments: str, **environ: str | None) -> Refusal:
        """Run a `flexpark` command with the rehearsal's settings; a variable that is None is taken away."""
        env = {**self.rehearsal.environ, **environ}
        kept = {name: value for name, value in env.items() if value is not None}
        return self.run([*FLEXPARK, *arguments], kept)


class Copy(Checkout):
    """A checkout with the sources in it, so that `flexpark` commands take it for theirs: its stack files, its Git."""

    def __init__(self, root: Path, rehearsal: Rehearsal) -> None:
        super().__init__(root, rehearsal)
        shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__", "node_modules"))

    @property
    def environ(self) -> dict[str, str]:
        """The rehearsal's environment variables, with this copy's packages before all others."""
        path = os.pathsep.join(str(self.root / name) for name in ("src", "pulumi-twilio", ""))
        return {**self.rehearsal.environ, "PYTHONPATH": path}

    def add_stack(self, customer: str, environment: str, **settings: object) -> str:
        """Write a stack file over the layer `standard` that makes no queue; its name. Settings are of `flexpark:`."""
        name = f"{customer}-{environment}"
        config = {
            "flexpark:version": 1,
            "flexpark:customer": customer,
            "flexpark:environment": environment,
            "flexpark:layer": "standard",
            "flexpark:stackId": os.urandom(8).hex(),
            "twilio:accountSid": self.rehearsal.account["accountSid"],
            **{f"flexpark:{key}": value for key, value in settings.items()},
        }
        path = self.root / "environments" / f"Pulumi.{name}.yaml"
        path.write_text(yaml.safe_dump({"config": config}, sort_keys=False))
        return name

    def flexpark(self, *arguments: str, **environ: str | None) -> Refusal:
        """Run a `flexpark` command of this copy."""
        env = {**self.environ, **environ}
        kept = {name: value for name, value in env.items() if value is not None}
        return self.run([*FLEXPARK, *arguments], kept)

    def example(self, *command: str) -> list[str]:
        """The words of the example in a command's help, without `flexpark`."""
        return example_in(self.flexpark(*command, "--help", COLUMNS="200").text)


def account_sid() -> str:
    """A SID of some other account."""
    return "AC" + os.urandom(16).hex()
