"""A wrong environment file, read by the real engine: every problem is named with its place, and nothing is created."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexpark.cli.rehearsal import ROOT, open_rehearsal
from tests.stack.checkout import Checkout

FILE = "environments/Pulumi.acme-dev.yaml"
LAYER = "templates/environments/standard.yaml"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A stack that is not up."""
    folder = tmp_path_factory.mktemp("environment")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        yield Checkout(folder / "checkout", rehearsal)


# What is replaced by what, and what the message says: the place, what is wrong, what is allowed.
WRONG = {
    "an unknown key": (
        {"flexpark:routes:": "flexpark:rotes:"},
        "flexpark:rotes",
        "is not a setting",
        "flexpark:routes",
    ),
    "an unknown key inside": (
        {"{target_workers: 'skills HAS \"sales\"'}": "{target_worker: x}"},
        "flexpark:queues[0].create.target_worker",
        "is not a setting",
        "target_workers",
    ),
    "an unknown queue": (
        {"queue: Support}": "queue: Suport}"},
        "flexpark:routes[1].queue",
        'there is no queue "Suport"',
        "Sales, Support, Everyone",
    ),
    "a bad SID": (
        {"existing: {name: Everyone}": "existing: {sid: WQ12}"},
        "flexpark:queues[2].existing.sid",
        "WQ",
        "32",
    ),
    "a bad account SID": ({"twilio:accountSid: AC": "twilio:accountSid: WS"}, "twilio:accountSid", "WS", "AC"),
    "a duplicate name": ({"name: Support\n": "name: Sales\n"}, "flexpark:queues[1].name", "Sales", ""),
    "a bad expression": ({"when: 'topic ==": "when: 'topic =>"}, "flexpark:routes[0].when", "=>", ""),
    "a bad expression of a queue": (
        {'skills HAS "support"': "skills HAS"},
        "flexpark:queues[1].create.target_workers",
        "",
        "",
    ),
    "an unknown layer": ({"layer: standard": "layer: standart"}, "flexpark:layer", 'no layer "standart"', "standard"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_before_anything_is_created(checkout: Checkout, name: str) -> None:
    """Where (file, line, key), what, and what is allowed; no traceback; the engine's exit code; no request at all."""
    replacements, place, what, allowed = WRONG[name]
    checkout.write(replacements)
    done = checkout.pulumi("up", "--yes", "--skip-preview")
    assert "Traceback" not in done.text and "unhandled" not in done.text, done.text
    said = next((line for line in done.text.splitlines() if line.lstrip().startswith(f"{FILE}:")), "")
    assert place in said and what in said and allowed in said, done.text
    assert said.partition(f"{FILE}:")[2].split(":")[0].isdigit() or not place, done.text
    assert done.code == 1, done.text
    assert done.writes == []


def test_everything_wrong_is_said_at_once(checkout: Checkout) -> None:
    """Four mistakes in two files are one round of corrections; a preview says the same."""
    checkout.write(
        {"queue: Support}": "queue: Suport}", "Sid: AC": "Sid: AX", "config:\n": "config:\n  flexpark:parc: {}\n"}
    )
    checkout.write({"\nqueues:": "\nqeues: []\nqueues:"}, LAYER)
    try:
        done = checkout.pulumi("preview")
    finally:
        checkout.write({}, LAYER)
    for told in (
        f"{FILE}:2: flexpark:parc: is not a setting",
        f"{FILE}:8: twilio:accountSid",
        f'{FILE}:18: flexpark:routes[1].queue: there is no queue "Suport"',
        f"{LAYER}:3: qeues: is not a setting",
    ):
        assert told in done.text, done.text
    assert "Traceback" not in done.text
    assert done.text.count("there is no queue") == 1, "each is said once"
    assert done.code == 1
    assert done.writes == []


def test_a_file_named_by_hand_is_judged_without_lines(checkout: Checkout) -> None:
    """The engine does not say which file its config is from, so no other file is blamed."""
    checkout.write({})
    other = checkout.root / "other.yaml"
    other.write_text(checkout.stack_file.read_text().replace("queue: Support}", "queue: Suport}"))
    done = checkout.pulumi("preview", "--config-file", str(other))
    assert "config of acme-dev: flexpark:routes[1].queue: there is no queue" in done.text, done.text
    assert FILE not in done.text


def test_the_config_of_another_stack_is_refused(checkout: Checkout) -> None:
    """A copied file whose customer was not changed would provision that customer a second time."""
    checkout.write({"flexpark:customer: acme": "flexpark:customer: acne"})
    done = checkout.pulumi("up", "--yes", "--skip-preview")
    assert "are acne and dev: this is the config of another stack; allowed: those of acme-dev" in done.text, done.text
    assert done.code == 1
    assert done.writes == []


@pytest.mark.parametrize(
    ("replacements", "said"),
    [
        ({"  flexpark:customer: acme\n": ""}, "flexpark:customer"),
        ({"flexpark:version: 1": "flexpark:version: one"}, "flexpark:version"),
        ({"config:\n": "config: [\n"}, "invalid YAML file: yaml: line 2"),
    ],
)
def test_what_the_engine_checks_itself_names_the_key_or_the_line(
    checkout: Checkout, replacements: dict[str, str], said: str
) -> None:
    """What Pulumi.yaml declares, and YAML itself, is refused before our program runs."""
    checkout.write(replacements)
    done = checkout.pulumi("preview")
    assert done.code == 1
    assert "error:" in done.text and said in done.text, done.text
    assert "Traceback" not in done.text
    assert done.writes == []


def test_a_queue_that_the_account_does_not_have_creates_nothing(checkout: Checkout) -> None:
    """Look-ups come first: what they do not find ends the program before a resource is declared."""
    checkout.write({"existing: {name: Everyone}": "existing: {name: Evryone}"})
    done = checkout.pulumi("up", "--yes", "--skip-preview")
    assert "flexpark:queues[2].existing" in done.text and "'Evryone'" in done.text, done.text
    assert "there are: Everyone" in done.text
    assert "Traceback" not in done.text
    assert done.code == 1
    assert done.writes == []


def test_an_account_without_flex_creates_nothing(checkout: Checkout) -> None:
    """As Twilio answers there: 404, which would be blamed on the address otherwise."""
    checkout.write({})
    control = checkout.rehearsal.control
    control("POST", "faults", {"host": "flex-api.twilio.com", "path": "/Configuration$", "status": 404, "times": None})
    try:
        refused = checkout.pulumi("up", "--yes", "--skip-preview")
    finally:
        control("DELETE", "faults")
    assert "Flex's workspace: this account has no Flex; set it up in the account first" in refused.text, refused.text
    assert refused.code != 0
    assert refused.writes == []


def test_an_inline_program_says_the_same(checkout: Checkout, tmp_path: Path) -> None:
    """Run by the Automation API, the program's error holds every problem and no traceback either."""
    config = tmp_path / "config.yaml"
    config.write_text((ROOT / FILE).read_text().replace("queue: Support}", "queue: Suport}"))
    script = (
        "import sys; from pulumi import automation as auto; from infra.program import program\n"
        f"stack = auto.select_stack('acme-dev', project_name='flexpark', program=program, work_dir={str(ROOT)!r})\n"
        f"try: stack.preview(config_file={str(config)!r})\n"
        "except auto.CommandError as error: sys.exit(str(error))\n"
    )
    env = {**checkout.rehearsal.environ, "PYTHONPATH": str(ROOT)}
    with checkout.rehearsal.counting() as seen:
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert "flexpark:routes[1].queue: there is no queue" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert seen == []
