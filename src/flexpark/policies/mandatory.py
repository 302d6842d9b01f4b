"""Mandatory rules: what breaks one is not deployed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flexpark.environment.model import Environment
from flexpark.plan.model import Resource, Step
from flexpark.policies.model import Circumstances, Finding
from flexpark.rendering.bundle import Bundle
from flexpark.rendering.registry import FUNCTIONS

# What Flex makes when it is switched on, and what it sets and needs: it is looked up, never touched. Nothing in these
# tells another's from Flex's: the default Service of Conversations is Flex's, a Workspace may have been renamed, a
# release changes which plugins every agent of the account runs.
FLEX_TYPES = frozenset(
    {
        "twilio:taskrouter:Workspace",
        "twilio:conversations:AddressConfiguration",
        "twilio:conversations:Configuration",
        "twilio:conversations:ConfigurationWebhook",
        "twilio:conversations:Service",
        "twilio:conversations:ServiceConfiguration",
        "twilio:conversations:ServiceConfigurationWebhook",
        "twilio:conversations:ServiceNotification",
        "twilio:conversations:ServiceWebhook",
        "twilio:conversations:Webhook",
        "twilio:flex:PluginRelease",
    }
)
# The same in a Workspace, unless that is known to be another than Flex's. The settings hold Flex's event callback.
FLEX_TYPES_OF_A_WORKSPACE = frozenset(
    {
        "twilio:taskrouter:Activity",
        "twilio:taskrouter:TaskChannel",
        "twilio:taskrouter:WorkerChannel",
        "twilio:taskrouter:WorkspaceConfiguration",
    }
)
# The one thing of Flex's that a stack may write into, and where: `park.flex_ui`.
_FLEX_UI_KEYS = ("custom_data", "features", "park_interaction")
FLEX_NAMES: Mapping[str, frozenset[str]] = {
    "twilio:taskrouter:TaskQueue": frozenset({"Everyone"}),
    "twilio:taskrouter:Workflow": frozenset({"Assign to Anyone"}),
    "twilio:sync:Service": frozenset({"Default Service", "Flex Sync Service"}),
    "twilio:serverless:Service": frozenset({"flex-plugins", "default"}),
}
# What parked conversations lead back through.
ROUTING_TYPES = frozenset(
    {
        "twilio:taskrouter:Workflow",
        "twilio:taskrouter:TaskQueue",
        "twilio:sync:Service",
        "twilio:serverless:Service",
        "twilio:serverless:Environment",
        "twilio:events:Subscription",
    }
)
_WORKSPACE = re.compile(r"WS[0-9a-fA-F]{32}")
_URL_KEYS = re.compile(r"(url|uri|webhook|destination)$", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# Shapes that only a secret has: twilio.com/docs/iam (a token is 32 hexadecimal digits, and so is a SID without its
# prefix: it counts only beside a word that says what it is), RFC 7468, RFC 7519, AWS.
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "an auth token": re.compile(
        r"(?:auth_?token|api_?(?:key_?)?secret|password|passphrase)[\"']?\s*[:=]\s*[\"'][^\"'\s]{16,}[\"']",
        re.IGNORECASE,
    ),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "a JSON Web Token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "an AWS access key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
}
_TOKEN_CHECKED = frozenset(entry.path for entry in FUNCTIONS if entry.visibility == "public")


def flex_own(resource: Resource, circumstances: Circumstances) -> Iterator[str]:
    """Nothing that Flex made is managed by a stack."""
    if resource.type in FLEX_TYPES or (
        resource.type in FLEX_TYPES_OF_A_WORKSPACE and not _elsewhere(resource, circumstances)
    ):
        yield f"{resource.type} belongs to Flex, and a stack must not manage it"
    if resource.type == "twilio:flex:Configuration" and not _only_ours(resource.properties.get("uiAttributes")):
        yield f"it sets other keys of Flex's uiAttributes than {'.'.join(_FLEX_UI_KEYS)}"
    yield from _named_as_flex(resource)


def has_flex_name(type_: str, name: object) -> bool:
    """Whether Flex's own of this type is called so."""
    return isinstance(name, str) and name in FLEX_NAMES.get(type_, ())


