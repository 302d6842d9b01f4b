"""What the served widgets do. Sources: https://www.twilio.com/docs/studio/widget-library (run-function, send-message,
set-variables, split-based-on).
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from twilio_emulator.core.errors import ApiError
from twilio_emulator.core.world import World
from twilio_emulator.products.conversations import messages, webhooks
from twilio_emulator.products.studio.conditions import holds
from twilio_emulator.products.studio.kinds import Doc
from twilio_emulator.products.studio.liquid import render

FUNCTION_SECONDS = 10.0


@dataclass(frozen=True)
class Outcome:
    """The event that a widget ended with, and what it left for others under `widgets.<its name>`.

    `branch` is the number of the transition where the event alone does not tell it.
    """

    event: str
    left: dict[str, Any] = field(default_factory=dict)
    branch: int | None = None


async def run_function(world: World, execution: Doc, state: Doc) -> Outcome:
    """POSTs the parameters as a form, signed; a 2xx within 10 s is a success."""
    properties, context = state["properties"], execution["context"]
    url = render(properties["url"], context)
    host = urlsplit(url).hostname or ""
    if not host.endswith(".twil.io"):
        return Outcome("fail", {"error": f"{host}: only deployed functions (*.twil.io) are reached"})
    parameters = {entry["key"]: render(entry.get("value"), context) for entry in properties.get("parameters", [])}
    result = await world.invoke_webhook(url, parameters, timeout=FUNCTION_SECONDS, account_sid=execution["account_sid"])
    left: dict[str, Any] = {"status_code": result.status or None, "body": result.body}
    try:
        left["parsed"] = json.loads(result.body)
    except ValueError:
        left["parsed"] = None
    return Outcome("success" if result.ok else "fail", left)


async def send_message(world: World, execution: Doc, state: Doc) -> Outcome:
    """A message in the conversation that triggered the flow; its author is the flow's SID."""
    if execution["conversation_sid"] is None:
        return Outcome("failed", {"error": "the emulator sends in conversations only"})
    body = render(state["properties"]["body"], execution["context"])
    try:
        made = messages.add_message(world, execution["conversation_sid"], author=execution["flow_sid"], body=body)
    except ApiError as error:
        return Outcome("failed", {"error": {"code": error.code, "message": error.message}})
    if world.switches["studio_messages_fire"]:
        webhooks.message_added(world, made, source="API")
    return Outcome("sent", {"outbound": {"Sid": made["sid"], "Body": body}})


async def set_variables(_world: World, execution: Doc, state: Doc) -> Outcome:
    """Puts texts under `flow.variables`."""
    context = execution["context"]
    for variable in state["properties"]["variables"]:
        context["flow"]["variables"][variable["key"]] = render(variable.get("value"), context)
    return Outcome("next")


async def split_based_on(_world: World, execution: Doc, state: Doc) -> Outcome:
    """The first `match` all of whose conditions hold, else `noMatch`."""
    for branch, transition in enumerate(state["transitions"]):
        wanted = transition.get("conditions") or []
        if transition["event"] == "match" and all(holds(condition, execution["context"]) for condition in wanted):
            return Outcome("match", branch=branch)
    return Outcome("noMatch")


WIDGETS: dict[str, Callable[[World, Doc, Doc], Awaitable[Outcome]]] = {
    "run-function": run_function,
    "send-message": send_message,
    "set-variables": set_variables,
    "split-based-on": split_based_on,
}
