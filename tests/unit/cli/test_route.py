"""`flexpark route` and `flexpark test-routing`: text, JSON, picture, JUnit, exit codes."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.unit.cli.copied import ROOT, Copied

FLOOR = "workers:\n  - {name: ada, attributes: {skills: [support]}}\n  - {name: ben, attributes: {skills: [support]}}\n"


@pytest.fixture
def copied(tmp_path: Path) -> Copied:
    """The environment of the repository, with its expectations."""
    made = Copied(tmp_path, 0)
    made.acme_dev()
    for path in ("expectations/acme-dev.yaml", "expectations/layers/standard.yaml"):
        made.write(path, (ROOT / path).read_text(encoding="utf-8"))
    return made


def test_the_example_of_route_tells_filter_target_and_queue(copied: Copied) -> None:
    """On stdout; what is not known is said on stderr."""
    done = copied.flexpark(*copied.example("route"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Sales enquiries → Sales\n")
    assert '     holds  topic == "sales"   (topic is "sales")' in done.stdout
    assert "-> Sales enquiries" in done.stdout
    assert "--workers FILE" in done.stderr


def test_with_workers_it_tells_who_and_draws_it(copied: Copied) -> None:
    """A woken conversation: JSON and picture of the same way."""
    copied.write("floor.yaml", FLOOR)
    copied.write("task.json", '{"topic": "support"}')
    woken = ("--resumed", "Support", "--parked-by", "ben", "--workers", "floor.yaml", "-a", "@task.json")
    done = copied.flexpark("route", "-s", "acme-dev", *woken, "--svg", "way.svg", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["outcome"], told["queue"], told["worker"]) == ("assigned", "Support", "ben")
    drawn = ET.parse(copied.root / "way.svg").getroot()  # noqa: S314 - our own
    assert told["said"] in [text.text for text in drawn.findall(".//{*}text")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-a", "{topic: x}"), '--attributes: is "{topic: x}"'),
        (("-a", "[1]"), "allowed: one JSON object"),
        (("-a", "@nowhere.json"), "nowhere.json"),
        (("--parked-by", "ada"), "goes with --resumed alone"),
        (("--resumed", "Sale"), "there is no queue 'Sale'"),
        (("--workers", "nowhere.yaml"), "nowhere.yaml: cannot be read"),
    ],
)
def test_what_is_typed_wrong_is_told(copied: Copied, arguments: tuple[str, ...], told: str) -> None:
    """A short message, nothing on stdout."""
    done = copied.flexpark("route", "-s", "acme-dev", *arguments)
    assert done.returncode in {1, 2} and done.stdout == ""
    assert told in done.stderr and "Traceback" not in done.stderr


def test_the_repositorys_expectations_hold(copied: Copied) -> None:
    """As the example runs them; JSON and JUnit say the same; a failing one is exit code 1, a wrong file 2."""
    done = copied.flexpark(*copied.example("test-routing"), "--json", "--junit", "junit.xml")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert all(one["passed"] for one in told)
    assert ET.parse(copied.root / "junit.xml").getroot().get("tests") == str(len(told))  # noqa: S314 - our own
    file = copied.root / "expectations/acme-dev.yaml"
    file.write_text(file.read_text().replace("queue: Sales, worker: cleo", "queue: Support, worker: cleo"))
    failed = copied.flexpark("test-routing", "-s", "acme-dev")
    assert failed.returncode == 1
    assert "queue: Sales, not Support (expectations/acme-dev.yaml:9)" in failed.stdout
    file.write_text(file.read_text().replace("version: 1", "version: 2"))
    wrong = copied.flexpark("test-routing")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "expectations/acme-dev.yaml:3: version: is 2" in wrong.stderr
