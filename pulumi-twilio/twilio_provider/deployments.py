"""What is live: a Deployment is there for good, but only the last one of its ServerlessEnvironment serves anything."""

from collections.abc import Mapping
from typing import Any

from twilio_api.errors import Refused

from twilio_provider.catalogue.model import ResourceType
from twilio_provider.paths import item_url
from twilio_provider.session import Session
from twilio_provider.values import plain

BUILD = "buildSid"


def live_build(session: Session, resource: ResourceType, identity: str) -> str | None:
    """The SID of the Build that runs where this Deployment is; "" for none, None where that is gone."""
    place = identity.rsplit("/", 2)[0]
    try:
        return str(session.item(item_url(resource, place)).get("build_sid") or "")
    except Refused as refusal:
        if refusal.absent:
            return None
        raise


def undeploy(session: Session, resource: ResourceType, identity: str, state: Mapping[str, Any]) -> None:
    """Take a Build off its ServerlessEnvironment, if it is the one that is live there."""
    collection = identity.rsplit("/", 1)[0]
    if any(made.startswith(collection + "/") for made in session.claims.made()):
        return  # replaced by us just now: another Build is live
    try:
        if live_build(session, resource, identity) == plain(state.get(BUILD)):
            session.request("POST", item_url(resource, collection), repeatable=True)
    except Refused as refusal:
        if not refusal.absent:
            raise
