"""The workflows that `flexpark ci init` writes, run step by step as they stand, against the emulator."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from flexpark.cli.rehearsal import open_rehearsal
from tests.stack.checkout import Copy
from tests.stack.workflow import Ran, Runner, holds, matrix

STACK = "acme-dev"
OURS, FORK = "acme/flex", "somebody/flex"
TOKEN = "ghs_a-token-of-the-job"
ACTIONS = {"actions/checkout@v4", "actions/setup-node@v4", "pulumi/actions@v6"}


class Forge(ThreadingHTTPServer):
    """Comments of one pull or merge request, as GitHub and GitLab keep them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.comments: list[dict[str, Any]] = [{"id": n, "body": f"comment {n}"} for n in range(1, 130)]
        self.calls: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def ours(self) -> list[str]:
        """The texts of our comments."""
        return [str(comment["body"]) for comment in self.comments if "flexpark:" in str(comment["body"])]


class Handler(BaseHTTPRequestHandler):
    """Lists by page, creates, changes; 401 without the job's token."""

    server: Forge

    def _answer(self, status: int, body: object) -> None:
        self.server.calls.append(f"{self.command} {self.path.partition('?')[0]}")
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self) -> None:
        page = int(self.path.rpartition("page=")[2]) - 1
        self._answer(200, self.server.comments[page * 100 : page * 100 + 100])

    def _write(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" and self.headers.get("PRIVATE-TOKEN") != TOKEN:
            self._answer(401, {})
        elif self.command == "POST":
            self.server.comments.append({"id": 1000, **body})
            self._answer(201, {"id": 1000})
        else:
            number = int(self.path.rpartition("/")[2])
            next(comment for comment in self.server.comments if comment["id"] == number).update(body)
            self._answer(200, {})

    do_POST = do_PATCH = do_PUT = _write  # noqa: N815 - the base's own

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    """Started."""
    with Forge() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A Git repository with the workflows in it: one stack that is up, and a change to it that is not."""
    folder = tmp_path_factory.mktemp("ci")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        made = Copy(folder / "checkout", rehearsal)
        (made.root / ".gitignore").write_text("/.venv\n/pulumi-twilio\n/functions_src\n/build\n__pycache__\n")
        git(made, "init", "-q", "-b", "main")
        for name in ("github", "gitlab"):
            assert made.flexpark("ci", "init", name).code == 0
        made.pulumi("up", "--yes", "--skip-preview")
        commit(made, "as it is")
        made.write({'skills HAS "sales"': 'skills HAS "sales" OR skills HAS "shop"'})
        secret = "encryptionsalt: v1:abc=:v1:def:ghi==\nsecretsprovider: awskms://alias/of-the-owner\n"
        made.add_stack("beta", "dev")
        with (made.root / "environments" / "Pulumi.beta-dev.yaml").open("a") as file:
            file.write("  twilio:authToken:\n    secure: v1:of-the-owners-key\n" + secret)
        commit(made, "a change, and a new environment")
        yield made


def git(copy: Copy, *arguments: str) -> str:
    who = {f"GIT_{role}_{what}": "test@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    argv = ["git", "-C", str(copy.root), *arguments]
    done = subprocess.run(argv, env={**os.environ, **who}, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(copy: Copy, message: str) -> None:
    git(copy, "add", "--all")
    git(copy, "commit", "-q", "-m", message)


def github(copy: Copy, name: str) -> dict[str, Any]:
    """The jobs of a workflow."""
    text = (copy.root / ".github" / "workflows" / f"flexpark-{name}.yml").read_text()
    found: dict[str, Any] = yaml.safe_load(text)["jobs"]
    return found


def values(copy: Copy, head: str = OURS) -> dict[str, str]:
    """What GitHub knows in a run: events, variables, and, unless it is a fork's, secrets."""
    ours = head == OURS
    settings = copy.rehearsal.settings
    return {
        "github.repository": OURS,
        "github.token": TOKEN,
        "github.event.before": git(copy, "rev-parse", "HEAD~1"),
        "github.event.pull_request.base.sha": git(copy, "rev-parse", "HEAD~1"),
        "github.event.pull_request.number": "7",
        "github.event.pull_request.head.repo.full_name": head,
        "secrets.PULUMI_ACCESS_TOKEN": "",
        "vars.PULUMI_BACKEND_URL": settings["PULUMI_BACKEND_URL"],
        "secrets.PULUMI_CONFIG_PASSPHRASE": settings["PULUMI_CONFIG_PASSPHRASE"] if ours else "",
        "vars.TWILIO_ACCOUNT_SID": settings["TWILIO_ACCOUNT_SID"],
        "secrets.TWILIO_AUTH_TOKEN": settings["TWILIO_AUTH_TOKEN"] if ours else "",
    }


@pytest.fixture
def runner(copy: Copy, forge: Forge, tmp_path: Path) -> Runner:
    """A machine of the forge: no secret in its environment, but where the emulator is."""
    environ = {name: value for name, value in copy.environ.items() if not name.startswith(("PULUMI_C", "TWILIO_A"))}
    environ |= {"GITHUB_API_URL": forge.url, "GITHUB_REPOSITORY": OURS, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    environ.pop("PULUMI_BACKEND_URL")
    return Runner(copy.root, environ, tmp_path / "scratch")


def is_fine(ran: Ran) -> Ran:
    """It ended well, and every action that was passed over is a known one."""
    assert ran.code == 0, ran.text
    return ran


def test_a_pull_request_gets_one_comment_that_is_updated_in_place(copy: Copy, runner: Runner, forge: Forge) -> None:
    """The changed stack's plan and the new environment's, redacted; a second run changes the same comment."""
    jobs, known = github(copy, "preview"), values(copy)
    changed = is_fine(runner.job(jobs["changed"], known))
    assert set(changed.passed_over) - {"make setup"} == ACTIONS
    known["needs.changed.outputs.stacks"] = changed.outputs["stacks"]
    assert holds(jobs["preview"]["if"], known) and not holds(jobs["offline"]["if"], known)
    assert matrix(jobs["preview"], known) == ["acme-dev", "beta-dev"]
    for stack in matrix(jobs["preview"], known):
        is_fine(runner.job(jobs["preview"], {**known, "matrix.stack": stack}))
    is_fine(runner.job(jobs["comment"], known))
    [text] = forge.ours()
    assert text.startswith("<!-- flexpark:preview -->")
    assert "### `acme-dev`: 1 to change" in text
    assert "`twilio:taskrouter:TaskQueue` `queue-Sales`: `targetWorkers`" in text and "shop" not in text
    assert "### `beta-dev`:" in text and "offline: against an emulator" in text
    assert copy.rehearsal.account["authToken"] not in text
    assert f"POST /repos/{OURS}/issues/7/comments" in forge.calls

    summaries = copy.root / "build" / "summaries"
    (summaries / "beta-dev.md").unlink()
    is_fine(runner.job(jobs["comment"], known))
    [text] = forge.ours()
    assert "beta-dev" not in text and "acme-dev" in text
    assert forge.calls[-1] == f"PATCH /repos/{OURS}/issues/comments/1000"
    (summaries / "acme-dev.md").unlink()
    is_fine(runner.job(jobs["comment"], known))
    assert "No environment is touched by this change." in forge.ours()[0]


@pytest.mark.parametrize(
    ("command", "told"), [("stacks", f'["{STACK}", "beta-dev"]'), ("jobs", STACK), ("comment", "No env")]
)
def test_the_examples_of_the_steps_can_be_typed(copy: Copy, command: str, told: str) -> None:
    """As printed by their help; without a forge around them."""
    done = copy.flexpark(*copy.example("ci", command))
    assert done.code == 0 and told in done.text


def test_a_fork_is_previewed_without_any_secret(copy: Copy, runner: Runner, forge: Forge) -> None:
    """Offline, into the job's summary: neither account nor passphrase is asked for, and nothing is commented."""
    jobs, known = github(copy, "preview"), values(copy, head=FORK)
    known["needs.changed.outputs.stacks"] = '["beta-dev"]'
    assert holds(jobs["offline"]["if"], known)
    assert not holds(jobs["preview"]["if"], known) and not holds(jobs["comment"]["if"], known)
    before = len(forge.calls)
    with copy.rehearsal.counting() as seen:
        ran = is_fine(runner.job(jobs["offline"], {**known, "matrix.stack": "beta-dev"}))
    assert "### `beta-dev`:" in ran.summary and "to create" in ran.summary
    assert seen == [] and len(forge.calls) == before
    assert git(copy, "status", "--porcelain") == "", "the stack file keeps its secrets and its salt"


def test_what_is_merged_is_brought_up_and_reconciled(copy: Copy, runner: Runner) -> None:
    """The changed stack is changed, the next preview is empty, and the scheduled job runs over what stands."""
    jobs, known = github(copy, "up"), values(copy)
    changed = is_fine(runner.job(jobs["changed"], known))
    known["needs.changed.outputs.stacks"] = changed.outputs["stacks"]
    assert "acme-dev" in matrix(jobs["up"], known)
    is_fine(runner.job(jobs["up"], {**known, "matrix.stack": STACK}))
    for command in ("rollout", "preview", "policy"):  # as in the examples of their help
        assert copy.flexpark(*copy.example(command)).code == 0
    workflow = yaml.safe_load((copy.root / ".github/workflows/flexpark-reconcile.yml").read_text())
    assert workflow[True]["schedule"] == [{"cron": "*/5 * * * *"}]  # YAML 1.1 reads `on` as true
    jobs = workflow["jobs"]
    known["needs.stacks.outputs.stacks"] = is_fine(runner.job(jobs["stacks"], known)).outputs["stacks"]
    assert STACK in matrix(jobs["reconcile"], known)
    ran = is_fine(runner.job(jobs["reconcile"], {**known, "matrix.stack": STACK}))
    assert f"{STACK}: 0 records looked at" in ran.text


def test_gitlab_runs_the_same_in_child_pipelines(copy: Copy, runner: Runner, forge: Forge) -> None:
    """The first job writes the second pipeline; each environment's job has its own variables; one note."""
    pipeline = yaml.safe_load((copy.root / ".gitlab-ci.yml").read_text())
    settings = copy.rehearsal.settings
    request = {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(copy, "rev-parse", "HEAD~1"),
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_API_V4_URL": forge.url,
        "CI_PROJECT_ID": "1",
        "GITLAB_TOKEN": TOKEN,
    }
    is_fine(runner.script(pipeline["flexpark:plan"], request))
    child = yaml.safe_load((copy.root / "jobs.yml").read_text())
    assert child[STACK]["environment"]["name"] == STACK and "beta-dev" in child
    is_fine(runner.script(child[STACK], {**request, **settings}))
    forge.comments[:] = [comment for comment in forge.comments if comment["id"] != 1000]
    is_fine(runner.script(child["comment"], request))
    assert "acme-dev" in forge.ours()[0]
    assert forge.calls[-1] == "POST /projects/1/merge_requests/7/notes"
    is_fine(runner.script(pipeline["flexpark:plan"], {**request, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"}))
    child = yaml.safe_load((copy.root / "jobs.yml").read_text())
    assert "--offline" in child[STACK]["script"][0] and "environment" not in child[STACK] and "comment" not in child
    is_fine(runner.script(pipeline["flexpark:plan"], {**request, "CI_PIPELINE_SOURCE": "schedule"}))
    child = yaml.safe_load((copy.root / "jobs.yml").read_text())
    assert child[STACK]["script"] == ['.venv/bin/flexpark reconcile -s "$STACK"']
    (copy.root / "jobs.yml").unlink()
