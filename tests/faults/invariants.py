"""What must be true of a conversation, whatever fault its park or its unpark has met. Nothing here knows the fault.

`docs/faults.md` has them in words. Those of `always` hold at every moment, the rest when their docstrings say.
"""

from dataclasses import dataclass

from tests.faults.seen import Answer, Seen
from tests.faults.story import OTHERS, Story

_WAITING = {"parking", "parked", "unparking", "in_studio"}
_OVER = {"none", "done", "dead"}


class InvariantError(AssertionError):
    """An invariant does not hold."""


def _hold(condition: bool, invariant: str, seen: Seen) -> None:
    if not condition:
        raise InvariantError(f"{invariant}: {seen}")


@dataclass(frozen=True)
class Expected:
    """What may be, beside the rule. `webhooks`: how many of ours, until it is reconciled or resumed. `ended`: the task
    that was invited has been cancelled, and who hears of it may still have to act. `again`: so many tasks were
    cancelled, and made once more. `closing`: somebody closes it. `killed`: who was to take the flow's webhook away may
    have died.
    """

    webhooks: int = 1
    ended: bool = False
    again: int = 0
    closing: bool = False
    killed: bool = False


def always(story: Story, seen: Seen, may: Expected = Expected()) -> None:
    """At every moment."""
    parked = seen.state in _WAITING and 1 <= len(seen.ours) <= may.webhooks
    heard = may.ended and seen.state in {"invited", "unparking", "parked"}
    _hold(seen.agent_in or bool(seen.live) or parked or heard or (may.closing and seen.closed), "never lost", seen)
    _hold(len(seen.live) <= 1, "at most one live invited task", seen)
    _hold(len(seen.ours) <= may.webhooks, "at most one webhook of ours", seen)
    through = seen.state in {"in_studio", "unparking"} or (may.killed and seen.state == "invited")
    _hold(len(seen.flows) <= (1 if through else 0), "a webhook of a flow while it goes through one", seen)
    _hold(may.closing or not seen.closed, "the conversation stays open", seen)
    _hold(seen.attributes == OTHERS, "attributes of others are unchanged", seen)
    _hold(seen.others == (story.foreign,), "webhooks of others are untouched", seen)
    marks = [task["attributes"].get("flexpark", {}).get("unparkId") for task in seen.invited]
    _hold(None not in marks, "an invited task says which unpark made it", seen)
    parks = [task["attributes"]["flexpark"]["parkId"] for task in seen.invited]
    _hold(len(parks) - len(set(parks)) <= may.again, "an episode has one invited task", seen)


def answered(answer: Answer) -> None:
    """In Twilio's time, and in our own words: a status of the table, never `internal`."""
    if answer.status in {0, 504} or answer.said == "internal" or (not answer.yes and "error" not in answer.body):
        raise InvariantError(f"an answer in time that says what is wrong: {answer.status} {dict(answer.body)}")


def said_parked(seen: Seen, webhooks: int = 1) -> None:
    """When park has said yes and nobody wrote: the agent is out, and one webhook waits (at most `webhooks`)."""
    _hold(not seen.agent_in, "the agent has left", seen)
    _hold(seen.state == "parked" and 1 <= len(seen.ours) <= webhooks, "parked, with one webhook", seen)


def nothing_left(seen: Seen) -> bool:
    """What park that said no may leave at once: the agent is in, and nothing of ours."""
    return seen.agent_in and seen.state in _OVER | {"invited"} and not (seen.ours or seen.flows or seen.listed)


def closed(seen: Seen) -> bool:
    """What closing leaves: no task waits for anybody, and nothing of ours is there."""
    nothing = seen.state in _OVER and not (seen.ours or seen.flows or seen.listed)
    return seen.closed and nothing and not seen.live and not seen.agent_in


def woken(story: Story, seen: Seen, episodes: int) -> None:
    """When the customer has written, or the agent has resumed: one task, with the right attributes."""
    _hold(len(seen.live) == 1, "exactly one live invited task", seen)
    _hold(len(seen.invited) <= episodes, "one invite an episode", seen)
    attributes = seen.live[0]["attributes"]
    routing = attributes.get("originalRouting", {})
    right = set(routing) == {"queueName", "queueSid", "workerSid"} and routing["queueName"] == "Support"
    _hold(right and routing["workerSid"] == story.agent.sid, f"originalRouting as it was, not {routing}", seen)
    _hold(attributes.get("topic") == "support", "the new task has the attributes of the old one", seen)


def at_rest(seen: Seen) -> None:
    """Once it was reconciled with no lease live: in, and nothing of ours; parked and listed; or resumed."""
    parked = not seen.agent_in and seen.state == "parked" and len(seen.ours) == 1 and seen.listed
    resumed = bool(seen.live) and not tidy(seen)
    _hold(parked or resumed or nothing_left(seen), "at rest once it is reconciled", seen)


def tidy(seen: Seen) -> list[str]:
    """When it is resumed. What is left then, for the reconciler to take away."""
    left = {
        "webhook": bool(seen.ours or seen.flows),
        "list": seen.listed,
        "record": seen.state not in {"invited", "done"},
    }
    return [what for what, there in left.items() if there]


def unchanged(before: Seen, after: Seen, request: str) -> None:
    """When a request that was answered with yes is repeated."""
    if before.essence != after.essence:
        raise InvariantError(f"repeating {request} changes nothing: {before.essence} became {after.essence}")
