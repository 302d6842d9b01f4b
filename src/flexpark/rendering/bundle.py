"""The bundle: every text and setting that a stack deploys, decided before anything is touched."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from flexpark.environment.model import Environment
from flexpark.errors import RenderError
from flexpark.rendering.modules import needed_modules, pinned_dependencies
from flexpark.rendering.registry import FUNCTIONS, Visibility
from flexpark.rendering.settings import function_settings
from flexpark.rendering.templating import Templates
from flexpark.rendering.workflow import RenderedWorkflow, placeholder_sids, render_workflow

MODULE_PREFIX = "/flexpark/"
RUNTIME = "node22"


@dataclass(frozen=True, slots=True)
class RenderedFunction:
    """One Twilio Function: its path, who may call it, its JavaScript and the hash of that."""

    path: str
    visibility: Visibility
    content: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """What an environment deploys. `functions` and `dependencies` are empty, and `workflow` None, without park."""

    functions: tuple[RenderedFunction, ...]
    dependencies: Mapping[str, str]
    runtime: str
    workflow: RenderedWorkflow | None
    sha256: str


def render_bundle(environment: Environment, root: Path) -> Bundle:
    """Render all that the environment needs. The same input gives the same bytes. Raises RenderError."""
    if not environment.park.enabled:
        return _bundle((), {}, None, environment)
    entries = [entry for entry in FUNCTIONS if entry.needed(environment)]
    templates = Templates(root / "templates")
    values = {"settings": function_settings(environment)}
    rendered = {entry: templates.render(entry.template, values) for entry in entries}
    provided = [entry.path.removeprefix(MODULE_PREFIX) for entry in entries if entry.path.startswith(MODULE_PREFIX)]
    modules = needed_modules(root, rendered.values(), provided)
    functions = [_function(entry.path, entry.visibility, text) for entry, text in rendered.items()]
    functions += [_function(MODULE_PREFIX + name, "private", text) for name, text in modules.items()]
    return _bundle(tuple(functions), pinned_dependencies(root), render_workflow(environment, root), environment)


def _function(path: str, visibility: Visibility, content: str) -> RenderedFunction:
    if not content.strip():
        raise RenderError(f"the function {path} is empty")
    return RenderedFunction(path, visibility, content, hashlib.sha256(content.encode()).hexdigest())


def _bundle(
    functions: tuple[RenderedFunction, ...],
    dependencies: Mapping[str, str],
    workflow: RenderedWorkflow | None,
    environment: Environment,
) -> Bundle:
    identity = {
        "functions": [[function.path, function.visibility, function.sha256] for function in functions],
        "dependencies": dict(dependencies),
        "runtime": RUNTIME,
        "workflow": workflow
        and [
            workflow.friendly_name,
            workflow.task_reservation_timeout,
            workflow.configuration(placeholder_sids(environment)),
        ],
    }
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    return Bundle(functions, MappingProxyType(dict(dependencies)), RUNTIME, workflow, digest)
