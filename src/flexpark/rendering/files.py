"""A bundle as files to look at and to compare: one text for each function, the workflow, the build, the Studio flow."""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flexpark.environment.model import Environment
from flexpark.rendering.bundle import Bundle
from flexpark.rendering.templating import Templates
from flexpark.rendering.workflow import known_sids

WORKFLOW, BUILD, FLOW = "workflow.json", "build.json", "studio-flow.json"
# What only the deployment knows: a Serverless service's domain gets four digits from Twilio.
UNKNOWN_DOMAIN = "DOMAIN-OF-THE-STACK.twil.io"


def bundle_files(
    environment: Environment,
    bundle: Bundle,
    root: Path,
    *,
    queue_sids: Mapping[str, str] | None = None,
    domain: str = UNKNOWN_DOMAIN,
) -> dict[str, str]:
    """{name: text}, sorted. Queues have the SIDs that are given, else those of the files, else made-up ones.

    `studio-flow.json` is what a flow needs at least; the flow itself is the customer's, and not deployed.
    """
    files = {function_file(function.path): function.content for function in bundle.functions}
    if bundle.workflow is not None:
        files[WORKFLOW] = workflow_text(
            bundle.workflow.friendly_name,
            bundle.workflow.task_reservation_timeout,
            bundle.workflow.configuration(queue_sids or known_sids(environment)),
        )
        files[BUILD] = build_text(
            bundle.runtime, bundle.dependencies, {function.path: function.visibility for function in bundle.functions}
        )
        if environment.park.resume.destination == "studio":
            files[FLOW] = flow_text(environment, root, domain)
    return dict(sorted(files.items()))


def function_file(path: str) -> str:
    """`functions/park.js` for `/park`."""
    return f"functions{path}.js"


def workflow_text(friendly_name: str, task_reservation_timeout: int, configuration: Mapping[str, Any]) -> str:
    """A workflow as JSON."""
    return _json(
        {
            "friendlyName": friendly_name,
            "taskReservationTimeout": task_reservation_timeout,
            "configuration": configuration,
        }
    )


def build_text(runtime: str, dependencies: Mapping[str, str], visibilities: Mapping[str, str]) -> str:
    """What a build is made of besides the functions' texts."""
    return _json(
        {"runtime": runtime, "dependencies": dict(dependencies), "functions": dict(sorted(visibilities.items()))}
    )


def flow_text(environment: Environment, root: Path, domain: str) -> str:
    """The least that a Studio flow of `resume.destination: studio` is: a trigger, and the function at its end."""
    values = {
        "description": f"Ends in unpark-from-studio of {environment.service_name}",
        "url": f"https://{domain}/unpark-from-studio",
    }
    return Templates(root / "templates").render("studio/resume.json.j2", values)


def differences(before: Mapping[str, str], after: Mapping[str, str], labels: tuple[str, str]) -> dict[str, str]:
    """{name: unified diff} of the files that differ; a file that one side lacks is empty there."""
    found = {}
    for name in sorted({*before, *after}):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            was, now = (
                f"{label}/{name}" if text else "/dev/null" for label, text in zip(labels, (old, new), strict=True)
            )
            lines = difflib.unified_diff(_lines(old), _lines(new), was, now)
            found[name] = "".join(lines)
    return found


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.splitlines()]


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"  # Twilio does not keep the order
