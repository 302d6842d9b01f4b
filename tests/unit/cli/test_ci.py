"""Which environments a change touches, what a comment holds, and when `flexpark ci init` writes nothing."""

import subprocess
from pathlib import Path

import pytest
import yaml

from flexpark.cli import app
from flexpark.cli.ci.affected import affected
from flexpark.cli.ci.comment import LIMIT, compose
from flexpark.cli.ci.init import FILES, rendered
from flexpark.cli.without_secrets import PLACEHOLDER, without_secrets


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two stacks over layers that build on one, and one by itself."""
    layers = {"base": "", "premium": "extends: base\n", "other": ""}
    for name, text in layers.items():
        file = tmp_path / "templates" / "environments" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "environments").mkdir()
    for name, layer in {"acme-dev": "base", "acme-prod": "premium", "beta-dev": "other"}.items():
        (tmp_path / "environments" / f"Pulumi.{name}.yaml").write_text(f"config:\n  flexpark:layer: {layer}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        (["environments/Pulumi.acme-prod.yaml"], ["acme-prod"]),
        (["templates/environments/base.yaml"], ["acme-dev", "acme-prod"]),
        (["templates/environments/premium.yaml", "docs/ci.md"], ["acme-prod"]),
        (["functions_src/src/park.js"], ["acme-dev", "acme-prod", "beta-dev"]),
        (["workflows/park.yaml"], ["acme-dev", "acme-prod", "beta-dev"]),
        (["docs/ci.md", "tests/stack/test_drift.py", "functions_src/test/park.test.js"], []),
        (["environments/Pulumi.gone-dev.yaml"], []),
        ([], []),
    ],
)
def test_a_change_touches_what_its_files_are_part_of(root: Path, changed: list[str], touched: list[str]) -> None:
    """Own file, layers through others, what all share; documents and tests touch none."""
    assert affected(root, changed) == touched


def test_a_first_push_touches_all_and_an_unknown_revision_none(capsys: pytest.CaptureFixture[str]) -> None:
    """Forges give zeros where there was nothing before; what is no revision is refused."""
    assert app.run(["ci", "stacks", "--base", "0" * 40]) == 0
    assert "acme-dev" in capsys.readouterr().out
    for wrong in ("no-such-branch", "--output=x", ""):
        assert app.run(["ci", "stacks", f"--base={wrong}"]) == 2
        told = capsys.readouterr()
        assert told.out == "" and "error:" in told.err


def test_a_comment_never_outgrows_what_a_forge_takes() -> None:
    """Whole summaries as long as they fit; the rest is counted."""
    text = compose(["x" * 30_000 + f" of {n}" for n in range(5)], "preview")
    assert len(text) <= LIMIT
    assert "of 0" in text and "of 1" in text and "of 2" not in text
    assert "3 more environments do not fit here" in text


@pytest.mark.parametrize("forge", FILES)
def test_the_workflows_name_the_branch_safely(forge: str) -> None:
    """A branch's name is data: it cannot become another line of the workflow."""
    hostile = 'main"] # \n    evil: ["x'
    for text in rendered(forge, hostile).values():  # type: ignore[arg-type]
        content = yaml.safe_load(text)
        trigger = content.get(True, {})
        branches = [on["branches"] for on in trigger.values() if on and "branches" in on] if trigger else []
        assert branches in ([], [[hostile]])


def test_init_refuses_without_git_and_over_other_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written in either case; the same again is fine."""
    assert app.run(["ci", "init", "github", "--folder", str(tmp_path)]) == 2
    assert "needed: a Git repository" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    subprocess.run(["git", "init", "-q", "-b", "trunk", str(tmp_path)], check=True)
    assert app.run(["ci", "init", "github", "--folder", str(tmp_path)]) == 0
    assert app.run(["ci", "init", "github", "--folder", str(tmp_path)]) == 0
    mine = tmp_path / ".github" / "workflows" / "flexpark-up.yml"
    assert 'branches: ["trunk"]' in mine.read_text()
    mine.write_text("mine")
    capsys.readouterr()
    assert app.run(["ci", "init", "github", "--folder", str(tmp_path)]) == 2
    assert ".github/workflows/flexpark-up.yml: there already, and different" in capsys.readouterr().err
    assert mine.read_text() == "mine"
    assert app.run(["ci", "init", "github", "--folder", str(tmp_path), "--force"]) == 0
    assert mine.read_text() != "mine"


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({}, "GITHUB_API_URL, GITHUB_REPOSITORY, PULL_REQUEST, GITHUB_TOKEN"),
        ({"GITLAB_CI": "true"}, "CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, GITLAB_TOKEN"),
    ],
)
def test_outside_of_a_job_a_comment_says_what_is_missing(
    environ: dict[str, str], missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of it at once."""
    for name in ("GITLAB_CI", *missing.split(", ")):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert app.run(["ci", "comment"]) == 2
    assert f"{missing} not set" in capsys.readouterr().err


def test_a_stack_file_without_its_secrets_keeps_everything_else() -> None:
    """Placeholders for secrets at any depth; no salt, key or provider of the owner's; settings as they were."""
    text = """config:
  flexpark:customer: acme
  other:deep: {a: [{secure: v1:x}], b: 1}
  other:password:
    secure: v1:abc
encryptionsalt: v1:salt
encryptedkey: key
secretsprovider: awskms://alias/x
"""
    assert yaml.safe_load(without_secrets(text)) == {
        "config": {
            "flexpark:customer": "acme",
            "other:deep": {"a": [PLACEHOLDER], "b": 1},
            "other:password": PLACEHOLDER,
        }
    }
