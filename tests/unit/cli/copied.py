"""A checkout of the test's own: commands work on the environments beside their own code, so that is copied."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tests.examples import example_in
from tools.bench.fleet import make_fleet

ROOT = Path(__file__).resolve().parents[3]


class Copied:
    """`stacks` environments called customer-1-prod and so on, over the layers standard < premium, europe < fleet."""

    def __init__(self, folder: Path, stacks: int = 2) -> None:
        self.root = make_fleet(folder / "checkout", stacks)

    def flexpark(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command there, as a script would: without a terminal, and without what this machine's account is."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "PULUMI_"))}
        env = {**kept, "PYTHONPATH": str(self.root / "src"), "COLUMNS": "200", "NO_COLOR": "1", **environ}
        argv = [sys.executable, "-m", "flexpark.cli", *arguments]
        return subprocess.run(
            argv, cwd=self.root, env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    def example(self, command: str) -> list[str]:
        """The words of the example in a command's help, without `flexpark`."""
        return example_in(self.flexpark(command, "--help").stdout)

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def stack(self, name: str, **settings: object) -> None:
        """Change settings of a stack file."""
        file = self.root / "environments" / f"Pulumi.{name}.yaml"
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        content["config"].update({f"flexpark:{key}": value for key, value in settings.items()})
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")

    def acme_dev(self) -> None:
        """The environment of the repository, whose name the examples in the help texts use."""
        name = "environments/Pulumi.acme-dev.yaml"
        self.write(name, (ROOT / name).read_text(encoding="utf-8"))
