"""flexpark's domain: what an environment is, and what is rendered for it. Pure: no network, no Pulumi, no Twilio.

    stack file + layer -> load_environment -> Environment -> render_bundle -> Bundle (functions, workflow, dependencies)

Enters: files below the project's root. Leaves: frozen values, or one of the errors of `flexpark.errors`, with a message
that is safe to show. It writes nothing. `flexpark.cli` stands outside of this and may do effects.

Start reading in `environment/` (the model of a stack file) and `rendering/` (what comes of it). Names are loaded when
they are first used: a command that has an engine to start does that first.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flexpark.environment.load import Resolved, environment_from_config, load_environment, stack_file, stack_names
    from flexpark.environment.load import resolve as resolve_environment
    from flexpark.environment.model import Environment, ExistingQueue, Queue, QueueToCreate, Route
    from flexpark.environment.schema import environment_json_schema, layer_json_schema
    from flexpark.errors import (
        ConfigurationError,
        EnvironmentInvalid,
        FlexparkError,
        Problem,
        RenderError,
        StackNotFound,
    )
    from flexpark.rendering.bundle import Bundle, RenderedFunction, render_bundle
    from flexpark.rendering.workflow import RenderedWorkflow, placeholder_sids

# Where each name is at home.
_HOMES = {
    "flexpark.environment.load": (
        "Resolved", "environment_from_config", "load_environment", "resolve_environment", "stack_file", "stack_names",
    ),
    "flexpark.environment.model": ("Environment", "ExistingQueue", "Queue", "QueueToCreate", "Route"),
    "flexpark.environment.schema": ("environment_json_schema", "layer_json_schema"),
    "flexpark.errors": (
        "ConfigurationError", "EnvironmentInvalid", "FlexparkError", "Problem", "RenderError", "StackNotFound",
    ),
    "flexpark.rendering.bundle": ("Bundle", "RenderedFunction", "render_bundle"),
    "flexpark.rendering.workflow": ("RenderedWorkflow", "placeholder_sids"),
}  # fmt: skip
_NAMED_OTHERWISE = {"resolve_environment": "resolve"}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            found = getattr(import_module(home), _NAMED_OTHERWISE.get(name, name))
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Bundle",
    "ConfigurationError",
    "Environment",
    "EnvironmentInvalid",
    "ExistingQueue",
    "FlexparkError",
    "Problem",
    "Queue",
    "QueueToCreate",
    "RenderError",
    "RenderedFunction",
    "RenderedWorkflow",
    "Resolved",
    "Route",
    "StackNotFound",
    "environment_from_config",
    "environment_json_schema",
    "layer_json_schema",
    "load_environment",
    "placeholder_sids",
    "render_bundle",
    "resolve_environment",
    "stack_file",
    "stack_names",
]
