"""JSON of Flex's interactions as Twilio's OpenAPI `twilio_flex_v1` and the documented example answers have it."""

from twilio_emulator.core.world import World
from twilio_emulator.products.flex.state import Doc

BASE = "https://flex-api.twilio.com/v1/Interactions"


def interaction(doc: Doc) -> Doc:
    """An interaction; `routing` is that of its first invite."""
    url = f"{BASE}/{doc['sid']}"
    return {
        "sid": doc["sid"],
        "channel": {"type": doc["channel_type"], "sid": doc["channel_sid"]},
        "routing": doc["routing"],
        "interaction_context_sid": doc["interaction_context_sid"],
        "webhook_ttid": doc["webhook_ttid"],
        "url": url,
        "links": {"channels": f"{url}/Channels"},
    }


def channel(doc: Doc) -> Doc:
    """An interaction channel."""
    url = _channel_url(doc["interaction_sid"], doc["sid"])
    return {
        "sid": doc["sid"],
        "interaction_sid": doc["interaction_sid"],
        "type": doc["type"],
        "status": doc["status"],
        "error_code": None,
        "error_message": None,
        "url": url,
        "links": {
            "participants": f"{url}/Participants",
            "invites": f"{url}/Invites",
            "transfers": f"{url}/Transfers",
        },
    }


def participant(doc: Doc) -> Doc:
    """A participant of a channel."""
    return {
        "sid": doc["sid"],
        "interaction_sid": doc["interaction_sid"],
        "channel_sid": doc["channel_sid"],
        "type": doc["type"],
        "routing_properties": doc["routing_properties"],
        "url": f"{_channel_url(doc['interaction_sid'], doc['channel_sid'])}/Participants/{doc['sid']}",
    }


def invite(world: World, doc: Doc) -> Doc:
    """An invite with the task it made; with the switch `invite_answer` on `bare`, with what was sent only."""
    return {
        "sid": doc["sid"],
        "interaction_sid": doc["interaction_sid"],
        "channel_sid": doc["channel_sid"],
        "routing": routing(world, doc),
        "url": f"{_channel_url(doc['interaction_sid'], doc['channel_sid'])}/Invites/{doc['sid']}",
    }


def routing(world: World, doc: Doc) -> Doc:
    """The `routing` of an invite's answer."""
    if world.switches["invite_answer"] == "bare":
        sent: Doc = doc["sent"]
        return sent
    return {"reservation": None, "properties": doc["snapshot"]}


def _channel_url(interaction_sid: str, sid: str) -> str:
    return f"{BASE}/{interaction_sid}/Channels/{sid}"
