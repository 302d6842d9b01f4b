"""`flexpark ci init`: the workflows, written from `templates/ci`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from flexpark.cli.ci.git import default_branch
from flexpark.cli.console import say, write_json
from flexpark.cli.engine import MINIMUM
from flexpark.cli.options import AsJson
from flexpark.cli.root import ROOT
from flexpark.errors import ConfigurationError
from flexpark.rendering.templating import Templates

Forge = Literal["github", "gitlab"]
FILES: Mapping[Forge, Mapping[str, str]] = {
    "github": {
        ".github/workflows/flexpark-preview.yml": "ci/github-preview.yml.j2",
        ".github/workflows/flexpark-up.yml": "ci/github-up.yml.j2",
        ".github/workflows/flexpark-reconcile.yml": "ci/github-reconcile.yml.j2",
    },
    "gitlab": {".gitlab-ci.yml": "ci/gitlab.yml.j2"},
}


def command(
    forge: Annotated[Forge, typer.Argument(help="Whose workflows.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
    folder: Annotated[Path, typer.Option(help="The root of the repository.")] = ROOT,
    as_json: AsJson = False,
) -> None:
    """Write workflows: a plan for each changed environment, `up` on merge, and `reconcile` every five minutes.

    Example: flexpark ci init github
    """
    written = init(forge, folder, force=force)
    if as_json:
        write_json(written)
    for path in written:
        say(f"wrote {path}")
    say("which secrets and variables they need: docs/ci.md")


def init(forge: Forge, folder: Path, *, force: bool = False) -> list[str]:
    """Write the workflows of one forge; their paths. Raises `ConfigurationError`, with nothing written."""
    texts = rendered(forge, default_branch(folder))
    there = sorted(path for path, text in texts.items() if _differs(folder / path, text))
    if there and not force:
        raise ConfigurationError(
            f"{', '.join(there)}: there already, and different; nothing was written",
            remedy="--force overwrites; Git keeps what was there",
        )
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return list(texts)


def rendered(forge: Forge, branch: str) -> dict[str, str]:
    """The texts of the workflows by their paths in the repository."""
    templates = Templates(ROOT / "templates")
    values = {"branch": branch, "engine": MINIMUM}
    return {path: templates.render(template, values) for path, template in FILES[forge].items()}


def _differs(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() != text
