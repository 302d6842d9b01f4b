"""JSON of Serverless resources, by Twilio's OpenAPI. `url` and `links` name serverless.twilio.com, for uploads too."""

from typing import Any

from twilio_emulator.products.serverless.code import Code
from twilio_emulator.products.serverless.rules import Doc

_BASE = "https://serverless.twilio.com/v1/Services"
_HIDDEN = {"polls"}


def _shown(doc: Doc, url: str, **links: str) -> dict[str, Any]:
    shown = {name: value for name, value in doc.items() if name not in _HIDDEN} | {"url": url}
    if links:
        shown["links"] = {name: f"{url}/{path}" for name, path in links.items()}
    return shown


def service(doc: Doc) -> dict[str, Any]:
    """A service."""
    links = {name.lower(): name for name in ("Environments", "Functions", "Assets", "Builds")}
    return _shown(doc, f"{_BASE}/{doc['sid']}", **links)


def environment(doc: Doc) -> dict[str, Any]:
    """An environment."""
    links = {name.lower(): name for name in ("Variables", "Deployments", "Logs")}
    return _shown(doc, f"{_BASE}/{doc['service_sid']}/Environments/{doc['sid']}", **links)


def below_environment(collection: str, doc: Doc) -> dict[str, Any]:
    """A variable or a deployment."""
    return _shown(doc, f"{_BASE}/{doc['service_sid']}/Environments/{doc['environment_sid']}/{collection}/{doc['sid']}")


def code(kind: Code, doc: Doc) -> dict[str, Any]:
    """A function or an asset."""
    url = f"{_BASE}/{doc['service_sid']}/{kind.name}s/{doc['sid']}"
    return _shown(doc, url, **{kind.versions_field: "Versions"})


def version(kind: Code, doc: Doc) -> dict[str, Any]:
    """A version of a function (with a link to its content) or of an asset."""
    links = {"function_version_content": "Content"} if kind.name == "Function" else {}
    return _shown(doc, _version_url(kind, doc), **links)


def version_content(kind: Code, doc: Doc, source: bytes) -> dict[str, Any]:
    """A function version's source."""
    kept = {name: doc[name] for name in ("sid", "account_sid", "service_sid", kind.field)}
    return kept | {"content": source.decode(errors="replace"), "url": f"{_version_url(kind, doc)}/Content"}


def build(doc: Doc, status: str) -> dict[str, Any]:
    """A build with what is in it; visibilities are upper-case here, as in Twilio's own example."""
    shown = _shown(doc, _build_url(doc), build_status="Status") | {"status": status}
    for name in ("function_versions", "asset_versions"):
        shown[name] = [item | {"visibility": item["visibility"].upper()} for item in doc[name]]
    return shown


def build_status(doc: Doc, status: str) -> dict[str, Any]:
    """A build's status."""
    kept = {name: doc[name] for name in ("sid", "account_sid", "service_sid")}
    return kept | {"status": status, "url": f"{_build_url(doc)}/Status"}


def _build_url(doc: Doc) -> str:
    return f"{_BASE}/{doc['service_sid']}/Builds/{doc['sid']}"


def _version_url(kind: Code, doc: Doc) -> str:
    return f"{_BASE}/{doc['service_sid']}/{kind.name}s/{doc[kind.field]}/Versions/{doc['sid']}"
