"""A small project on disk: the repository's own templates, workflow and functions, and stack files made by the test."""

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from flexpark import Environment, EnvironmentInvalid, load_environment

REPOSITORY = Path(__file__).resolve().parents[3]

ACCOUNT = "AC" + "0" * 31 + "1"
DEFAULTS: dict[str, Any] = {
    "flexpark:version": 1,
    "flexpark:customer": "acme",
    "flexpark:environment": "dev",
    "flexpark:layer": "standard",
    "flexpark:stackId": "f1e0a11ce0000001",
    "twilio:accountSid": ACCOUNT,
}
STACK_FILE = "environments/Pulumi.acme-dev.yaml"


def sid(prefix: str, number: int = 1) -> str:
    """A well-formed SID."""
    return f"{prefix}{number:032x}"


class Project:
    """A project's root in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("templates", "workflows"):
            shutil.copytree(REPOSITORY / folder, root / folder)
        shutil.copytree(REPOSITORY / "functions_src/src", root / "functions_src/src")
        shutil.copy(REPOSITORY / "functions_src/package.json", root / "functions_src/package.json")
        (root / "environments").mkdir()

    def write(self, path: str, text: str) -> Path:
        """Write any file of the project."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def stack(self, **settings: Any) -> "Project":
        """Write the stack file: valid settings, with these in their place or besides; None leaves one out."""
        config = {**DEFAULTS, **{f"flexpark:{key}": value for key, value in settings.items()}}
        config = {key: value for key, value in config.items() if value is not None}
        plain = json.loads(json.dumps(config))  # so that no value is written as an alias of another
        self.write(STACK_FILE, yaml.safe_dump({"config": plain}, sort_keys=False))
        return self

    def text(self, extra: str) -> "Project":
        """Write the stack file with more lines under `config:`, as they stand."""
        head = "config:\n" + "".join(f"  {key}: {value}\n" for key, value in DEFAULTS.items())
        self.write(STACK_FILE, head + extra)
        return self

    def load(self) -> Environment:
        """The environment of the stack file."""
        return load_environment(self.root, "acme-dev")

    def problems(self) -> list[str]:
        """What is wrong with the stack file and its layer, line numbers left out; nothing when it loads."""
        try:
            self.load()
        except EnvironmentInvalid as error:
            return [f"{p.where.partition(':')[0]}: {p.path}: {p.what}; {p.allowed}" for p in error.problems]
        return []
