"""What the official SDK sends, recorded: each list of a product, its operations and the shape of its answers.

Every ``create``, ``update``, ``fetch``, ``delete`` and ``page`` is called with sentinel values against an HTTP
client that answers nothing and writes down method, URL and fields. A parameter's wire name is whatever differs
when only that parameter changes, so no naming rule is guessed. No request leaves the process.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import twilio.rest
from twilio.base.domain import Domain
from twilio.base.list_resource import ListResource
from twilio.base.version import Version
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

_PAGING = {"page_token", "page_number", "page_size", "limit"}


@dataclass(frozen=True)
class RecordedField:
    """One parameter of an operation. ``where`` is form, json, query or header; ``type`` is the annotation, reduced."""

    name: str
    wire: str
    where: str
    type: str
    required: bool
    enum: tuple[str, ...] = ()
    doc: str = ""


@dataclass(frozen=True)
class RecordedOutput:
    """One property of an answer, under its name in the JSON."""

    wire: str
    type: str
    enum: tuple[str, ...] = ()
    doc: str = ""


@dataclass(frozen=True)
class RecordedOperation:
    """An operation: HTTP method, path template (with the SDK's names of path variables), parameters, body encoding."""

    method: str
    path: str
    fields: tuple[RecordedField, ...] = ()
    encoding: str = "form"


@dataclass
class RecordedResource:
    """A list of the SDK with what can be done to it and its items. ``skipped`` says why an operation is missing."""

    product: str
    version: str
    host: str
    name: str
    collection: str
    item: str | None = None
    operations: dict[str, RecordedOperation] = field(default_factory=dict)
    outputs: tuple[RecordedOutput, ...] = ()
    skipped: dict[str, str] = field(default_factory=dict)


@dataclass
class _Seen:
    method: str
    url: str
    values: dict[tuple[str, str], Any]


class _Recorder(HttpClient):  # type: ignore[misc]  # the SDK has no types
    """Answers every call with an empty object and remembers the last one."""

    def __init__(self) -> None:
        self.is_async = False
        self.last: _Seen | None = None

    def request(  # noqa: PLR0917 - the SDK's signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: object = None,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,  # noqa: ARG002
    ) -> Response:
        values = {("query", key): value for key, value in (params or {}).items()}
        values |= {("form", key): value for key, value in (data or {}).items()}
        values |= {("header", key): value for key, value in (headers or {}).items()}
        self.last = _Seen(method.upper(), uri, values)
        return Response({"POST": 201, "DELETE": 204}.get(method.upper(), 200), "{}")


def products() -> list[str]:
    """The names of all products that the SDK's client has."""
    client = Client("AC" + "0" * 32, "sentinel", http_client=_Recorder())
    names = [name for name, value in vars(Client).items() if isinstance(value, property)]
    return sorted(name for name in names if isinstance(getattr(client, name), Domain))


def record(products: list[str]) -> list[RecordedResource]:
    """Record every list of the products, given by the client's attribute names (``taskrouter``, ``flex_api``)."""
    recorder = _Recorder()
    client = Client("AC" + "0" * 32, "sentinel", http_client=recorder)
    found: list[RecordedResource] = []
    for product in products:
        domain = getattr(client, product)
        for version in _versions(domain):
            for resource in _children(version):
                found.extend(_walk(resource, product, version, recorder, {}))
    return found


def unreached(recorded: list[RecordedResource]) -> list[str]:
    """Lists with a ``create`` that the SDK has and its client does not lead to: ``<product>/<version>/<name>``."""
    known = {(r.product, r.name) for r in recorded}
    found = []
    for module in pkgutil.walk_packages(twilio.rest.__path__, "twilio.rest."):
        parts = module.name.split(".")
        for name, value in vars(importlib.import_module(module.name)).items():
            made_here = isinstance(value, type) and issubclass(value, ListResource) and value.__module__ == module.name
            short = name.removesuffix("List")
            if made_here and hasattr(value, "create") and (parts[2], short) not in known:
                found.append(f"{parts[2]}/{parts[3]}/{short}")
    return found


def _versions(domain: Any) -> Iterator[Version]:
    for name in sorted(dir(type(domain))):
        attribute = inspect.getattr_static(type(domain), name)
        if isinstance(attribute, property) and issubclass(_returned(attribute.fget), Version):
            yield getattr(domain, name)


def _returned(function: Any) -> type:
    """The class that a function says it returns, ``object`` where it does not say."""
    name = str(inspect.signature(function).return_annotation).strip("'\"<>").rsplit(".", maxsplit=1)[-1].rstrip("'>")
    found = vars(inspect.getmodule(function)).get(name)
    return found if isinstance(found, type) else object


def _children(owner: Any) -> Iterator[ListResource]:
    """Its lists: properties, and methods that take what is above the list (``conversations.v2.participants(id)``)."""
    for name in sorted(dir(type(owner))):
        if name.startswith("_"):
            continue
        attribute = inspect.getattr_static(type(owner), name)
        if isinstance(owner, Version) and inspect.isfunction(attribute) and name in vars(type(owner)):
            given = list(inspect.signature(attribute).parameters.values())[1:]
            required = [p for p in given if p.default is inspect.Parameter.empty]
            found = None
            with suppress(NameError):  # a method of routes v3 names a parameter that it does not have
                found = getattr(owner, name)(*[f"~v-{p.name}~" for p in required]) if required else None
            if isinstance(found, ListResource):
                yield found
            continue
        if not isinstance(attribute, property) or attribute.fget is None:
            continue
        if str(inspect.signature(attribute.fget).return_annotation).rstrip("'>").endswith("List"):
            yield getattr(owner, name)


def _walk(
    resource: Any, product: str, version: Version, recorder: _Recorder, names: dict[str, str]
) -> Iterator[RecordedResource]:
    names = names | {value: key for key, value in getattr(resource, "_solution", {}).items()}
    uri = getattr(resource, "_uri", "")
    entry = RecordedResource(
        product=product,
        version=version.version,
        host=version.domain.base_url.split("//")[1],
        name=type(resource).__name__.removesuffix("List"),
        collection=_template(f"/{version.version}{uri}", names),
    )
    context = _context(resource, len(names))
    solution: dict[str, str] = getattr(context, "_solution", {}) if context is not None else {}
    inner = names | {value: key for key, value in solution.items() if value not in names}
    _record_operation(entry, "create", getattr(resource, "create", None), recorder, names)
    _record_operation(entry, "list", getattr(resource, "page", None), recorder, names)
    changing = "patch" if hasattr(context, "patch") else "update"  # where both are, a patch touches only what it names
    for operation, method in (("fetch", "fetch"), ("update", changing), ("delete", "delete")):
        _record_operation(entry, operation, getattr(context, method, None), recorder, inner)
    if "fetch" in entry.operations:
        entry.item = entry.operations["fetch"].path
    instance = _instance_class(resource, context)
    if instance is not None:
        entry.outputs = tuple(_read_off(instance))
    yield entry
    if context is not None:
        for child in _children(context):
            yield from _walk(child, product, version, recorder, {})
    for child in _children(resource):  # a list that only holds others: Sip, the Configuration of Conversations
        yield from _walk(child, product, version, recorder, names)


def _context(resource: Any, depth: int) -> Any:
    if not callable(resource):
        return None
    parameters = inspect.signature(resource).parameters.values()
    return resource(*[f"~{depth}-{index}-{parameter.name}~" for index, parameter in enumerate(parameters)])


def _template(path: str, names: Mapping[str, str]) -> str:
    for value, name in names.items():
        path = path.replace(value, "{" + name + "}")
    return path.rstrip("/") or "/"


def _record_operation(
    entry: RecordedResource,
    name: str,
    method: Callable[..., Any] | None,
    recorder: _Recorder,
    names: Mapping[str, str],
) -> None:
    if method is None:
        return
    try:
        entry.operations[name] = _record(method, recorder, names, entry.host)
    except Exception as error:
        entry.skipped[name] = f"{type(error).__name__}: {error}"


def _record(method: Callable[..., Any], recorder: _Recorder, names: Mapping[str, str], host: str) -> RecordedOperation:
    parameters = [p for p in inspect.signature(method).parameters.values() if p.name not in _PAGING]
    models = {p.name: model for p in parameters if (model := _model(p, method)) is not None}
    required = {p.name: _sentinel(p, 0) for p in parameters if p.default is inspect.Parameter.empty}
    required |= {name: model({}) for name, model in models.items()}
    docs = _docs(method, "param")
    base = _call(method, recorder, required)
    fields = [f for model in models.values() for f in _model_fields(model)]
    for parameter in parameters:
        if parameter.name in models:
            continue
        seen = _call(method, recorder, required | {parameter.name: _sentinel(parameter, 1)})
        changed = [key for key, value in seen.values.items() if base.values.get(key) != value]
        changed = [key for key in changed if key[0] == "header"] or changed  # some lists repeat a header in the query
        if not changed:  # the SDK takes the parameter and never sends it: If-Match of some deletes
            continue
        if len(changed) > 1:
            raise ValueError(f"{parameter.name} changes {len(changed)} fields")
        where, wire = changed[0]
        kind, enum = _kind(parameter.annotation, method)
        fields.append(
            RecordedField(
                name=parameter.name,
                wire=wire,
                where=where,
                type=kind,
                required=parameter.name in required,
                enum=enum,
                doc=docs.get(parameter.name, ""),
            )
        )
    path = _template(base.url.split(host, 1)[1], names)
    encoding = "json" if base.values.get(("header", "Content-Type")) == "application/json" else "form"
    return RecordedOperation(base.method, path, tuple(fields), encoding)


def _model(parameter: inspect.Parameter, near: Any) -> Any:
    """The class of a parameter that is a model (it has ``to_dict``), else None."""
    owners = [owner for owner in vars(inspect.getmodule(near)).values() if isinstance(owner, type)]
    for name in re.findall(r"\w+", str(parameter.annotation)):
        for owner in owners:
            found = vars(owner).get(name)
            if isinstance(found, type) and hasattr(found, "to_dict"):
                return found
    return None


def _model_fields(model: type) -> Iterator[RecordedField]:
    """The properties of a model, read off its constructor. A model does not say which of them Twilio requires."""
    sent = model({}).to_dict()
    for read in _read_off(model):
        if read.wire not in sent:
            raise ValueError(f"{model.__name__} takes {read.wire} and does not send it")
        yield RecordedField(
            snake(read.wire), read.wire, "json", read.type, required=False, enum=read.enum, doc=read.doc
        )


def snake(name: str) -> str:
    """``FriendlyName`` -> ``friendly_name``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _call(method: Callable[..., Any], recorder: _Recorder, arguments: Mapping[str, Any]) -> _Seen:
    recorder.last = None
    try:
        method(**arguments)
    except Exception:
        if recorder.last is None:  # an answer the SDK cannot read is fine, a call it never made is not
            raise
    if recorder.last is None:
        raise ValueError("no request was made")
    return recorder.last


def _sentinel(parameter: inspect.Parameter, which: int) -> Any:  # noqa: PLR0911 - one case per kind
    annotation = str(parameter.annotation)
    text = f"~{parameter.name}-{which}~"
    if "List[" in annotation:
        return [{text: text}] if "object" in annotation.split("List[")[1].split("]", maxsplit=1)[0] else [text]
    if "Dict[" in annotation:
        return {text: text}
    if "datetime" in annotation or re.search(r"\bdate\b", annotation):
        return datetime(2020, 1, 1 + which, tzinfo=UTC)
    if re.search(r"\bbool\b", annotation):
        return bool(which)
    if re.search(r"\bint\b", annotation):
        return 7 + which
    if re.search(r"\bfloat\b", annotation):
        return 7.5 + which
    return text


def _kind(annotation: Any, near: Any) -> tuple[str, tuple[str, ...]]:
    """Reduce an annotation to string, integer, number, boolean, datetime, array, object or model, with enum values."""
    text = str(annotation)
    if "List[" in text:
        return "array", ()
    if "Dict[" in text:
        return "object", ()
    for pattern, kind in (
        (r"\bdatetime\b", "datetime"),
        (r"\bdate\b", "datetime"),
        (r"\bbool\b", "boolean"),
        (r"\bint\b", "integer"),
        (r"\bfloat\b", "number"),
    ):
        if re.search(pattern, text):
            return kind, ()
    enum = re.search(r"(\w+Instance)\.(\w+)", text)
    if enum:
        module = inspect.getmodule(near)
        values = getattr(getattr(module, enum[1], None), enum[2], None)
        members = {k: v for k, v in vars(values).items() if not k.startswith("_")} if values is not None else {}
        return "string", tuple(str(value) for value in members.values())
    if re.search(r"\bstr\b", text):
        return "string", ()
    return "object", ()


def _instance_class(resource: Any, context: Any) -> type | None:
    for method in (getattr(resource, "create", None), getattr(context, "fetch", None)):
        if method is not None:
            name = str(inspect.signature(method).return_annotation).strip("'\"<>").split(".")[-1]
            found = getattr(inspect.getmodule(method), name.rstrip("'>"), None)
            if isinstance(found, type):
                return found
    return None


def _read_off(instance: type) -> Iterator[RecordedOutput]:
    """The properties of an answer, or of a model, read off the constructor that takes it apart; each one once."""
    docs = _docs(instance, "ivar")
    seen = set()
    tree = ast.parse(textwrap.dedent(inspect.getsource(instance.__init__)))  # type: ignore[misc]
    for node in ast.walk(tree):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Attribute) or node.value is None:
            continue
        for call in ast.walk(node.value):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "payload.get":
                wire = ast.literal_eval(call.args[0])
                if wire in seen:
                    continue
                seen.add(wire)
                kind, enum = _kind(ast.unparse(node.annotation), instance)
                yield RecordedOutput(wire, kind, enum, docs.get(node.target.attr, ""))


def _docs(owner: Any, tag: str) -> dict[str, str]:
    text = inspect.getdoc(owner) or ""
    if isinstance(owner, type) and owner.__doc__ is None:  # its text stands below a nested class
        text = "\n".join(inspect.cleandoc(said) for said in _said_in(owner))
    found = re.findall(rf":{tag} (\w+): (.*?)(?=\n\s*:|\n\n|\Z)", text, re.DOTALL)
    return {name: " ".join(doc.split()) for name, doc in found}


def _said_in(owner: type) -> Iterator[str]:
    """The texts that stand by themselves in the body of a class."""
    # inspect.getsource, and to parse the module, take four times as long as all the rest
    source = inspect.getsource(importlib.import_module(owner.__module__))
    found = re.search(rf"^class {owner.__name__}\b.*?(?=^class |\Z)", source, re.MULTILINE | re.DOTALL)
    for node in ast.parse(found[0]).body[0].body if found else []:  # type: ignore[attr-defined]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