def _named_as_flex(resource: Resource) -> Iterator[str]:
    for key in ("friendlyName", "uniqueName"):
        name = resource.properties.get(key)
        if has_flex_name(resource.type, name):
            yield f"{name!r} is the name of Flex's own {resource.type.rpartition(':')[2]}"


def _elsewhere(resource: Resource, circumstances: Circumstances) -> bool:
    """Whether it lies in a workspace that is known not to be Flex's: both have to be known."""
    workspace = resource.properties.get("workspaceSid")
    known = circumstances.flex_workspace is not None and isinstance(workspace, str) and _WORKSPACE.fullmatch(workspace)
    return bool(known) and workspace != circumstances.flex_workspace


def _only_ours(attributes: Any) -> bool:
    for key in _FLEX_UI_KEYS:
        if not isinstance(attributes, Mapping) or set(attributes) != {key}:
            return False
        attributes = attributes[key]
    return True


def flex_own_step(step: Step, circumstances: Circumstances) -> Iterator[str]:
    """The same for what a program declares no more, or by another name: what is deleted, and what it was before."""
    if step.old is None:
        return
    if step.kind == "delete":
        yield from flex_own(step.old, circumstances)
    elif step.kind in {"update", "replace"}:
        yield from _named_as_flex(step.old)


def routing_stays(step: Step, circumstances: Circumstances) -> Iterator[str]:
    """In production nothing that parked conversations lead back through is deleted or replaced before a drain."""
    if not circumstances.production or circumstances.drained:
        return
    if step.kind in {"delete", "replace"} and step.resource.type in ROUTING_TYPES:
        yield f"would be {step.kind}d in production, and parked conversations lead back through it"


def https_only(resource: Resource, _: Circumstances) -> Iterator[str]:
    """Twilio sends customers' words to these addresses, and a signature protects no plain text."""
    for path, value in _addresses(resource.properties, ""):
        if not value.lower().startswith("https://"):
            yield f"{path} is not an https:// address"


def no_secret_in_resource(resource: Resource, circumstances: Circumstances) -> Iterator[str]:
    """The text of a function or an asset is readable for everyone who may read the account's Serverless services."""
    text = content_of(resource)
    if text is not None:
        yield from _secrets(text, circumstances)


def no_secret_in_bundle(_: Environment, bundle: Bundle, circumstances: Circumstances) -> Iterator[Finding]:
    """The same over what was rendered, before anything is declared."""
    for function in bundle.functions:
        for what in _secrets(function.content, circumstances):
            yield function.path, what


def signatures_on(resource: Resource, _: Circumstances) -> Iterator[str]:
    """Twilio checks signatures of protected functions alone; the public ones of ours check a Flex token themselves."""
    if resource.type != "twilio:serverless:FunctionVersion":
        return
    path, visibility = resource.properties.get("path"), resource.properties.get("visibility")
    if visibility == "public" and path not in _TOKEN_CHECKED:
        yield f"{path} is public: anyone may call it without a signature"


def signatures_on_bundle(_: Environment, bundle: Bundle, __: Circumstances) -> Iterator[Finding]:
    """The same over the bundle."""
    for function in bundle.functions:
        if function.visibility == "public" and function.path not in _TOKEN_CHECKED:
            yield function.path, "is public: anyone may call it without a signature"


def content_of(resource: Resource) -> str | None:
    """The text of a function's or asset's version, wherever the engine has put it; None for other resources."""
    content = resource.properties.get("content")
    if isinstance(content, Mapping):
        content = content.get("text")
    return content if isinstance(content, str) else None


def _secrets(text: str, circumstances: Circumstances) -> Iterator[str]:
    for what, shape in _SHAPES.items():
        if (found := shape.search(text)) is not None:
            yield f"line {text.count(chr(10), 0, found.start()) + 1} looks like {what}"
    for secret in circumstances.secrets:
        if secret and (at := text.find(secret)) >= 0:
            yield f"line {text.count(chr(10), 0, at) + 1} holds a secret of this stack"


def _addresses(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every address in a resource's properties, with its path: `sinkConfiguration.destination`.

    What the engine does not know yet, or hides, is no address.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            below = f"{path}.{key}" if path else str(key)
            if isinstance(inner, str) and _URL_KEYS.search(str(key)) and _ADDRESS.match(inner):
                yield below, inner
            else:
                yield from _addresses(inner, below)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _addresses(inner, f"{path}[{index}]")
