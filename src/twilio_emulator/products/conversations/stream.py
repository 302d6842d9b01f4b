"""Conversations' events as Event Streams tells them, whoever wrote and however.

Source: https://www.twilio.com/docs/events/event-types/conversations/message (schema Conversations.MessageAdded).
"""

from twilio_emulator.core import feed
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations.state import Doc


def message_added(world: World, conversation: Doc, message: Doc) -> None:
    """Tells of a new message; fields without a value are left out."""
    data = {
        "AccountSid": message["account_sid"],
        "Author": message["author"],
        "ParticipantSid": message["participant_sid"],
        "ConversationSid": message["conversation_sid"],
        "MessageSid": message["sid"],
        "Index": message["index"],
        "MessageBody": message["body"],
        "DateCreated": message["date_created"].replace("Z", ".000Z"),
        "MessagingServiceSid": conversation["messaging_service_sid"],
    }
    shown = {name: value for name, value in data.items() if value is not None}
    name = "com.twilio.conversations.message.added"
    feed.tell(world, feed.Happening(message["account_sid"], name, message["conversation_sid"], shown))
