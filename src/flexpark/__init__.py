"""flexpark's domain: what an environment is, and what is rendered for it. Pure: no network, no Pulumi, no Twilio.

    stack file + layer -> load_environment -> Environment -> render_bundle -> Bundle (functions, workflow, dependencies)

Enters: files below the project's root. Leaves: frozen values, or one of the errors of `flexpark.errors`, with a message
that is safe to show. It writes nothing. `flexpark.cli` stands outside of this and may do effects.

Start reading in `environment/` (the model of a stack file) and `rendering/` (what comes of it).
"""

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
