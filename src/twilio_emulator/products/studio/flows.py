"""Flows and their revisions. Every update is a revision; what runs is the latest published one.

Sources: https://www.twilio.com/docs/studio/rest-api/v2/flow and .../flow-revision.
"""

from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.errors import invalid_parameter, not_found
from twilio_emulator.core.world import World
from twilio_emulator.products.studio import definition
from twilio_emulator.products.studio.kinds import FLOW, REVISION, Doc

STATUSES = ("draft", "published")


def create(world: World, account_sid: str, values: Doc) -> Doc:
    """A new flow; `values`: friendly_name, status, definition, commit_message."""
    flow: Doc = {
        "sid": world.sids.new("FW"),
        "account_sid": account_sid,
        "revision": 0,
        "published": None,
        "date_created": iso(world.clock.now()),
    }
    world.store.put(FLOW, flow["sid"], flow, parent=account_sid)
    return _revise(world, flow, {"commit_message": None, **values})


def validate(status: str, given: Any) -> None:
    """400 where a definition is wrong."""
    _checked_status(status)
    definition.check(given)


def fetch(world: World, account_sid: str, sid: str) -> Doc:
    """One of the account's flows; 404."""
    found = world.store.get(FLOW, sid)
    if found is None or found["account_sid"] != account_sid:
        raise not_found(f"/Flows/{sid}")
    return found


def every(world: World, account_sid: str) -> list[Doc]:
    """The account's flows in creation order."""
    return world.store.list(FLOW, account_sid)


def update(world: World, account_sid: str, sid: str, values: Doc) -> Doc:
    """The next revision: what is not given stays, but for the commit message."""
    flow = fetch(world, account_sid, sid)
    before = revision(world, flow, flow["revision"])
    kept = {"friendly_name": before["friendly_name"], "definition": before["definition"], "commit_message": None}
    return _revise(world, flow, {**kept, **values})


def delete(world: World, account_sid: str, sid: str) -> None:
    """Removes a flow with its revisions and executions; what runs of it ends."""
    fetch(world, account_sid, sid)
    world.store.delete_under(sid)
    world.store.delete(FLOW, sid)


def revision(world: World, flow: Doc, wanted: int | str) -> Doc:
    """A revision by number, or `LatestPublished`, `LatestRevision`; 404."""
    number = {"LatestPublished": flow["published"], "LatestRevision": flow["revision"]}.get(str(wanted), wanted)
    found = world.store.get(REVISION, f"{flow['sid']}/{number}")
    if found is None:
        raise not_found(f"/Flows/{flow['sid']}/Revisions/{wanted}")
    return found


def revisions(world: World, flow: Doc) -> list[Doc]:
    """All revisions, the newest first."""
    return world.store.list(REVISION, flow["sid"])[::-1]


def published(world: World, sid: str) -> Doc | None:
    """The revision that runs, or None."""
    flow = world.store.get(FLOW, sid)
    if flow is None or flow["published"] is None:
        return None
    return world.store.get(REVISION, f"{sid}/{flow['published']}")


def _revise(world: World, flow: Doc, values: Doc) -> Doc:
    validate(values["status"], values["definition"])
    number, now = flow["revision"] + 1, iso(world.clock.now())
    flow.update(
        friendly_name=values["friendly_name"],
        status=values["status"],
        revision=number,
        published=number if values["status"] == "published" else flow["published"],
        commit_message=values["commit_message"],
        date_updated=now,
    )
    world.store.update(FLOW, flow["sid"], flow)
    made = {
        "sid": flow["sid"],
        "account_sid": flow["account_sid"],
        "revision": number,
        "date_created": now,
        "date_updated": now,
        **values,
    }
    world.store.put(REVISION, f"{flow['sid']}/{number}", made, parent=flow["sid"])
    return flow


def _checked_status(status: str) -> None:
    if status not in STATUSES:
        raise invalid_parameter("Status", "draft or published is expected")
