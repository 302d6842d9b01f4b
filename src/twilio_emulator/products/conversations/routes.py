"""Conversations v1 over HTTP: what is parsed here, ruled by `state`, `messages` and `webhooks`, shown by `views`.

Every operation exists twice: below a service, and without one for the account's default service.
"""

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.errors import ApiError, not_found
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Handler, Route
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import configuration, messages, state, views, webhooks
from twilio_emulator.products.conversations.state import CONVERSATION, SERVICE, Doc

_NO_CONTENT = Reply(204)
_CONVERSATION_FIELDS = {
    "FriendlyName": "friendly_name",
    "UniqueName": "unique_name",
    "Attributes": "attributes",
    "MessagingServiceSid": "messaging_service_sid",
    "State": "state",
}
_NOT_SERVED = ("Timers.Inactive", "Timers.Closed", "Bindings.Email.Address", "Bindings.Email.Name")


def _service(world: World, call: Call) -> Doc:
    sid = call.vars.get("ChatServiceSid")
    return state.get_service(world, sid) if sid else state.default_service(world, call.account_sid)


def _base(call: Call) -> str:
    sid = call.vars.get("ChatServiceSid")
    return f"{views.BASE}/Services/{sid}" if sid else views.BASE


def _conversation(world: World, call: Call, name: str = "ConversationSid") -> Doc:
    """Without a service: by SID in any service, as at Twilio, and by unique name in the default one."""
    wanted = call.vars[name]
    if "ChatServiceSid" not in call.vars and wanted.startswith("CH"):
        return state.get_conversation(world, wanted)
    return state.get_conversation(world, wanted, _service(world, call)["sid"])


def _changes(call: Call, names: dict[str, str]) -> Doc:
    return {field: call.form.get(name) for name, field in names.items() if name in call.form}


def _refuse_unserved(call: Call, names: tuple[str, ...]) -> None:
    sent = [name for name in names if name in call.form]
    if sent:
        raise ApiError(501, 20501, f"{', '.join(sent)}: not served yet by this emulator")


def _webhooks_enabled(call: Call) -> bool:
    return call.headers.get("x-twilio-webhook-enabled", "false").lower() == "true"


def create_service(world: World, call: Call) -> Doc:
    return views.service(state.create_service(world, call.account_sid, call.form.required("FriendlyName")))


def fetch_service(world: World, call: Call) -> Doc:
    return views.service(state.get_service(world, call.vars["Sid"]))


def list_services(world: World, call: Call) -> Doc:
    return page(call, [views.service(doc) for doc in world.store.list(SERVICE, call.account_sid)], "services")


def delete_service(world: World, call: Call) -> Reply:
    sid = state.get_service(world, call.vars["Sid"])["sid"]
    world.store.delete(SERVICE, sid)
    world.store.delete_under(sid)
    return _NO_CONTENT


def create_conversation(world: World, call: Call) -> Doc:
    _refuse_unserved(call, _NOT_SERVED)
    made = state.create_conversation(world, _service(world, call), **_changes(call, _CONVERSATION_FIELDS))
    return views.conversation(_base(call), made)


def fetch_conversation(world: World, call: Call) -> Doc:
    return views.conversation(_base(call), _conversation(world, call, "Sid"))


def list_conversations(world: World, call: Call) -> Doc:
    wanted = {"state": value} if (value := call.query.get("State")) else {}
    found = world.store.list(CONVERSATION, _service(world, call)["sid"], **wanted)
    return page(call, [views.conversation(_base(call), doc) for doc in found], "conversations")


def update_conversation(world: World, call: Call) -> Doc:
    _refuse_unserved(call, _NOT_SERVED)
    before = _conversation(world, call, "Sid")
    after = state.update_conversation(world, before["sid"], _changes(call, _CONVERSATION_FIELDS))
    if after["state"] != before["state"] and _webhooks_enabled(call):
        webhooks.state_updated(world, after, before["state"])
    return views.conversation(_base(call), after)


def delete_conversation(world: World, call: Call) -> Reply:
    state.delete_conversation(world, _conversation(world, call, "Sid")["sid"])
    return _NO_CONTENT


