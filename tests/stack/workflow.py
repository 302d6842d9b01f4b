"""GitHub's and GitLab's runners, as far as our workflows need them: a shell runs each step as it stands.

Steps that `uses:` an action are listed, not run: what they give (a checkout, Node, the engine, files of another job) is
there already. Expressions are filled in from values that the test gives; an unknown one fails.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
# The test's machine is set up, and this step would set up whatever Python it is called from.
STUBBED = frozenset({"make setup"})


@dataclass
class Ran:
    """What a job did: exit code, all that it printed, outputs, summary, and the actions that were passed over."""

    code: int = 0
    text: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    passed_over: list[str] = field(default_factory=list)


class Runner:
    """Runs jobs in a folder with the environment variables of a runner."""

    def __init__(self, folder: Path, environ: Mapping[str, str], scratch: Path) -> None:
        self.folder = folder
        self._environ = environ
        self._scratch = scratch
        scratch.mkdir(parents=True, exist_ok=True)

    def job(self, job: Mapping[str, Any], values: Mapping[str, str]) -> Ran:
        """Run the steps of a GitHub job in order, until one fails; `if: always()` steps are actions here."""
        ran = Ran()
        for step in job["steps"]:
            if "uses" in step:
                ran.passed_over.append(step["uses"])
                continue
            if step["run"] in STUBBED:
                ran.passed_over.append(step["run"])
                continue
            written = {name: self._scratch / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
            for path in written.values():
                path.write_text("")
            given = {name: filled(str(value), values) for name, value in step.get("env", {}).items()}
            given |= {name: str(path) for name, path in written.items()}
            shell = (
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"] if "shell" in step else ["bash", "-e", "-c"]
            )
            self._shell(ran, [*shell, step["run"]], given)
            outputs = written["GITHUB_OUTPUT"].read_text().splitlines()
            ran.outputs |= dict(line.split("=", 1) for line in outputs)
            ran.summary += written["GITHUB_STEP_SUMMARY"].read_text()
            if ran.code != 0:
                break
        return ran

    def script(self, job: Mapping[str, Any], variables: Mapping[str, str]) -> Ran:
        """Run the script of a GitLab job: its lines are one shell's."""
        ran = Ran()
        given = {**variables, **{name: str(value) for name, value in job.get("variables", {}).items()}}
        self._shell(ran, ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])], given)
        return ran

    def _shell(self, ran: Ran, argv: list[str], given: Mapping[str, str]) -> None:
        env = {**self._environ, **given}
        done = subprocess.run(argv, cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        ran.code = done.returncode
        ran.text += done.stdout + done.stderr


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its expressions filled in. KeyError names one that the test has no value for."""
    return EXPRESSION.sub(lambda found: values[found[1]], text)


def holds(condition: str, values: Mapping[str, str]) -> bool:
    """Whether an `if:` of ours holds: `==` and `!=` between names and texts, joined by `&&`, and `always()`."""
    [inner] = EXPRESSION.findall(condition)
    return all(_holds(part.strip(), values) for part in inner.split("&&"))


def _holds(comparison: str, values: Mapping[str, str]) -> bool:
    if comparison == "always()":
        return True
    left, operator, right = re.fullmatch(r"(\S+) (==|!=) (\S+)", comparison).groups()  # type: ignore[union-attr]
    same = _value(left, values) == _value(right, values)
    return same if operator == "==" else not same


def _value(term: str, values: Mapping[str, str]) -> str:
    return term[1:-1] if term.startswith("'") else values[term]


def matrix(job: Mapping[str, Any], values: Mapping[str, str]) -> list[str]:
    """The stacks of a job's matrix."""
    [call] = EXPRESSION.findall(job["strategy"]["matrix"]["stack"])
    found: list[str] = json.loads(values[call.removeprefix("fromJSON(").removesuffix(")")])
    return found
