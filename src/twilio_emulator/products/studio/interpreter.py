"""Walks an execution through its flow: an event leads out of a state into the next, whose widget gives the next event.

    trigger --incomingConversationMessage--> widget --its event--> widget ... --no next--> ended

What a widget cannot do is its own failing event (`fail`, `failed`), as at Twilio; a state without a transition for an
event, and a flow of more than a thousand steps, end.
"""

import structlog

from twilio_emulator.core.world import World
from twilio_emulator.products.studio import executions
from twilio_emulator.products.studio.definition import state_of
from twilio_emulator.products.studio.kinds import EXECUTION, REVISION, Doc
from twilio_emulator.products.studio.widgets import WIDGETS, Outcome

MOST_STEPS = 1000
_log = structlog.get_logger("twilio_emulator.studio")


def start(world: World, execution: Doc, event: str) -> None:
    """Runs an execution from its trigger, which `event` set off."""
    world.effects.spawn(_run(world, execution, event))


def setup(world: World) -> None:
    """What ran when the emulator ended has ended with it."""
    for execution in world.store.list(EXECUTION, status="active"):
        executions.end(world, execution)


async def _run(world: World, execution: Doc, event: str) -> None:
    try:
        await _walk(world, execution, event)
    finally:
        if world.store.get(EXECUTION, execution["sid"]) is not None:
            executions.end(world, execution)


async def _walk(world: World, execution: Doc, event: str) -> None:
    revision = world.store.get(REVISION, f"{execution['flow_sid']}/{execution['flow_version']}")
    if revision is None:  # deleted meanwhile
        return
    definition = revision["definition"]
    state, outcome = state_of(definition, definition["initial_state"]), Outcome(event)
    for _ in range(MOST_STEPS):
        current = world.store.get(EXECUTION, execution["sid"])
        if current is None or current["status"] == "ended":  # deleted, or ended from outside
            return
        entered = _next(state, outcome)
        executions.add_step(world, execution, outcome.event, state, entered)
        if entered is None:
            return
        state = state_of(definition, entered)
        outcome = await WIDGETS[state["type"]](world, execution, state)
        execution["context"]["widgets"][state["name"]] = outcome.left
        if "error" in outcome.left:
            _log.warning("a widget failed", flow=execution["flow_sid"], widget=state["name"], why=outcome.left["error"])
        current = world.store.get(EXECUTION, execution["sid"])
        if current is not None:
            executions.save(world, {**execution, "status": current["status"]})


def _next(state: Doc, outcome: Outcome) -> str | None:
    if outcome.branch is not None:
        transition = state["transitions"][outcome.branch]
    else:
        transition = next((found for found in state["transitions"] if found["event"] == outcome.event), {})
    entered = transition.get("next")
    return str(entered) if entered else None