def create_participant(world: World, call: Call) -> Doc:
    made = state.add_participant(
        world,
        _conversation(world, call)["sid"],
        identity=call.form.get("Identity"),
        address=call.form.get("MessagingBinding.Address"),
        proxy_address=call.form.get("MessagingBinding.ProxyAddress"),
        attributes=call.form.get("Attributes"),
    )
    return views.participant(_base(call), made)


def fetch_participant(world: World, call: Call) -> Doc:
    found = state.get_participant(world, _conversation(world, call)["sid"], call.vars["Sid"])
    return views.participant(_base(call), found)


def list_participants(world: World, call: Call) -> Doc:
    found = state.list_participants(world, _conversation(world, call)["sid"])
    return page(call, [views.participant(_base(call), doc) for doc in found], "participants")


def update_participant(world: World, call: Call) -> Doc:
    changes = _changes(call, {"Attributes": "attributes", "Identity": "identity"})
    done = state.update_participant(world, _conversation(world, call)["sid"], call.vars["Sid"], changes)
    return views.participant(_base(call), done)


def delete_participant(world: World, call: Call) -> Reply:
    state.remove_participant(world, _conversation(world, call)["sid"], call.vars["Sid"])
    return _NO_CONTENT


def create_message(world: World, call: Call) -> Doc:
    _refuse_unserved(call, ("MediaSid", "ContentSid"))
    made = messages.add_message(
        world,
        _conversation(world, call)["sid"],
        author=call.form.get("Author"),
        body=call.form.get("Body"),
        attributes=call.form.get("Attributes"),
    )
    if _webhooks_enabled(call):
        webhooks.message_added(world, made, source="API")
    return views.message(_base(call), made)


def fetch_message(world: World, call: Call) -> Doc:
    found = messages.get_message(world, _conversation(world, call)["sid"], call.vars["Sid"])
    return views.message(_base(call), found)


def list_messages(world: World, call: Call) -> Doc:
    order = call.query.get("Order") or "asc"
    found = messages.list_messages(world, _conversation(world, call)["sid"], order)
    return page(call, [views.message(_base(call), doc) for doc in found], "messages")


def update_message(world: World, call: Call) -> Doc:
    changes = _changes(call, {"Author": "author", "Body": "body", "Attributes": "attributes"})
    done = messages.update_message(world, _conversation(world, call)["sid"], call.vars["Sid"], changes)
    return views.message(_base(call), done)


def delete_message(world: World, call: Call) -> Reply:
    messages.delete_message(world, _conversation(world, call)["sid"], call.vars["Sid"])
    return _NO_CONTENT


def create_webhook(world: World, call: Call) -> Doc:
    form = call.form
    made = webhooks.create_webhook(
        world,
        _conversation(world, call)["sid"],
        target=form.required("Target"),
        url=form.get("Configuration.Url"),
        method=form.get("Configuration.Method"),
        filters=form.all("Configuration.Filters"),
        flow_sid=form.get("Configuration.FlowSid"),
        replay_after=form.int("Configuration.ReplayAfter"),
    )
    return views.webhook(_base(call), made)


def fetch_webhook(world: World, call: Call) -> Doc:
    found = webhooks.get_webhook(world, _conversation(world, call)["sid"], call.vars["Sid"])
    return views.webhook(_base(call), found)


def list_webhooks(world: World, call: Call) -> Doc:
    found = webhooks.list_webhooks(world, _conversation(world, call)["sid"])
    return page(call, [views.webhook(_base(call), doc) for doc in found], "webhooks")


def update_webhook(world: World, call: Call) -> Doc:
    names = {"Configuration.Url": "url", "Configuration.Method": "method", "Configuration.FlowSid": "flow_sid"}
    changes = _changes(call, names)
    if "Configuration.Filters" in call.form:
        changes["filters"] = call.form.all("Configuration.Filters")
    done = webhooks.update_webhook(world, _conversation(world, call)["sid"], call.vars["Sid"], changes)
    return views.webhook(_base(call), done)


def delete_webhook(world: World, call: Call) -> Reply:
    webhooks.delete_webhook(world, _conversation(world, call)["sid"], call.vars["Sid"])
    return _NO_CONTENT


