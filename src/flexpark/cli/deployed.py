"""What is deployed for a stack, read from Twilio: the same files as a rendered bundle has. It reads, and no more."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from twilio_api.door import Door
from twilio_api.errors import Refused

from flexpark.cli.account import asking, open_door
from flexpark.environment.model import Environment
from flexpark.rendering.files import BUILD, FLOW, WORKFLOW, build_text, function_file, workflow_text

AT_ONCE = 8


def deployed_files(environment: Environment, outputs: Mapping[str, Any]) -> dict[str, str]:
    """{name: text} of what the stack's outputs name. What is not there any more is missing.

    Raises AuthenticationError for credentials that are missing, wrong or another account's, ResourceError with what
    Twilio said.
    """
    with asking(f"{environment.stack_name}: reading what is deployed"):
        door = open_door(environment)
        return dict(sorted({**_code(door, outputs), **_workflow(door, outputs), **_flow(door, environment)}.items()))


def _code(door: Door, outputs: Mapping[str, Any]) -> dict[str, str]:
    """The functions of the build that serves the stack's domain, and what that build is made of."""
    service = f"https://serverless.twilio.com/v1/Services/{outputs.get('serverlessServiceSid')}"
    home = _get(door, f"{service}/Environments/{outputs.get('serverlessEnvironmentSid')}")
    if not home.get("build_sid"):
        return {}
    build = _get(door, f"{service}/Builds/{home['build_sid']}")
    versions = build.get("function_versions") or []

    def content(version: Mapping[str, Any]) -> str:
        function, sid = version["function_sid"], version["sid"]
        return str(_get(door, f"{service}/Functions/{function}/Versions/{sid}/Content").get("content", ""))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        texts = list(pool.map(content, versions))
    files = {function_file(version["path"]): text for version, text in zip(versions, texts, strict=True)}
    packages = {package["name"]: package["version"] for package in build.get("dependencies") or []}
    # Builds have them in capitals.
    visibilities = {version["path"]: version["visibility"].lower() for version in versions}
    return {**files, BUILD: build_text(str(build.get("runtime")), packages, visibilities)}


def _workflow(door: Door, outputs: Mapping[str, Any]) -> dict[str, str]:
    workspace = f"https://taskrouter.twilio.com/v1/Workspaces/{outputs.get('workspaceSid')}"
    found = _get(door, f"{workspace}/Workflows/{outputs.get('workflowSid')}")
    if not found:
        return {}
    configuration = json.loads(found["configuration"])
    return {WORKFLOW: workflow_text(found["friendly_name"], found["task_reservation_timeout"], configuration)}


def _flow(door: Door, environment: Environment) -> dict[str, str]:
    """The customer's Studio flow, where parked conversations go through one."""
    resume = environment.park.resume
    if resume.destination != "studio":
        return {}
    found = _get(door, f"https://studio.twilio.com/v2/Flows/{resume.flow}")
    return {FLOW: json.dumps(found["definition"])} if found else {}


def _get(door: Door, url: str) -> dict[str, Any]:
    """What is there; nothing where it is not."""
    try:
        return door.request("GET", url).json
    except Refused as error:
        if error.absent:
            return {}
        raise
