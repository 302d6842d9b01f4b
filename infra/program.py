"""The program, as a table of contents: what one stack is made of."""

from pathlib import Path

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, get_config_secret_keys_env, is_config_secret

from flexpark import Bundle, Environment, environment_from_config, load_environment, render_bundle
from flexpark.errors import EnvironmentInvalid, FlexparkError, Problem
from infra.account import look_up
from infra.events import Events
from infra.flex_ui import FlexUi
from infra.functions import Functions
from infra.outputs import export
from infra.provider import provider_of
from infra.routing import Routing
from infra.standing import refuse_to_rename_by_replacing, refuse_to_tear_down
from infra.sync import Sync
from infra.webhooks import Webhooks

ROOT = Path(__file__).resolve().parent.parent


def program() -> None:
    """Declare the stack that the engine's config describes.

    Raises `pulumi.RunError`, which Pulumi shows without a traceback, with every problem of the environment, before any
    resource is declared.
    """
    environment, bundle = prepared()
    if bundle.workflow is None:
        refuse_to_tear_down()
        pulumi.log.info("park.enabled is false: nothing of the park feature is provisioned")
        return
    refuse_to_rename_by_replacing(environment)
    provider = provider_of(environment)
    options = pulumi.ResourceOptions(provider=provider)

    account = look_up(environment, pulumi.InvokeOptions(provider=provider))
    routing = Routing("routing", environment=environment, workflow=bundle.workflow, account=account, opts=options)
    sync = Sync("sync", environment=environment, opts=options)
    functions = Functions(
        "functions",
        environment=environment,
        bundle=bundle,
        variables={
            "FLEXPARK_WORKSPACE_SID": account.workspace_sid,
            "FLEXPARK_WORKFLOW_SID": routing.workflow_sid,
            "FLEXPARK_SYNC_SERVICE_SID": sync.service_sid,
        },
        opts=options,
    )
    webhooks = Webhooks("webhooks", functions=functions, opts=options)
    flex_ui = (
        FlexUi("flex-ui", environment=environment, deployment=functions.deployment, opts=options)
        if environment.park.flex_ui
        else None
    )
    events = Events("events", environment=environment, functions=functions, flex_ui=flex_ui, opts=options)
    export(account, routing=routing, sync=sync, functions=functions, webhooks=webhooks, events=events, bundle=bundle)


def prepared() -> tuple[Environment, Bundle]:
    """What the stack's config asks for, valid and rendered; what is wrong is a `pulumi.RunError`."""
    try:
        environment = configured_environment()
        return environment, render_bundle(environment, ROOT)
    except EnvironmentInvalid as error:
        problems = "\n".join(f"  {problem}" for problem in _located(error.problems))
        raise pulumi.RunError(f"the environment is not valid; nothing was created or changed:\n{problems}") from error
    except FlexparkError as error:
        raise pulumi.RunError(f"{error}\nnothing was created or changed") from error


def configured_environment() -> Environment:
    """The environment of the config that the engine gave.

    The same for the CLI's inline program and for plain `pulumi`.
    """
    config = {**get_config_env(), **CONFIG.get()}
    secret = {*get_config_secret_keys_env(), *(key for key in config if is_config_secret(key))}
    stack = pulumi.get_stack()
    environment = environment_from_config(config, ROOT, secret_keys=secret, name=f"config of {stack}")
    if environment.stack_name != stack:
        what = f"are {environment.customer} and {environment.environment}: this is the config of another stack"
        allowed = f"allowed: those of {stack}, or `--stack {environment.stack_name}`"
        raise EnvironmentInvalid([Problem(f"config of {stack}", "customer and environment", what, allowed)])
    return environment


def _located(problems: list[Problem]) -> list[Problem]:
    """The same problems with file and line, where the stack's file in the checkout has just these.

    The engine does not say which file its config came from: `--config-file` may have named another one.
    """
    try:
        load_environment(ROOT, pulumi.get_stack())
    except EnvironmentInvalid as error:
        if {_without_place(problem) for problem in error.problems} == {_without_place(problem) for problem in problems}:
            return error.problems
    except FlexparkError:
        pass
    return problems


def _without_place(problem: Problem) -> tuple[str, str, str]:
    return problem.path, problem.what, problem.allowed
