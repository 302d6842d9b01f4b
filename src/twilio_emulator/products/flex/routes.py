"""Flex's interactions over HTTP. JSON parameters (Channel, Routing, MediaProperties) come as text in a form."""

from twilio_emulator.core.call import Call
from twilio_emulator.core.errors import ApiError, invalid_parameter
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.flex import interactions, invites, participants, state, views
from twilio_emulator.products.flex.state import Doc


def _channel(world: World, call: Call, name: str = "ChannelSid") -> Doc:
    return state.get_channel(world, call.vars["InteractionSid"], call.vars[name])


def _json(call: Call, name: str, *, required: bool = True) -> Doc | None:
    found = state.parsed(call.form.get(name), name)
    if found is None and required:
        raise ApiError(400, 20001, f"Missing required parameter {name} in the post body")
    return found


def create_interaction(world: World, call: Call) -> Doc:
    channel, routing = _json(call, "Channel") or {}, _json(call, "Routing", required=False)
    return views.interaction(interactions.create(world, call.account_sid, channel, routing))


def fetch_interaction(world: World, call: Call) -> Doc:
    return views.interaction(state.get_interaction(world, call.vars["Sid"]))


def fetch_channel(world: World, call: Call) -> Doc:
    return views.channel(_channel(world, call, "Sid"))


def list_channels(world: World, call: Call) -> Doc:
    """One channel an interaction, always."""
    found = state.get_interaction(world, call.vars["InteractionSid"])
    one = state.get_channel(world, found["sid"], found["channel_sid"])
    return page(call, [views.channel(one)], "channels")


def update_channel(world: World, call: Call) -> Doc:
    routing = _json(call, "Routing", required=False)
    status = call.form.required("Status")
    return views.channel(state.update_channel(world, call.vars["InteractionSid"], call.vars["Sid"], status, routing))


def create_participant(world: World, call: Call) -> Doc:
    if "RoutingProperties" in call.form:
        raise invalid_parameter("RoutingProperties", "not served yet by this emulator")
    media = _json(call, "MediaProperties") or {}
    return views.participant(participants.create(world, _channel(world, call), call.form.required("Type"), media))


def list_participants(world: World, call: Call) -> Doc:
    found = participants.listed(world, _channel(world, call))
    return page(call, [views.participant(doc) for doc in found], "participants")


def update_participant(world: World, call: Call) -> Doc:
    status = call.form.required("Status")
    return views.participant(participants.update(world, _channel(world, call), call.vars["Sid"], status))


def create_invite(world: World, call: Call) -> Doc:
    routing = _json(call, "Routing") or {}
    return views.invite(world, invites.create_invite(world, _channel(world, call), routing))


def list_invites(world: World, call: Call) -> Doc:
    found = invites.list_invites(world, _channel(world, call))
    return page(call, [views.invite(world, doc) for doc in found], "invites")


_I = "/v1/Interactions"
_C = f"{_I}/{{InteractionSid}}/Channels"
_IN = f"{_C}/{{ChannelSid}}"
ROUTES = [
    Route("POST", _I, "CreateInteraction", create_interaction),
    Route("GET", f"{_I}/{{Sid}}", "FetchInteraction", fetch_interaction),
    Route("GET", _C, "ListInteractionChannel", list_channels),
    Route("GET", f"{_C}/{{Sid}}", "FetchInteractionChannel", fetch_channel),
    Route("POST", f"{_C}/{{Sid}}", "UpdateInteractionChannel", update_channel),
    Route("POST", f"{_IN}/Participants", "CreateInteractionChannelParticipant", create_participant),
    Route("GET", f"{_IN}/Participants", "ListInteractionChannelParticipant", list_participants),
    Route("POST", f"{_IN}/Participants/{{Sid}}", "UpdateInteractionChannelParticipant", update_participant),
    Route("POST", f"{_IN}/Invites", "CreateInteractionChannelInvite", create_invite),
    Route("GET", f"{_IN}/Invites", "ListInteractionChannelInvite", list_invites),
]