def list_participant_conversations(world: World, call: Call) -> Doc:
    identity, address = call.query.get("Identity"), call.query.get("Address")
    if (identity is None) == (address is None):
        raise not_found("/ParticipantConversations without Identity or Address")
    found = []
    for conversation in world.store.list(CONVERSATION, _service(world, call)["sid"]):
        for doc in state.list_participants(world, conversation["sid"]):
            binding = doc["messaging_binding"] or {}
            if (identity and doc["identity"] == identity) or (address and binding.get("address") == address):
                found.append(views.participant_conversation(_base(call), conversation, doc))
    return page(call, found, "conversations")


def _both(method: str, path: str, names: str, handler: Handler, status: int = 200) -> list[Route]:
    verb, noun = names.split()
    return [
        Route(method, f"/v1{path}", f"{verb}{noun}", handler, status),
        Route(method, f"/v1/Services/{{ChatServiceSid}}{path}", f"{verb}Service{noun}", handler, status),
    ]


_C, _ONE = "/Conversations/{ConversationSid}", "{Sid}"
ROUTES = [
    Route("GET", "/v1/Configuration", "FetchConfiguration", configuration.fetch),
    Route("POST", "/v1/Configuration", "UpdateConfiguration", configuration.update),
    Route("GET", "/v1/Configuration/Webhooks", "FetchConfigurationWebhook", configuration.fetch_webhooks),
    Route("POST", "/v1/Configuration/Webhooks", "UpdateConfigurationWebhook", configuration.update_webhooks),
    Route("POST", "/v1/Services", "CreateService", create_service, 201),
    Route("GET", "/v1/Services", "ListService", list_services),
    Route("GET", "/v1/Services/{Sid}", "FetchService", fetch_service),
    Route("DELETE", "/v1/Services/{Sid}", "DeleteService", delete_service, 204),
    *_both("POST", "/Conversations", "Create Conversation", create_conversation, 201),
    *_both("GET", "/Conversations", "List Conversation", list_conversations),
    *_both("GET", "/Conversations/{Sid}", "Fetch Conversation", fetch_conversation),
    *_both("POST", "/Conversations/{Sid}", "Update Conversation", update_conversation),
    *_both("DELETE", "/Conversations/{Sid}", "Delete Conversation", delete_conversation, 204),
    *_both("POST", f"{_C}/Participants", "Create ConversationParticipant", create_participant, 201),
    *_both("GET", f"{_C}/Participants", "List ConversationParticipant", list_participants),
    *_both("GET", f"{_C}/Participants/{_ONE}", "Fetch ConversationParticipant", fetch_participant),
    *_both("POST", f"{_C}/Participants/{_ONE}", "Update ConversationParticipant", update_participant),
    *_both("DELETE", f"{_C}/Participants/{_ONE}", "Delete ConversationParticipant", delete_participant, 204),
    *_both("POST", f"{_C}/Messages", "Create ConversationMessage", create_message, 201),
    *_both("GET", f"{_C}/Messages", "List ConversationMessage", list_messages),
    *_both("GET", f"{_C}/Messages/{_ONE}", "Fetch ConversationMessage", fetch_message),
    *_both("POST", f"{_C}/Messages/{_ONE}", "Update ConversationMessage", update_message),
    *_both("DELETE", f"{_C}/Messages/{_ONE}", "Delete ConversationMessage", delete_message, 204),
    *_both("POST", f"{_C}/Webhooks", "Create ConversationScopedWebhook", create_webhook, 201),
    *_both("GET", f"{_C}/Webhooks", "List ConversationScopedWebhook", list_webhooks),
    *_both("GET", f"{_C}/Webhooks/{_ONE}", "Fetch ConversationScopedWebhook", fetch_webhook),
    *_both("POST", f"{_C}/Webhooks/{_ONE}", "Update ConversationScopedWebhook", update_webhook),
    *_both("DELETE", f"{_C}/Webhooks/{_ONE}", "Delete ConversationScopedWebhook", delete_webhook, 204),
    *_both("GET", "/ParticipantConversations", "List ParticipantConversation", list_participant_conversations),
]
