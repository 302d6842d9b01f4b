"""What is answered, and what can be seen of a conversation from outside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LIVE = {"pending", "reserved", "assigned"}


@dataclass(frozen=True)
class Answer:
    """What a request was answered. Status 0: there was no answer in Twilio's time."""

    status: int
    body: Mapping[str, Any]

    @property
    def yes(self) -> bool:
        """Whether it was done."""
        return self.status == 200

    @property
    def woken(self) -> bool:
        """Whether a park found a message that the agent may not have seen, and brought it back at once."""
        return self.yes and bool(self.body.get("woken"))

    @property
    def said(self) -> str:
        """In one word: `parked`, `already`, `invited`, `ignored`, `noted`, or the error's code."""
        error = self.body.get("error")
        return str(error.get("code") if isinstance(error, dict) else self.body.get("status", self.status))


@dataclass(frozen=True)
class Seen:
    """What Twilio's API shows of one conversation at one moment."""

    first: str
    work: str
    tasks: tuple[Mapping[str, Any], ...]
    record: Mapping[str, Any] | None
    ours: tuple[str, ...]
    flows: tuple[str, ...]
    others: tuple[str, ...]
    listed: bool
    attributes: Any
    closed: bool

    @property
    def agent_in(self) -> bool:
        """Whether the agent's task, the one to park, is assigned."""
        return any(task["sid"] == self.work and task["assignment_status"] == "assigned" for task in self.tasks)

    @property
    def invited(self) -> tuple[Mapping[str, Any], ...]:
        """All tasks but the one that the customer's first message made."""
        return tuple(task for task in self.tasks if task["sid"] != self.first)

    @property
    def live(self) -> tuple[Mapping[str, Any], ...]:
        """The tasks that wait for an agent, or have another than the one to park."""
        return tuple(task for task in self.tasks if task["assignment_status"] in _LIVE and task["sid"] != self.work)

    @property
    def state(self) -> str:
        """The record's, `none` where there is no record."""
        return str(self.record["state"]) if self.record else "none"

    @property
    def essence(self) -> dict[str, Any]:
        """What repeating a request must not change."""
        record = {name: value for name, value in (self.record or {}).items() if name not in {"op", "lease"}}
        tasks = sorted((task["sid"], task["assignment_status"]) for task in self.tasks)
        webhooks = (self.ours, self.flows)
        return {"in": self.agent_in, "tasks": tasks, "record": record, "webhooks": webhooks, "listed": self.listed}

    def __str__(self) -> str:
        agent, listed = "in" if self.agent_in else "out", "listed" if self.listed else "not listed"
        tasks = f"{len(self.live)} live of {len(self.invited)} invited"
        webhooks = f"{len(self.ours)} webhooks of ours" + (f" and {len(self.flows)} of a flow" if self.flows else "")
        closed = ", closed" if self.closed else ""
        return f"agent {agent}, record {self.state}, {tasks}, {webhooks}, {listed}{closed}"


def body_of(text: str) -> Mapping[str, Any]:
    """A function's answer; empty where it is no JSON object."""
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
