"""An input that is a collection below its item: the event types of a Subscription."""

from collections.abc import Mapping
from typing import Any

from twilio_api.errors import Refused, TwilioError

from twilio_provider.catalogue.model import ResourceType
from twilio_provider.codecs import event_versions
from twilio_provider.paths import member_url
from twilio_provider.session import Session
from twilio_provider.values import plain


def listed(session: Session, resource: ResourceType, identity: str) -> list[dict[str, Any]]:
    """The members as Twilio lists them. Raises TwilioError where there are more than that."""
    found = session.whole(member_url(resource, identity))
    if not found.complete:
        raise TwilioError(
            f"{identity} has more than {len(found.items)} {resource.members[0]}" if resource.members else ""
        )
    return found.items


def change(
    session: Session, resource: ResourceType, identity: str, olds: Mapping[str, Any], news: Mapping[str, Any]
) -> None:
    """Add what is new, bring versions up to date, then take away what is not wanted: at no moment is there too little.

    Every step is one that may be repeated: a type that is there already, or gone already, is content.
    """
    name = resource.members[0] if resource.members else ""
    before, after = event_versions(plain(olds.get(name, []))), event_versions(plain(news[name]))
    for member, version in after.items():
        fields: dict[str, object] = {} if version is None else {"SchemaVersion": version}
        if member not in before:
            _add(session, resource, identity, member, fields)
        elif fields and before[member] != version:
            session.request("POST", member_url(resource, identity, member), form=fields, repeatable=True)
    for member in before:
        if member not in after:
            _remove(session, member_url(resource, identity, member))


def _add(session: Session, resource: ResourceType, identity: str, member: str, fields: dict[str, object]) -> None:
    try:
        session.request("POST", member_url(resource, identity), form={"Type": member, **fields}, repeatable=True)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        if fields:
            session.request("POST", member_url(resource, identity, member), form=fields, repeatable=True)


def _remove(session: Session, url: str) -> None:
    try:
        session.request("DELETE", url)
    except Refused as refusal:
        if not refusal.absent:
            raise
