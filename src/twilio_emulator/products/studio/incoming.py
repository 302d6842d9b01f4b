"""What arrives at a flow's webhook address, `https://webhooks.twilio.com/v1/Accounts/{AC}/Flows/{FW}`.

A conversation's webhook of target studio is sent there, and one of target webhook whose URL is that address. A message
starts an execution of the published revision, unless one is active for that conversation (Twilio's warning 81002), or
the message is a flow's own. Source: https://www.twilio.com/docs/studio/widget-library/trigger-start.
"""

import json
import re
from collections.abc import Mapping

import structlog

from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import state as conversations
from twilio_emulator.products.conversations.state import CONVERSATION
from twilio_emulator.products.studio import executions, flows, interpreter

_PATH = re.compile(r"/v1/Accounts/(AC[0-9a-f]{32})/Flows/(FW[0-9a-f]{32})")
_ACCEPTED, _NO_FLOW, _NOT_SERVED = 200, 404, 501
_log = structlog.get_logger("twilio_emulator.studio")


class Flows:
    """The `FlowHost` of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def receive(self, path: str, form: Mapping[str, str]) -> int:
        """See `receive`."""
        return receive(self._world, path, form)


def setup(world: World) -> None:
    """Takes what is sent to flows from now on; what ran when the emulator ended has ended with it."""
    interpreter.setup(world)
    world.flows = Flows(world)


def receive(world: World, path: str, form: Mapping[str, str]) -> int:
    """The status of Studio's answer: 404 where no such flow is published, 501 for what is no conversation's event."""
    found = _PATH.fullmatch(path)
    revision = flows.published(world, found[2]) if found else None
    if found is None or revision is None or revision["account_sid"] != found[1]:
        _log.warning("no such flow is published", path=path)
        return _NO_FLOW
    conversation = world.store.get(CONVERSATION, form.get("ConversationSid", ""))
    if conversation is None:
        _log.warning("only events of conversations are served", path=path)
        return _NOT_SERVED
    author = form.get("Author", "")
    if form.get("EventType") != "onMessageAdded" or author.startswith("FW"):
        return _ACCEPTED
    if executions.active(world, revision["sid"], conversation_sid=conversation["sid"]):
        _log.warning("unexpected event while processing a widget (81002)", flow=revision["sid"])
        return _ACCEPTED
    trigger = {
        **form,
        "ChannelSid": conversation["sid"],
        "ChannelAttributes": json.loads(conversation["attributes"]),
        "From": author,
    }
    execution = executions.begin(
        world,
        revision,
        contact=author,
        address=_company(world, conversation["sid"], author),
        initiated_by=form.get("MessageSid", ""),
        conversation_sid=conversation["sid"],
        trigger={"conversation": trigger},
        data={},
    )
    interpreter.start(world, execution, "incomingConversationMessage")
    return _ACCEPTED


def _company(world: World, conversation_sid: str, author: str) -> str | None:
    for participant in conversations.list_participants(world, conversation_sid):
        binding = participant["messaging_binding"] or {}
        if binding.get("address") == author:
            return str(binding["proxy_address"])
    return None
