"""Stack files and layers by command: new, validate, explain, layers, schema."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.copied import ROOT, Copied

ACCOUNT = "AC" + "0" * 31 + "1"
FILE = "environments/Pulumi.acme-prod.yaml"


@pytest.fixture
def copied(tmp_path: Path) -> Copied:
    """Two environments over four layers."""
    return Copied(tmp_path)


def test_the_example_of_new_writes_a_valid_file_once(copied: Copied) -> None:
    """With comments, a schema for editors and an id of its own; a second time it stays as it is."""
    done = copied.flexpark(*copied.example("new"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    text = (copied.root / FILE).read_text()
    assert (told["file"], told["stack"]) == (FILE, "acme-prod")
    assert f"stackId: {told['stackId']}" in text and told["stackId"][0].isalpha() and len(told["stackId"]) == 16
    assert text.startswith("# yaml-language-server: $schema=../schemas/stack.json\n")
    assert (ROOT / "environments" / "../schemas/stack.json").exists()
    assert copied.flexpark("validate", "-s", "acme-prod").returncode == 0
    again = copied.flexpark(*copied.example("new"))
    assert again.returncode == 2
    assert f"there is {FILE} already" in again.stderr
    assert (copied.root / FILE).read_text() == text


def test_queues_of_the_account_are_named_by_sid(copied: Copied) -> None:
    """Over the layer's queue of that name, or besides; a name may be any text."""
    queues = {"Everyone": "WQ" + "1" * 32, 'L\'équipe "A" = 1': "WQ" + "2" * 32}
    given = [word for name, sid in queues.items() for word in ("--queue", f"{name}={sid}")]
    done = copied.flexpark("new", "acme", "prod", "--layer", "premium", *given, TWILIO_ACCOUNT_SID=ACCOUNT)
    assert done.returncode == 0, done.stderr
    shown = json.loads(copied.flexpark("explain", "queues", "-s", "acme-prod", "--json").stdout)
    assert {one["value"] for one in shown if one["key"].endswith("existing.sid")} == set(queues.values())
    assert all(one["where"].startswith(FILE) for one in shown if one["key"].endswith("existing.sid"))


def test_what_is_typed_wrong_is_told_at_once_and_nothing_is_written(copied: Copied) -> None:
    """By argument: where, what, what is allowed."""
    before = sorted((copied.root / "environments").iterdir())
    wrong = (
        "../Acme & Söhne",
        "PROD",
        "--layer",
        "premum",
        "--account-sid",
        "WS1",
        "--queue",
        "Sales",
        "--queue",
        "A=WS1",
    )
    done = copied.flexpark("new", *wrong)
    assert done.returncode == 2
    assert done.stdout == ""
    for told in (
        '--queue: is "Sales"; allowed: NAME=SID',
        "CUSTOMER: is",
        "small letters and digits",
        'ENVIRONMENT: is "PROD"',
        '--layer: there is no layer "premum"; did you mean premium?',
        '--account-sid: is "WS1"',
        "nothing was written",
    ):
        assert told in done.stderr, done.stderr
    assert "WQ and 32 hexadecimal digits" in done.stderr
    assert sorted((copied.root / "environments").iterdir()) == before


def test_without_a_terminal_nothing_is_asked(copied: Copied) -> None:
    """A script that forgets the account ends, and is told how to give it."""
    done = copied.flexpark("new", "acme", "prod", "--layer", "standard")
    assert done.returncode == 2
    assert "give --account-sid, or set TWILIO_ACCOUNT_SID" in done.stderr
    assert not (copied.root / FILE).exists()


def test_on_a_terminal_the_account_is_asked_for(copied: Copied) -> None:
    """And the answer is used; stdout stays for data."""
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "flexpark.cli", "new", "acme", "prod", "--layer", "standard", "--json"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(copied.root / "src"), "TERM": "dumb"}
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, cwd=copied.root, env=env, stdin=theirs, stdout=pipe, stderr=theirs) as process:
        os.write(ours, f"{ACCOUNT}\n".encode())
        out, _ = process.communicate(timeout=60)
    os.close(theirs)
    os.close(ours)
    assert process.returncode == 0
    assert json.loads(out)["file"] == FILE
    assert f"twilio:accountSid: {ACCOUNT}\n" in (copied.root / FILE).read_text()


