"""Who plays in a rehearsal: customers who write, agents who accept, park and resume. They use what real ones have.

A customer's message arrives as it does from a phone; an agent accepts a reservation and calls the deployed functions
over HTTP with a Flex token. Only what a person does by hand (pick up a phone, click on a reservation, go offline) is
done through the emulator's control API.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flexpark.cli.rehearsal import Rehearsal
from flexpark.errors import FlexparkError, TimedOut


@dataclass(frozen=True)
class Opened:
    """A conversation that a customer opened.

    The SIDs of conversation, interaction and channel, and the customer's address.
    """

    conversation: str
    interaction: str
    channel: str
    customer: str


@dataclass(frozen=True)
class Work:
    """A task that an agent has accepted."""

    task: str
    reservation: str


class Customer:
    """Somebody with a phone."""

    def __init__(self, rehearsal: Rehearsal, address: str) -> None:
        self.rehearsal = rehearsal
        self.address = address

    def opens(
        self,
        body: str,
        *,
        workflow_sid: str,
        topic: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        channel_type: str = "sms",
    ) -> Opened:
        """The first message: Twilio makes a conversation, and Flex an interaction for it, routed through a workflow.

        The task has `attributes` besides what a message gives it, and the topic, where one is named.
        """
        about = {} if topic is None else {"topic": topic}
        api = self.rehearsal.api
        conversation = api(
            "POST", "conversations.twilio.com/v1/Conversations", FriendlyName=f"{channel_type} {self.address}"
        )["sid"]
        binding = {"sms": {"MessagingBinding.Address": self.address, "MessagingBinding.ProxyAddress": "+15550100000"}}
        who = binding.get(channel_type, {"Identity": self.address})
        api("POST", f"conversations.twilio.com/v1/Conversations/{conversation}/Participants", **who)
        self._write(conversation, body)
        channel = {"type": channel_type, "initiated_by": "customer", "properties": {"media_channel_sid": conversation}}
        routing = {
            "properties": {
                "workspace_sid": self.rehearsal.account["workspaceSid"],
                "workflow_sid": workflow_sid,
                "task_channel_unique_name": "chat",
                "attributes": {**about, "from": self.address, "customerName": self.address, **(attributes or {})},
            }
        }
        interaction = api(
            "POST", "flex-api.twilio.com/v1/Interactions", Channel=json.dumps(channel), Routing=json.dumps(routing)
        )
        channels = api("GET", f"flex-api.twilio.com/v1/Interactions/{interaction['sid']}/Channels")["channels"]
        return Opened(conversation, interaction["sid"], channels[0]["sid"], self.address)

    def writes(self, opened: Opened, body: str) -> list[dict[str, Any]]:
        """A further message. Answers what the webhooks that it caused were answered: `{url, status, body}`."""
        return self._write(opened.conversation, body)

    def _write(self, conversation: str, body: str) -> list[dict[str, Any]]:
        message = {"conversationSid": conversation, "author": self.address, "body": body, "wait": True}
        answered: list[dict[str, Any]] = self.rehearsal.control("POST", "customer-message", message)["webhooks"]
        return answered


class Agent:
    """A worker with Flex open."""

    def __init__(
        self, rehearsal: Rehearsal, name: str, roles: tuple[str, ...] = ("agent",), sid: str | None = None
    ) -> None:
        self.rehearsal = rehearsal
        self.name = name
        self.sid: str = sid or _worker_sid(rehearsal, name)
        self.token: str = rehearsal.control(
            "POST", "token", {"workerSid": self.sid, "identity": name, "roles": list(roles)}
        )["token"]

    def goes(self, *, available: bool) -> None:
        """Available for work, or away."""
        self.rehearsal.control("POST", f"workers/{self.sid}/availability", {"available": available})

    def offers(self) -> list[dict[str, Any]]:
        """Reservations that wait for this agent's answer."""
        query = f"reservations?workerSid={self.sid}&status=pending"
        found: list[dict[str, Any]] = self.rehearsal.control("GET", query)["reservations"]
        return found

    def accepts(self) -> Work:
        """Take the one task that is offered. Raises `FlexparkError` where none, or more than one, is."""
        offers = self.offers()
        if len(offers) != 1:
            raise FlexparkError(f"{self.name} has {len(offers)} offers, not one")
        reservation = offers[0]
        self.rehearsal.control("POST", f"reservations/{reservation['sid']}/accept")
        return Work(reservation["task_sid"], reservation["sid"])

    def calls(self, function: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """Call a deployed function with this agent's Flex token. Answers HTTP status and body."""
        domain = self.rehearsal.outputs_now()["domain"]
        answer = self.rehearsal.http.post(f"/{domain}/{function}", json={"Token": self.token, **body})
        return answer.status_code, answer.json()

    def parks(self, opened: Opened, work: Work) -> tuple[int, dict[str, Any]]:
        """Click on Park."""
        return self.calls(
            "park",
            taskSid=work.task,
            conversationSid=opened.conversation,
            interactionSid=opened.interaction,
            channelSid=opened.channel,
        )

    def resumes(self, opened: Opened) -> tuple[int, dict[str, Any]]:
        """Click on Resume in the list."""
        return self.calls("unpark", conversationSid=opened.conversation)

    def list(self) -> list[dict[str, Any]]:
        """What this agent's list of parked conversations shows."""
        status, body = self.calls("parked")
        if status != 200:
            raise FlexparkError(f"the list of {self.name} answered {status}: {body}")
        items: list[dict[str, Any]] = body["items"]
        return items


def _worker_sid(rehearsal: Rehearsal, name: str) -> str:
    """A worker of the account as it was seeded."""
    return str(next(worker["sid"] for worker in rehearsal.account["workers"] if worker["friendlyName"] == name))


def wait_for_offer(agent: Agent, seconds: float = 10) -> None:
    """Wait until the agent is offered a task; routing runs beside the request that caused it. Raises `TimedOut`."""
    until = time.monotonic() + seconds
    while not agent.offers():
        if time.monotonic() > until:
            raise TimedOut(f"{agent.name} was offered nothing within {seconds:.0f} s")
        time.sleep(0.02)
