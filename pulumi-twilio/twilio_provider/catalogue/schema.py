"""The Pulumi package schema, from the catalogue. https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/"""

from typing import Any

from twilio_provider.catalogue.aliases import before
from twilio_provider.catalogue.descriptions import descriptions
from twilio_provider.catalogue.model import ACCOUNT, Catalogue, Output, ResourceType
from twilio_provider.overlays.types import TYPES

VERSION = "0.1.0"

CONFIG: dict[str, dict[str, Any]] = {
    "accountSid": {
        "type": "string",
        "description": "The SID of the account that this stack belongs to. Credentials of another account are refused.",
    },
    "stackId": {
        "type": "string",
        "description": "A random id, fixed for the life of the stack: the first part of the owner marker.",
    },
    "region": {
        "type": "string",
        "description": "Twilio region, such as `ie1`. Default: TWILIO_REGION, else `us1`. A stack stays in its region.",
    },
    "edge": {"type": "string", "description": "Twilio edge, such as `dublin`. Default: TWILIO_EDGE."},
    "endpoint": {
        "type": "string",
        "description": "Address of an emulator; a request to https://HOST/PATH goes to ENDPOINT/HOST/PATH. "
        "Default: TWILIO_ENDPOINT.",
    },
    "credentialsFile": {
        "type": "string",
        "description": "A file of lines NAME=value, or of one JSON object, with the names TWILIO_ACCOUNT_SID, "
        "TWILIO_AUTH_TOKEN, TWILIO_API_KEY and TWILIO_API_SECRET. Read when it is needed, so what is in it never "
        "enters the state. Default: TWILIO_CREDENTIALS_FILE.",
    },
    "credentialsCommand": {
        "type": "string",
        "description": "A command that prints what such a file holds; it is not run through a shell. "
        "Default: TWILIO_CREDENTIALS_COMMAND.",
    },
}
# Of the stack's config only: the plugin reads them at each run, and no provider input, hence no state, holds them.
CONFIG_SECRETS: dict[str, dict[str, Any]] = {
    "authToken": {"type": "string", "secret": True, "description": "The account's auth token."},
    "apiKey": {"type": "string", "description": "The SID of an API key, instead of the auth token."},
    "apiSecret": {"type": "string", "secret": True, "description": "The secret of that API key."},
}


def package_schema(catalogue: Catalogue) -> dict[str, Any]:
    """The whole schema as plain data, properties in a fixed order."""
    functions = {r.get_token: _get(r) for r in catalogue.resources}
    functions |= {r.list_token: _list(r) for r in catalogue.resources if r.list_token}
    return {
        "name": "twilio",
        "displayName": "Twilio",
        "version": VERSION,
        "description": "Twilio resources, derived from Twilio's own SDK.",
        "keywords": ["pulumi", "twilio", "category/infrastructure"],
        "license": "Apache-2.0",
        "language": {
            "python": {
                "packageName": "pulumi_twilio",
                "readme": "Twilio resources for Pulumi.",
                "pyproject": {"enabled": True},
                "respectSchemaVersion": True,
            },
            "nodejs": {"packageName": "pulumi-twilio", "respectSchemaVersion": True},
        },
        "config": {"variables": {**CONFIG, **CONFIG_SECRETS}},
        "provider": {"description": "The Twilio provider of one account.", "inputProperties": CONFIG},
        "types": TYPES,
        "resources": {r.token: _resource(r) for r in catalogue.resources},
        "functions": functions,
    }


def _resource(resource: ResourceType) -> dict[str, Any]:
    described = descriptions(resource)
    outputs = {
        o.name: _property(o.schema, described(o.name, o.doc), secret=o.name in resource.secrets)
        for o in resource.outputs
        if not o.volatile
    }
    inputs = {}
    for entry in resource.inputs:
        secret = entry.name in resource.secrets
        doc = described(entry.name, entry.doc)
        inputs[entry.name] = _property(entry.schema, doc, secret=secret, replace=entry.replace)
        if entry.name == resource.asset:
            outputs[entry.name + "Hash"] = _property({"type": "string"}, f"SHA-256 of {entry.name}, hexadecimal.")
        elif entry.name not in outputs:
            outputs[entry.name] = _property(entry.schema, doc, secret=secret)
    required_inputs = [i.name for i in resource.inputs if i.required]
    always = [resource.own, *required_inputs]
    named = {"aliases": [{"type": old} for old in before(resource.token)]} if before(resource.token) else {}
    return {
        **named,
        "description": resource.doc + _id_doc(resource),
        "inputProperties": inputs,
        "requiredInputs": required_inputs,
        "properties": outputs,
        "required": [name for name in outputs if name in always],
    } | ({"listInputs": _list_inputs(resource)} if resource.list_token else {})