def test_the_example_of_validate_finds_every_problem_of_every_file(copied: Copied) -> None:
    """Each once, with those it concerns; what is wrong in a layer that nobody uses, too; exit code 2."""
    fine = copied.flexpark(*copied.example("validate"))
    assert (fine.returncode, fine.stdout) == (0, ""), fine.stdout
    assert "2 stacks and 4 layers checked, 0 problems" in fine.stderr
    copied.write("templates/environments/europe.yaml", "park:\n  known_worker:\n    timeout: soon\n")
    copied.write("templates/environments/unused.yaml", "extends: unsed\n")
    copied.stack("customer-2-prod", stackId="f000000000000001", customer="customer-3", routes=3)
    done = copied.flexpark("validate", "--all", "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    found = {(one["file"], one["line"], one["key"]): one for one in told["problems"]}
    deep = found["templates/environments/europe.yaml", 3, "park.known_worker.timeout"]
    assert (deep["what"], deep["stacks"]) == ('is "soon"', ["customer-1-prod", "customer-2-prod"])
    assert found["templates/environments/unused.yaml", 1, "extends"]["stacks"] == []
    assert "did you mean" in found["templates/environments/unused.yaml", 1, "extends"]["allowed"]
    assert any(key == "flexpark:routes" for _, _, key in found)
    one = copied.flexpark("validate", "-s", "customer-1-prod")
    assert one.returncode == 2
    assert one.stdout.splitlines() == [
        'templates/environments/europe.yaml:3: park.known_worker.timeout: is "soon"; allowed: a whole number'
    ]


def test_two_stacks_with_one_id_are_found(copied: Copied) -> None:
    """A copied file: the provider would take one stack's resources for the other's."""
    copied.stack("customer-2-prod", stackId="f000000000000001")
    done = copied.flexpark("validate")
    assert done.returncode == 2
    assert "flexpark:stackId: is the id of customer-1-prod as well" in done.stdout


def test_keys_that_the_provider_would_never_see_are_found(copied: Copied) -> None:
    """A misspelt one, one of another namespace, and a credential that everybody can read, which is not repeated."""
    file = "environments/Pulumi.customer-1-prod.yaml"
    wrong = "  twilio:regoin: ie1\n  twilio:stackId: f000000000000001\n  twilio:authToken: hush-hush\n"
    copied.write(file, (copied.root / file).read_text() + wrong)
    done = copied.flexpark("validate", "-s", "customer-1-prod")
    assert done.returncode == 2
    told = done.stdout.splitlines()
    assert [line.split(": ")[1] for line in told] == ["twilio:regoin", "twilio:stackId", "twilio:authToken"]
    assert "did you mean twilio:region? allowed: twilio:accountSid, twilio:region, twilio:edge, " in told[0]
    assert "is a secret in plain text" in told[2] and "hush" not in done.stdout


def test_a_file_of_a_newer_version_is_judged_by_nothing_else(copied: Copied) -> None:
    """One problem, with what this version reads."""
    copied.stack("customer-1-prod", version=2, queues="of another form")
    done = copied.flexpark("validate", "-s", "customer-1-prod")
    assert done.returncode == 2
    assert "is 2, the format of a newer flexpark; this one reads version 1" in done.stdout
    assert len(done.stdout.splitlines()) == 1


def test_an_expression_that_taskrouter_refuses_is_refused_here(copied: Copied) -> None:
    """In a layer, with its line."""
    copied.write(
        "templates/environments/europe.yaml", "routes:\n  EU:\n    when: 'region = \"eu\"'\n    queue: Everyone\n"
    )
    copied.stack("customer-1-prod", routes={"Mine": {"when": "worker.x == 1", "queue": "Everyone"}})
    done = copied.flexpark("validate", "-s", "customer-1-prod")
    assert done.returncode == 2
    assert "templates/environments/europe.yaml:3: routes.EU.when: " in done.stdout
    assert "flexpark:routes.Mine.when: worker.x: a filter is evaluated against the task alone" in done.stdout


def test_the_example_of_explain_says_where_a_value_comes_from(copied: Copied) -> None:
    """File, line, and what it replaced below."""
    copied.acme_dev()
    done = copied.flexpark(*copied.example("explain"))
    assert done.returncode == 0, done.stderr
    assert "templates/environments/standard.yaml:12" in done.stdout
    fleet = copied.flexpark("explain", "park.known_worker.timeout", "-s", "customer-1-prod")
    assert "300" in fleet.stdout and "templates/environments/premium.yaml:2" in fleet.stdout
    assert "templates/environments/standard.yaml:12: 120" in fleet.stdout
    whole = json.loads(copied.flexpark("explain", "-s", "customer-1-prod", "--json").stdout)
    assert {"park.reinvites", "queues[Europe].create.target_workers", "stackId"} <= {one["key"] for one in whole}
    unknown = copied.flexpark("explain", "park.lst_ttl", "-s", "customer-1-prod")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "did you mean list_ttl?" in unknown.stderr


def test_the_example_of_render_writes_files_to_look_at(copied: Copied) -> None:
    """Without account or engine; through Studio, what a flow needs at least comes with them."""
    copied.acme_dev()
    copied.stack("acme-dev", park={"resume": {"destination": "studio", "flow": "FW" + "1" * 32}})
    done = copied.flexpark(*copied.example("render"))
    assert done.returncode == 0, done.stderr
    written = {Path(line).relative_to("build/look").as_posix() for line in done.stdout.splitlines()}
    assert {"functions/unpark-from-studio.js", "workflow.json", "build.json", "studio-flow.json"} <= written
    flow = json.loads((copied.root / "build/look/studio-flow.json").read_text())
    [call] = [state["properties"] for state in flow["states"] if state["type"] == "run-function"]
    assert call["url"].endswith("/unpark-from-studio") and call["parameters"][0]["key"] == "conversationSid"


def test_layers_are_listed_with_who_builds_on_them(copied: Copied) -> None:
    """Lowest first; a stack counts for every layer below its own."""
    assert copied.example("layers") == ["layers"]
    told = {one["layer"]: one for one in json.loads(copied.flexpark("layers", "--json").stdout)}
    assert told["fleet"]["buildsOn"] == ["standard", "premium", "europe"]
    assert told["standard"]["stacks"] == ["customer-1-prod", "customer-2-prod"]
    assert "standard < premium < europe" in copied.flexpark("layers").stdout


def test_the_schemas_of_the_repository_are_fresh(copied: Copied) -> None:
    """What editors read is what the code checks: `flexpark schema --write` changes nothing."""
    assert copied.flexpark("schema", "--write").returncode == 0
    written = {path.name: path.read_text() for path in (copied.root / "schemas").iterdir()}
    assert written == {path.name: path.read_text() for path in (ROOT / "schemas").iterdir()}
    shown = copied.flexpark(*copied.example("schema"))
    assert json.loads(shown.stdout) == json.loads(written["stack.json"])


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("flexpark explain -s customer-1-prod park.known", {"park.known_worker", "park.known_worker.timeout"}),
        ("flexpark new acme prod --layer pre", {"premium"}),
        ("flexpark validate -s customer-", {"customer-1-prod", "customer-2-prod"}),
        ("flexpark test", {"test-routing"}),
    ],
)
def test_a_shell_completes_keys_layers_and_stacks(copied: Copied, typed: str, offered: set[str]) -> None:
    """What bash asks for when Tab is pressed at the end of what was typed."""
    asked = {"_FLEXPARK_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    assert offered <= set(copied.flexpark(**asked).stdout.split())
