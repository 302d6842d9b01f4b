# ruff: noqa: S106 - a Pulumi token is a type's name, not a password

"""Conversation Memory and Enterprise Knowledge: https://www.twilio.com/docs/api/memory, .../api/knowledge.

Both answer a create with an operation; it is waited for.
"""

from twilio_provider.overlays.model import Overlay

_OPERATION = ("message", "statusUrl")
_ERROR = ("code", "message", "more_info")

OVERLAYS = (
    Overlay(
        sdk=("memory", "v1", "Store"),
        token="twilio:memory:Store",
        sid="",
        lost="go the profiles of customers",
        doc="A Memory Store: the customer profiles of an account's conversations.",
        key=("displayName",),
        lookup="displayName",
        required=("displayName",),
        hidden=(*_OPERATION, "stores", "meta"),
        volatile=("status", "version", "dataAsOf"),
    ),
    Overlay(
        sdk=("memory", "v1", "TraitGroup"),
        token="twilio:memory:TraitGroup",
        sid="",
        doc="Traits of a Memory Store's profiles, under one name. `traits` stands as in Twilio's reference.",
        key=("displayName",),
        required=("displayName",),
        own_wire="displayName",
        shown={"displayName": "displayName"},
        hidden=(*_OPERATION, "traitGroup", "meta"),
        volatile=("version",),
        listed=False,
    ),
    Overlay(
        sdk=("memory", "v1", "DataMapping"),
        token="twilio:memory:DataMapping",
        sid="",
        doc="How data from elsewhere becomes traits of a Memory Store's profiles.",
        lookup="displayName",
        required=("displayName", "mappingTo", "mappingFrom"),
        hidden=_OPERATION,
        volatile=("version",),
    ),
    Overlay(
        sdk=("knowledge", "v2", "KnowledgeBasis"),
        token="twilio:knowledge:KnowledgeBase",
        sid="",
        lost="goes all that was read into it",
        doc="A Knowledge Base: the container of what agents and assistants may look up.",
        path={"kb_id": "knowledgeBaseId"},
        key=("displayName",),
        lookup="displayName",
        required=("displayName",),
        hidden=_OPERATION,
        volatile=("status", "version"),
    ),
    Overlay(
        sdk=("knowledge", "v2", "Knowledge"),
        token="twilio:knowledge:Knowledge",
        sid="",
        doc="A source of a Knowledge Base. `source` stands as in Twilio's reference; it may hold credentials of where "
        "the knowledge is fetched from, so it is a secret.",
        path={"kb_id": "knowledgeBaseId"},
        lookup="name",
        required=("name", "source"),
        secrets=("source",),
        hidden=_ERROR,
        volatile=("status",),
        plural="Knowledge",
    ),
    Overlay(
        sdk=("knowledge", "v1", "Knowledge"),
        token="twilio:knowledge:KnowledgeV1",
        sid="",
        doc="A source of knowledge of the API's first version, which knows no Knowledge Bases. What "
        "`knowledgeSourceDetails` says may hold credentials, so it is a secret.",
        path={"id": "knowledgeId"},
        lookup="name",
        required=("name", "type"),
        secrets=("knowledgeSourceDetails",),
        volatile=("status",),
        plural="KnowledgeV1",
    ),
)
