"""Expectations about routing: read strictly, run for the right environments, told when they fail."""

from xml.etree import ElementTree as ET

import pytest
import yaml
from jsonschema import Draft202012Validator

from flexpark import EnvironmentInvalid, resolve_environment
from flexpark.routing.expectations import Result, run
from flexpark.routing.junit import junit
from flexpark.schemas import SCHEMAS
from tests.unit.flexpark.building import REPOSITORY, Project

HEAD = "version: 1\nworkers:\n  - {name: ada, attributes: {skills: [support]}}\n"
FILE = "expectations/acme-dev.yaml"


def played(project: Project, text: str, file: str = FILE) -> list[Result]:
    """The results of one file."""
    project.write(file, text)
    return run(project.root, resolve_environment(project.root, "acme-dev"))


def test_what_is_expected_passes_and_what_is_not_tells_the_difference(project: Project) -> None:
    """Only what is given is compared; `worker: null` is an expectation."""
    passed, failed, nobody = played(
        project,
        HEAD
        + "tests:\n"
        + "  - {name: fits, task: {topic: x}, expect: {queue: Everyone, worker: ada}}\n"
        + "  - {name: fails, expect: {filter: Resume in Everyone, worker: ada}}\n"
        + "  - {name: nobody, away: [ada], expect: {worker: null, outcome: waiting}}\n",
    )
    assert passed.differs == {} and nobody.differs == {}
    assert failed.differs == {"filter": ("Resume in Everyone", "default")}
    assert failed.where == f"{FILE}:6"


def test_a_layers_expectations_hold_for_who_builds_on_it(project: Project) -> None:
    """Through other layers as well, and only then."""
    project.write("templates/environments/top.yaml", "extends: standard\n")
    text = HEAD + "tests:\n  - {name: t, expect: {queue: Everyone}}\n"
    assert len(played(project.stack(layer="top"), text, "expectations/layers/standard.yaml")) == 1
    assert len(played(project.stack(layer="standard"), text, "expectations/layers/top.yaml")) == 1


def test_junit_has_a_case_for_each(project: Project) -> None:
    """With file, line and the difference; what is odd in a name is escaped."""
    text = HEAD + "tests:\n  - {name: 'a <b> & c', expect: {queue: Sales}}\n"
    suites = ET.fromstring(junit(played(project, text)))  # noqa: S314 - our own
    [case] = list(suites.iter("testcase"))
    assert (suites.get("tests"), suites.get("failures")) == ("1", "1")
    assert (case.get("name"), case.get("file"), case.get("line")) == ("a <b> & c", FILE, "5")
    failure = case.find("failure")
    assert failure is not None and failure.get("message") == "queue: Everyone, not Sales"


WRONG = {
    "of a newer version": (HEAD.replace("1", "2", 1) + "tests: [{name: t, expect: {queue: A}}]\n", ":1: version: is 2"),
    "nothing expected": (HEAD + "tests:\n  - {name: t, expect: {}}\n", ":5: tests[0].expect: expects nothing"),
    "a misspelt key": (
        HEAD + "tests:\n  - {name: t, expect: {que: A}}\n",
        ":5: tests[0].expect.que: is not a setting; did you mean queue?",
    ),
    "an unknown worker": (
        HEAD + "tests:\n  - {name: t, expect: {worker: eve}}\n",
        ':5: tests[0].expect.worker: there is no worker "eve"',
    ),
    "an unknown worker away": (
        HEAD + "tests:\n  - {name: t, away: [eve], expect: {queue: A}}\n",
        ':5: tests[0].away[0]: there is no worker "eve"',
    ),
    "an unknown queue": (
        HEAD + "tests:\n  - {name: t, resumed: {queue: Evryone}, expect: {queue: A}}\n",
        ':5: tests[0].resumed.queue: there is no queue "Evryone" in acme-dev; did you mean Everyone?',
    ),
    "an expression that is none": (
        HEAD + "target_workers: {Everyone: 'a ='}\ntests: [{name: t, expect: {queue: A}}]\n",
        ":4: target_workers.Everyone: is not a TaskRouter expression",
    ),
    "target workers of no queue": (
        HEAD + "target_workers: {Evryone: 1==1}\ntests: [{name: t, expect: {queue: A}}]\n",
        ":4: target_workers.Evryone: is not an existing queue of the environment; did you mean Everyone?",
    ),
    "a worker twice": (
        HEAD + "  - {name: ada}\ntests: [{name: t, expect: {queue: A}}]\n",
        ':4: workers[1].name: "ada" is there already',
    ),
    "no tests": (HEAD, ": tests: is missing"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_with_its_line(project: Project, name: str) -> None:
    """Where, what, and what is allowed."""
    text, told = WRONG[name]
    with pytest.raises(EnvironmentInvalid) as caught:
        played(project, text)
    assert [str(problem) for problem in caught.value.problems if str(problem).startswith(FILE + told)], caught.value


def test_the_schema_agrees_with_the_reader() -> None:
    """Our own files fit; what the reader refuses by shape, an editor underlines."""
    schema = Draft202012Validator(SCHEMAS["expectations"]())
    for path in (REPOSITORY / "expectations").rglob("*.yaml"):
        schema.validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    for name in ("of a newer version", "a misspelt key", "no tests"):
        assert not schema.is_valid(yaml.safe_load(WRONG[name][0])), name
