"""JSON of Studio as Twilio's OpenAPI `twilio_studio_v2` has it."""

from typing import Any

from twilio_emulator.core.webhooks import STUDIO_HOST
from twilio_emulator.products.studio.kinds import Doc

BASE = "https://studio.twilio.com/v2/Flows"


def flow(doc: Doc, revision: Doc | None) -> Doc:
    """A flow; in a list (`revision` None) without its definition."""
    url = f"{BASE}/{doc['sid']}"
    names = {"test_users": "TestUsers", "revisions": "Revisions", "executions": "Executions"}
    return {
        **_pick(doc, "sid account_sid friendly_name status revision date_created date_updated"),
        **_content(revision),
        "author_sid": None,
        "warnings": None if revision is None else [],
        "webhook_url": f"https://{STUDIO_HOST}/v1/Accounts/{doc['account_sid']}/Flows/{doc['sid']}",
        "url": url,
        "links": {name: f"{url}/{path}" for name, path in names.items()},
    }


def revision(doc: Doc, *, whole: bool = True) -> Doc:
    """A revision of a flow; in a list without its definition."""
    return {
        **_pick(doc, "sid account_sid friendly_name status revision date_created date_updated"),
        **_content(doc if whole else None),
        "author_sid": None,
        "url": f"{BASE}/{doc['sid']}/Revisions/{doc['revision']}",
    }


def execution(doc: Doc) -> Doc:
    """An execution; its context has a resource of its own."""
    url = f"{BASE}/{doc['flow_sid']}/Executions/{doc['sid']}"
    fields = (
        "sid account_sid flow_sid flow_version contact_channel_address contact_sid status initiated_by date_created "
        "date_updated"
    )
    return {
        **_pick(doc, fields),
        "context": {},
        "url": url,
        "links": {"steps": f"{url}/Steps", "execution_context": f"{url}/Context"},
    }


def execution_context(doc: Doc) -> Doc:
    """What an execution knows."""
    return {
        **_pick(doc, "account_sid flow_sid context"),
        "execution_sid": doc["sid"],
        "url": f"{BASE}/{doc['flow_sid']}/Executions/{doc['sid']}/Context",
    }


def step(doc: Doc) -> Doc:
    """A step of an execution."""
    url = _step_url(doc)
    return {**doc, "context": {}, "url": url, "links": {"step_context": f"{url}/Context"}}


def step_context(doc: Doc) -> Doc:
    """What the execution knew then."""
    return {
        **_pick(doc, "account_sid flow_sid execution_sid context"),
        "step_sid": doc["sid"],
        "url": f"{_step_url(doc)}/Context",
    }


def _step_url(doc: Doc) -> str:
    return f"{BASE}/{doc['flow_sid']}/Executions/{doc['execution_sid']}/Steps/{doc['sid']}"


def _content(doc: Doc | None) -> dict[str, Any]:
    if doc is None:
        return {"definition": None, "commit_message": None, "valid": None, "errors": None}
    return {**_pick(doc, "definition commit_message"), "valid": True, "errors": []}


def _pick(doc: Doc, names: str) -> dict[str, Any]:
    return {name: doc[name] for name in names.split()}
