"""`flexpark ci comment`: one comment on a merge or pull request, found by a marker and updated in place.

GitHub: docs.github.com/rest/issues/comments. GitLab: docs.gitlab.com/api/notes. Addresses and tokens come from the
variables that each sets for its jobs.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from flexpark.cli.console import data, say
from flexpark.errors import AuthenticationError, ConfigurationError, FlexparkError

LIMIT = 65_000  # characters; GitHub takes 65,536
PAGE = 100
NOTHING = "No environment is touched by this change.\n"


@dataclass(frozen=True)
class Forge:
    """Where comments are, and how they are changed: GitHub's PATCH is GitLab's PUT."""

    name: str
    base_url: str
    comments: str
    one: str
    change: str
    headers: Mapping[str, str]


def command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Markdown files, or folders of them; their order is by name.")
    ] = None,
    marker: Annotated[str, typer.Option(help="What tells this comment from others of ours.")] = "preview",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the comment on stdout; call nobody.")] = False,
) -> None:
    """Post the summaries of `flexpark preview` as one comment, or put them into the one that is there.

    Without any summary a comment that is there says so, and none is made.

    Example: flexpark ci comment --dry-run
    """
    summaries = [path.read_text() for path in _files(files or [])]
    body = compose(summaries, marker)
    if dry_run:
        data.print(body, markup=False, end="")
        return
    say(publish(body, _marker(marker), _forge(os.environ), create=bool(summaries)))


def compose(summaries: list[str], marker: str) -> str:
    """The comment's text: marker, heading, then as many whole summaries as fit; what does not is named by number."""
    text = f"{_marker(marker)}\n## flexpark {marker}\n\n"
    if not summaries:
        return text + NOTHING
    for index, summary in enumerate(summaries):
        if len(text) + len(summary) > LIMIT - 200:
            return f"{text}\n{len(summaries) - index} more environments do not fit here; see the job's own summary.\n"
        text += summary.rstrip() + "\n\n"
    return text


def publish(body: str, mark: str, forge: Forge, *, create: bool = True) -> str:
    """Change the comment that begins with the mark, or make one; what was done. Raises `FlexparkError`."""
    with httpx.Client(base_url=forge.base_url, headers=dict(forge.headers), timeout=30) as http:
        there = next((item for item in _comments(http, forge) if str(item.get("body", "")).startswith(mark)), None)
        if there is None and not create:
            return "there is nothing to say, and no comment of ours"
        if there is None:
            _ask(http, "POST", forge.comments, json={"body": body})
            return "commented"
        if there["body"] == body:
            return "the comment says it already"
        _ask(http, forge.change, forge.one.format(id=there["id"]), json={"body": body})
        return "the comment was updated"


def _comments(http: httpx.Client, forge: Forge) -> Iterator[dict[str, Any]]:
    page = 1
    while True:
        items: list[dict[str, Any]] = _ask(http, "GET", forge.comments, params={"per_page": PAGE, "page": page}).json()
        yield from items
        if len(items) < PAGE:
            return
        page += 1


def _ask(http: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response:
    answer = http.request(method, path, **more)
    if answer.status_code in {401, 403}:
        raise AuthenticationError(
            f"commenting: {answer.status_code} for {method} {answer.url.path}",
            remedy="the token needs `pull-requests: write` (GitHub) or the scope `api` (GitLab)",
        )
    if answer.status_code >= 300:
        raise FlexparkError(
            f"commenting: {answer.status_code} for {method} {answer.url.path}", detail=answer.text[:300]
        )
    return answer


def _forge(environ: Mapping[str, str]) -> Forge:
    """Whose job this is. Raises `ConfigurationError` with what is missing."""
    if "GITLAB_CI" in environ:
        base, project, number, token = _needed(
            environ, "CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID", "GITLAB_TOKEN"
        )
        notes = f"/projects/{project}/merge_requests/{number}/notes"
        return Forge("GitLab", base, notes, f"{notes}/{{id}}", "PUT", {"PRIVATE-TOKEN": token})
    base, repository, number, token = _needed(
        environ, "GITHUB_API_URL", "GITHUB_REPOSITORY", "PULL_REQUEST", "GITHUB_TOKEN"
    )
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    issues = f"/repos/{repository}/issues"
    return Forge("GitHub", base, f"{issues}/{number}/comments", f"{issues}/comments/{{id}}", "PATCH", headers)


def _needed(environ: Mapping[str, str], *names: str) -> list[str]:
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise ConfigurationError(
            f"commenting: {', '.join(missing)} not set",
            remedy="this runs in a job of GitHub or GitLab; --dry-run prints the comment",
        )
    return [environ[name] for name in names]


def _marker(marker: str) -> str:
    return f"<!-- flexpark:{marker} -->"


def _files(given: list[Path]) -> Iterator[Path]:
    for path in given:
        yield from sorted(path.rglob("*.md")) if path.is_dir() else [path]
