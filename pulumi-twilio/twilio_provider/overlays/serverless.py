# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Serverless: https://www.twilio.com/docs/serverless/api. Environments, Builds and Deployments have no update."""

from twilio_provider.overlays.model import ExtraInput, Overlay

_SIDS = {"type": "array", "items": {"type": "string"}}
_UPLOAD = (
    ExtraInput("path", {"type": "string"}, required=True, wire="Path"),
    ExtraInput("visibility", {"type": "string"}, required=True, wire="Visibility"),
    ExtraInput("content", {"$ref": "pulumi.json#/Asset"}, required=True, wire="Content"),
)

OVERLAYS = (
    Overlay(
        sdk=("serverless", "v1", "Service"),
        token="twilio:serverless:Service",
        sid="ZS",
        lost="go its domain, its Functions and all Builds that a rollback could deploy",
        doc="A Serverless Service, the container of Functions, Assets, Builds and Environments.",
        key=("uniqueName",),
        lookup="uniqueName",
        defaults={"includeCredentials": False, "uiEditable": False},
        stable=("domainBase",),
    ),
    Overlay(
        sdk=("serverless", "v1", "Environment"),
        token="twilio:serverless:Environment",
        sid="ZE",
        lost="goes its domain, which others call, and its Variables",
        doc="A ServerlessEnvironment: one deployed Build under one domain, with its Variables. It has no update, and "
        "replacing it would change the domain, so a change of its inputs is refused by name.",
        key=("uniqueName",),
        lookup="uniqueName",
        stable=("domainName",),
        volatile=("buildSid",),
        immutable=("uniqueName", "domainSuffix"),
    ),
    Overlay(
        sdk=("serverless", "v1", "Function"),
        token="twilio:serverless:Function",
        sid="ZH",
        doc="A Function: the identity that its FunctionVersions share.",
        lookup="friendlyName",
        delete="attempt",
        why_delete="Twilio refuses it while a kept Build holds one of its versions; it serves nothing then, and goes "
        "with its Service.",
        twin="An empty Function beside ours. No Build names it, so it serves nothing; it goes with its Service, or by "
        "DELETE of its id.",
        harmless=True,
    ),
    Overlay(
        sdk=("serverless", "v1", "FunctionVersion"),
        token="twilio:serverless:FunctionVersion",
        sid="ZN",
        doc="One uploaded content of a Function. It is immutable: another content, path or visibility is another "
        "version. The state holds the content's hash, never the source.",
        inputs=_UPLOAD,
        outputs={"path": {"type": "string"}, "visibility": {"type": "string"}},
        upload="serverless-upload.twilio.com",
        asset="content",
        held_by=("/v1/Services/{serviceSid}/Builds", "function_versions"),
        delete="nothing",
        why_delete="Twilio keeps versions until their Function is deleted; there is no delete.",
        twin="A version that no Build names. It serves nothing and goes with its Function.",
        harmless=True,
    ),
    Overlay(
        sdk=("serverless", "v1", "Asset"),
        token="twilio:serverless:Asset",
        sid="ZH",
        doc="An Asset: the identity that its AssetVersions share.",
        lookup="friendlyName",
        delete="attempt",
        why_delete="Twilio refuses it while a kept Build holds one of its versions; it serves nothing then, and goes "
        "with its Service.",
        twin="An empty Asset beside ours. No Build names it, so it serves nothing; it goes with its Service.",
        harmless=True,
    ),
    Overlay(
        sdk=("serverless", "v1", "AssetVersion"),
        token="twilio:serverless:AssetVersion",
        sid="ZN",
        doc="One uploaded content of an Asset. It is immutable: another content, path or visibility is another one.",
        inputs=_UPLOAD,
        outputs={"path": {"type": "string"}, "visibility": {"type": "string"}},
        upload="serverless-upload.twilio.com",
        asset="content",
        held_by=("/v1/Services/{serviceSid}/Builds", "asset_versions"),
        delete="nothing",
        why_delete="Twilio keeps versions until their Asset is deleted; there is no delete.",
        twin="A version that no Build names. It serves nothing and goes with its Asset.",
        harmless=True,
    ),
    Overlay(
        sdk=("serverless", "v1", "Build"),
        token="twilio:serverless:Build",
        sid="ZB",
        doc="FunctionVersions and AssetVersions compiled together with npm dependencies. It is immutable.",
        codecs={"functionVersions": "sids", "assetVersions": "sids", "dependencies": "dependencies"},
        inputs=(
            ExtraInput("functionVersions", _SIDS, wire="FunctionVersions"),
            ExtraInput("assetVersions", _SIDS, wire="AssetVersions"),
            ExtraInput(
                "dependencies", {"type": "object", "additionalProperties": {"type": "string"}}, wire="Dependencies"
            ),
        ),
        outputs={
            "functionVersions": _SIDS,
            "assetVersions": _SIDS,
            "dependencies": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        delete="nothing",
        why_delete="A Build of an active Deployment cannot be deleted, and the previous one is what a rollback "
        "deploys. Builds go with their Service.",
        wait=("status", ("completed",), ("failed",)),
        twin="A Build that no Deployment names. It serves nothing and goes with its Service.",
        harmless=True,
    ),
    Overlay(
        sdk=("serverless", "v1", "Deployment"),
        token="twilio:serverless:Deployment",
        sid="ZD",
        doc="A Build made live in a ServerlessEnvironment.",
        dropped=("is_plugin",),
        inputs=(ExtraInput("buildSid", {"type": "string"}, required=True, wire="BuildSid"),),
        delete="undeploy",
        why_delete="Twilio has no delete of Deployments. If its Build is the live one still, a Deployment without a "
        "Build takes its place, so that nothing stays public.",
        key=("buildSid",),
        lookup="buildSid",
    ),
    Overlay(
        sdk=("serverless", "v1", "Variable"),
        token="twilio:serverless:Variable",
        sid="ZV",
        doc="A name and a secret value that Functions of one ServerlessEnvironment find in their context.",
        key=("key",),
        lookup="key",
        secrets=("value",),
        replace=("key",),
    ),
)
