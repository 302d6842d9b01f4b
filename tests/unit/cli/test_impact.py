"""What a change means for each environment, before anything does: between a commit and the working tree."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.unit.cli.copied import Copied

PREMIUM = "templates/environments/premium.yaml"


@pytest.fixture
def copied(tmp_path: Path) -> Copied:
    """Two environments; one of them without the layers in between."""
    made = Copied(tmp_path)
    made.stack("customer-2-prod", layer="standard")
    return made


def git(copied: Copied, *arguments: str) -> None:
    """A git command in the checkout, whatever this machine's configuration is."""
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=copied.root, check=True, capture_output=True)


def commit(copied: Copied) -> None:
    """Everything, as it is."""
    git(copied, "init")
    git(copied, "add", "--all")
    git(copied, "commit", "-m", "all")


def test_a_changed_layer_is_told_with_the_customers_that_it_concerns(copied: Copied) -> None:
    """Settings with their new place, what is deployed by file; those that do not build on it are left alone."""
    commit(copied)
    assert copied.flexpark(*copied.example("impact"), "--expect-no-changes").returncode == 0
    copied.write(PREMIUM, "extends: standard\npark: {known_worker: {timeout: 600}, reinvites: 4}\n")
    done = copied.flexpark("impact", "--json")
    assert done.returncode == 0, done.stderr
    told = {one["stack"]: one for one in json.loads(done.stdout)}
    assert told["customer-2-prod"]["kind"] == "same"
    [change] = told["customer-1-prod"]["settings"]
    assert (change["key"], change["before"], change["after"]) == ("park.known_worker.timeout", 300, 600)
    assert change["where"] == f"{PREMIUM}:2"
    [(file, diff)] = told["customer-1-prod"]["files"].items()
    assert file == "workflow.json"
    assert '-              "timeout": 300' in diff and '+              "timeout": 600' in diff
    shown = copied.flexpark("impact", "--diff", "--expect-no-changes")
    assert shown.returncode == 7
    assert "park.known_worker.timeout: 300 -> 600" in shown.stdout and "+++ working tree/workflow.json" in shown.stdout


def test_new_gone_and_broken_environments_are_told(copied: Copied) -> None:
    """A file that came, one that went, one that is no longer valid: exit code 2, the others told all the same."""
    commit(copied)
    text = (copied.root / "environments/Pulumi.customer-2-prod.yaml").read_text()
    copied.write("environments/Pulumi.customer-3-prod.yaml", text.replace("customer-2", "customer-3"))
    (copied.root / "environments/Pulumi.customer-2-prod.yaml").unlink()
    copied.stack("customer-1-prod", default_queue="Nobody")
    done = copied.flexpark("impact", "--json")
    assert done.returncode == 2
    told = {one["stack"]: one for one in json.loads(done.stdout)}
    kinds = {name: one["kind"] for name, one in told.items()}
    assert kinds == {"customer-1-prod": "invalid", "customer-2-prod": "gone", "customer-3-prod": "new"}
    assert 'there is no queue "Nobody"' in told["customer-1-prod"]["problems"][0]


def test_another_layer_is_tried_without_git(copied: Copied) -> None:
    """An upgrade from one layer to the next, for all who are on it, with nothing edited."""
    done = copied.flexpark("impact", "--layer", "standard=premium", "--json")
    assert done.returncode == 0, done.stderr
    told = {one["stack"]: [change["key"] for change in one["settings"]] for one in json.loads(done.stdout)}
    assert told == {"customer-1-prod": [], "customer-2-prod": ["park.known_worker.timeout", "park.reinvites"]}
    wrong = copied.flexpark("impact", "--layer", "standrd=premium")
    assert wrong.returncode == 2
    assert 'there is no layer "standrd"; did you mean standard?' in wrong.stderr.replace("\n", "; ")


def test_without_a_repository_or_a_commit_it_says_so(copied: Copied) -> None:
    """Exit code 2, and what to do instead."""
    ceiling = {"GIT_CEILING_DIRECTORIES": str(copied.root.parent)}
    none = copied.flexpark("impact", **ceiling)
    assert none.returncode == 2
    assert "is not in a Git repository" in none.stderr and "`--layer OLD=NEW` needs no Git" in none.stderr
    commit(copied)
    unknown = copied.flexpark("impact", "--against", "--upload-pack=x")
    assert unknown.returncode == 2
    assert "there is no commit '--upload-pack=x' in this clone" in unknown.stderr
