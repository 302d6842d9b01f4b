# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Sync: https://www.twilio.com/docs/sync/api."""

from twilio_provider.overlays.model import Overlay

_URL_OFF = {"webhookUrl": ""}

OVERLAYS = (
    Overlay(
        sdk=("sync", "v1", "Service"),
        token="twilio:sync:Service",
        sid="IS",
        lost="go all Documents, Lists, Maps and Streams, those too that no program has made",
        doc="A Sync Service, the container of Documents, Lists, Maps and Streams.",
        lookup="friendlyName",
        defaults={
            **_URL_OFF,
            "friendlyName": "",
            "aclEnabled": False,
            "reachabilityWebhooksEnabled": False,
            "reachabilityDebouncingEnabled": False,
            "reachabilityDebouncingWindow": 5000,
            "webhooksFromRestEnabled": False,
        },
        stable=("uniqueName",),
        twin="Two Services of one friendly name. The empty one made at the time of the crash is ours: import the one "
        "that is in use, delete the other.",
    ),
    Overlay(
        sdk=("sync", "v1", "Document"),
        token="twilio:sync:Document",
        sid="ET",
        lost="goes its data",
        doc="A Sync Document: one JSON object.",
        key=("uniqueName",),
        lookup="uniqueName",
        codecs={"data": "json"},
        volatile=(
            "revision",
            "dateExpires",
        ),
    ),
    Overlay(
        sdk=("sync", "v1", "SyncList"),
        token="twilio:sync:List",
        sid="ES",
        lost="go all its items",
        doc="A Sync List: JSON objects in the order in which they were added.",
        key=("uniqueName",),
        lookup="uniqueName",
        volatile=(
            "revision",
            "dateExpires",
        ),
    ),
    Overlay(
        sdk=("sync", "v1", "SyncListItem"),
        token="twilio:sync:ListItem",
        sid="",
        doc="An item of a Sync List, named by its index.",
        codecs={"data": "json"},
        volatile=(
            "revision",
            "dateExpires",
        ),
        twin="A second item of the same data. Delete the one that no state knows.",
    ),
    Overlay(
        sdk=("sync", "v1", "SyncMap"),
        token="twilio:sync:Map",
        sid="MP",
        lost="go all its items",
        doc="A Sync Map: JSON objects by key.",
        key=("uniqueName",),
        lookup="uniqueName",
        volatile=(
            "revision",
            "dateExpires",
        ),
    ),
    Overlay(
        sdk=("sync", "v1", "SyncMapItem"),
        token="twilio:sync:MapItem",
        sid="",
        doc="An item of a Sync Map, named by its key.",
        key=("key",),
        codecs={"data": "json"},
        volatile=(
            "revision",
            "dateExpires",
        ),
    ),
    Overlay(
        sdk=("sync", "v1", "SyncStream"),
        token="twilio:sync:Stream",
        sid="TO",
        doc="A Sync Stream: messages that are passed on and not kept.",
        key=("uniqueName",),
        lookup="uniqueName",
        volatile=("dateExpires",),
    ),
    Overlay(
        sdk=("sync", "v1", "DocumentPermission"),
        token="twilio:sync:DocumentPermission",
        sid="",
        doc="What one identity may do with a Document, where the Service has ACLs enabled.",
        singleton=True,
        delete="request",
    ),
    Overlay(
        sdk=("sync", "v1", "SyncListPermission"),
        token="twilio:sync:ListPermission",
        sid="",
        doc="What one identity may do with a List, where the Service has ACLs enabled.",
        singleton=True,
        delete="request",
    ),
    Overlay(
        sdk=("sync", "v1", "SyncMapPermission"),
        token="twilio:sync:MapPermission",
        sid="",
        doc="What one identity may do with a Map, where the Service has ACLs enabled.",
        singleton=True,
        delete="request",
    ),
)
