"""How an interaction begins: bound to a conversation that is there, or with a new one for an outbound message.

Source: https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interactions.
Inbound: `channel.properties.media_channel_sid` is the conversation. Agent-initiated: `channel.participants` has the
customer's address, and routing names queue and worker.
"""

from twilio_emulator.core.errors import invalid_parameter
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state as conversations
from twilio_emulator.products.flex import invites, participants, state, views
from twilio_emulator.products.flex.state import INTERACTION, Doc
from twilio_emulator.products.flex_configuration import state as flex_configuration

INITIATORS = ("customer", "agent", "api")


def create(world: World, account_sid: str, channel: Doc, routing: Doc | None) -> Doc:
    """An interaction: its channel, the customers already in the conversation, and an invite where routing is given."""
    kind, initiated_by = channel.get("type"), channel.get("initiated_by")
    if kind not in state.TYPES:
        raise invalid_parameter("Channel", f"type: {', '.join(state.TYPES)} are allowed")
    if initiated_by not in INITIATORS:
        raise invalid_parameter("Channel", f"initiated_by: {', '.join(INITIATORS)} are allowed")
    conversation_sid = (channel.get("properties") or {}).get("media_channel_sid")
    if not conversation_sid:
        conversation_sid = _new_conversation(world, account_sid, kind, channel.get("participants"))
    interaction, made = state.create_interaction(world, account_sid, kind, conversation_sid)
    for member in conversations.list_participants(world, made["conversation_sid"]):
        participants.add(world, made, "customer", media_sid=member["sid"])
    if routing is not None:
        invite = invites.create_invite(world, made, routing, initiated_by=initiated_by)
        interaction["routing"] = views.routing(world, invite)
        world.store.update(INTERACTION, interaction["sid"], interaction)
    return interaction


def _new_conversation(world: World, account_sid: str, kind: str, members: object) -> str:
    if not isinstance(members, list) or not members or not all(isinstance(member, dict) for member in members):
        raise invalid_parameter("Channel", "properties.media_channel_sid or a list of participants is expected")
    configured = flex_configuration.find(world, account_sid) or {}
    service_sid = configured.get("chat_service_instance_sid")
    service = (
        conversations.get_service(world, service_sid)
        if service_sid
        else conversations.default_service(world, account_sid)
    )
    conversation = conversations.create_conversation(world, service)
    for member in members:
        conversations.add_participant(
            world,
            conversation["sid"],
            identity=member.get("identity"),
            address=member.get("address"),
            proxy_address=member.get("proxy_address"),
            binding_type=kind if kind in {"sms", "whatsapp"} else None,
        )
    return str(conversation["sid"])