def _parents(resource: ResourceType) -> dict[str, Any]:
    inputs = {i.name: i for i in resource.inputs if i.parent}
    return {name: {"type": "string", "description": inputs[name].doc} for name in resource.parents}


def _list_inputs(resource: ResourceType) -> dict[str, Any]:
    """What a listing takes: the parents, and the filters that Twilio has."""
    filters = {name: {"type": "string", "description": "Twilio's filter of this name."} for name, _ in resource.filters}
    required = [p for p in resource.parents if p != ACCOUNT]
    return {"type": "object", "properties": _parents(resource) | filters, "required": required}


def _list(resource: ResourceType) -> dict[str, Any]:
    any_object = {"$ref": "pulumi.json#/Any"}
    outputs = {
        "ids": {"type": "array", "items": {"type": "string"}, "description": "Their ids, as import takes them."},
        "items": {
            "type": "array",
            "items": any_object,
            "description": f"What each shows, with the properties that `{resource.get_token}` gives.",
        },
    }
    return {
        "description": f"List what there is of {resource.name}.",
        "inputs": _list_inputs(resource),
        "outputs": {"type": "object", "properties": outputs, "required": list(outputs)},
    }


def _get(resource: ResourceType) -> dict[str, Any]:
    inputs = _parents(resource)
    if resource.singleton:
        return _got(resource, inputs, "")
    what = "SID or id" if resource.sid else resource.own
    inputs[resource.own] = {"type": "string", "description": f"The {what} to look up."}
    either = f"its {resource.own}"
    if resource.lookup and resource.lookup != resource.own:
        inputs[resource.lookup] = {"type": "string", "description": "The name to look up, where the SID is not known."}
        either = f"its {resource.own} or its {resource.lookup}; exactly one of them is given"
    for name in resource.beside_lookup:
        said = f"Which of those with the same {resource.lookup}, where there are several."
        inputs[name] = {"type": "string", "description": said}
    return _got(resource, inputs, f" by {either}")


def _got(resource: ResourceType, inputs: dict[str, Any], how: str) -> dict[str, Any]:
    outputs = {"id": {"type": "string", "description": "The id, as import takes it."}}
    always = ["id", resource.own] if resource.own else ["id"]
    outputs |= {o.name: _lookup_property(o, resource) for o in resource.outputs if o.name not in resource.once}
    for parent in resource.parents:
        outputs.setdefault(parent, _property({"type": "string"}, descriptions(resource)(parent, "")))
    return {
        "description": f"Look up an existing {resource.name}{how}.",
        "inputs": {"type": "object", "properties": inputs, "required": [p for p in resource.parents if p != ACCOUNT]},
        "outputs": {"type": "object", "properties": outputs, "required": always},
    }


def _lookup_property(output: Output, resource: ResourceType) -> dict[str, Any]:
    doc = descriptions(resource)(output.name, output.doc)
    return _property(output.schema, doc, secret=output.name in resource.secrets)


def _property(schema: dict[str, Any], doc: str, *, secret: bool = False, replace: bool = False) -> dict[str, Any]:
    made = dict(schema)
    if doc:
        made["description"] = doc
    if secret:
        made["secret"] = True
    if replace:
        made["replaceOnChanges"] = True
    return made


def _id_doc(resource: ResourceType) -> str:
    path = resource.item.removeprefix(f"/{resource.version}/").removesuffix(".json")
    if resource.sid:
        path = path.replace("{" + resource.own + "}", resource.sid + "...")
    tail = f"\n\nOf its deletion: {resource.why_delete}" if resource.why_delete else ""
    if resource.lost:
        tail += f"\n\nIf it is deleted or replaced, with it {resource.lost}: give it the option `protect`, or "
        tail += "`retainOnDelete` where it is to outlive the stack."
    return f"{tail}\n\nIts id is `{path}`; `pulumi import {resource.token} <name> <id>` takes that.\n"
