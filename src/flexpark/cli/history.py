"""An earlier state of this checkout, out of Git."""

import io
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flexpark.cli.root import ROOT
from flexpark.errors import ConfigurationError

# All that an environment and its bundle are made of.
PARTS = ("environments", "templates", "workflows", "functions_src/src", "functions_src/package.json")


@contextmanager
def checkout_at(reference: str) -> Iterator[Path]:
    """The files of a commit, branch or tag, in a folder that is gone afterwards. The working tree is left alone.

    Raises ConfigurationError where there is no Git, no repository, or no such commit.
    """
    if _git("rev-parse", "--is-inside-work-tree") is None:
        raise ConfigurationError(
            f"{ROOT} is not in a Git repository, or there is no git: no earlier state to compare with",
            remedy="run it in a clone; `--layer OLD=NEW` needs no Git",
        )
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if found is None:
        raise ConfigurationError(
            f"there is no commit {reference!r} in this clone",
            remedy="allowed: a commit, branch or tag; in CI the history may have to be fetched first",
        )
    commit = found.decode().strip()
    there = [name for name in PARTS if _git("cat-file", "-e", f"{commit}:./{name}") is not None]
    with tempfile.TemporaryDirectory(prefix="flexpark-") as folder:
        packed = _git("archive", "--format=zip", commit, "--", *there) if there else None
        if packed is not None:
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                archive.extractall(folder)  # makes no links, and leaves the folder by no name
        yield Path(folder)


def _git(*arguments: str) -> bytes | None:
    """What git prints; None where it refuses, or is not there."""
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
