"""The two questions that are put to Git."""

import subprocess
from pathlib import Path

from flexpark.errors import ConfigurationError


def changed_files(root: Path, base: str) -> list[str]:
    """The files that differ between a revision and HEAD, relative to the root.

    Compared with where HEAD left that revision's history, if they have one in common: what the base has got since
    is no change of ours. Raises `ConfigurationError` without a repository, or for an unknown revision.
    """
    if not base or base.startswith("-"):
        raise ConfigurationError(f"--base: {base!r} is no revision", remedy="allowed: a commit, a branch or a tag")
    try:
        fork = _git(root, "merge-base", base, "HEAD").strip() or base
    except ConfigurationError:  # no history in common, such as a shallow clone
        fork = base
    return _git(root, "diff", "--name-only", "-z", fork, "HEAD", "--").split("\0")[:-1]


def default_branch(root: Path) -> str:
    """The branch that others merge into: what `origin` calls its HEAD, else the one that is checked out."""
    try:
        return _git(root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD").strip().removeprefix("origin/")
    except ConfigurationError:
        return _git(root, "symbolic-ref", "--short", "HEAD").strip()


def _git(root: Path, *arguments: str) -> str:
    argv = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ConfigurationError("git cannot be started", detail=str(error)) from error
    if done.returncode != 0:
        raise ConfigurationError(
            f"git {arguments[0]}: failed in {root}",
            detail=done.stderr.strip().splitlines()[0] if done.stderr.strip() else "",
            remedy="needed: a Git repository with this revision; in CI, fetch the whole history",
        )
    return done.stdout
