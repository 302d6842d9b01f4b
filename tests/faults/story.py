"""One conversation of one customer with one agent: what they do, and what can be seen of it from outside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flexpark.cli.demo.actors import Customer, Opened, Work, wait_for_offer
from tests.faults.bench import Bench

LEASE_OVER = 20
"""Seconds after which a handler's lease (15 s) is surely over."""
OTHERS = {"preEngagementData": {"name": "Zoë", "n": 1}, "campaign": "autumn"}
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
        return {"in": self.agent_in, "tasks": tasks, "record": record, "ours": self.ours, "listed": self.listed}

    def __str__(self) -> str:
        agent, listed = "in" if self.agent_in else "out", "listed" if self.listed else "not listed"
        tasks = f"{len(self.live)} live of {len(self.invited)} invited"
        return f"agent {agent}, record {self.state}, {tasks}, {len(self.ours)} webhooks of ours, {listed}"


class Story:
    """Begins with an agent who has accepted; others' attributes and webhook are on the conversation."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.agent = bench.hired()
        self.customer = Customer(bench, f"+1555{id(self) % 10_000_000:07d}")
        self.opened: Opened = self.customer.opens(
            "Good morning", workflow_sid=bench.outputs_now()["workflowSid"], topic="support"
        )
        conversation = f"conversations.twilio.com/v1/Conversations/{self.opened.conversation}"
        bench.api("POST", conversation, Attributes=json.dumps(OTHERS))
        self.foreign = bench.api(
            "POST",
            f"{conversation}/Webhooks",
            Target="webhook",
            **{"Configuration.Url": "https://example.com/others", "Configuration.Filters": "onConversationUpdated"},
        )["sid"]
        wait_for_offer(self.agent)
        self.work: Work = self.agent.accepts()
        self.first = self.work.task
        self.told: list[str] = []
        self._last = 0
        self._delivered: tuple[str, dict[str, str]] | None = None

    # what people do

    def parks(self) -> Answer:
        """The agent clicks on Park."""
        return self._tells("park", self._calls("park", **self._park()))

    def resumes(self) -> Answer:
        """The agent clicks on Resume in the list."""
        return self._tells("agent", self._calls("unpark", conversationSid=self.opened.conversation))

    def writes(self) -> Answer | None:
        """The customer writes. What our webhook answered, None where there was none."""
        since = max((entry["n"] for entry in self.bench.requests("webhook")), default=0)
        message = {"conversationSid": self.opened.conversation, "author": self.customer.address, "body": "Hello?"}
        written = self.bench.control("POST", "customer-message", {**message, "wait": True})
        self._last = max(self._last, int(written["index"]))
        ours = [answer for answer in written["webhooks"] if urlsplit(answer["url"]).hostname == self.bench.domain]
        if not ours:
            self.told.append("message: no webhook of ours")
            return None
        forms = [
            entry["form"]
            for entry in self.bench.control("GET", f"requests?source=webhook&since={since}")["requests"]
            if entry["host"] == self.bench.domain
        ]
        self._delivered = (ours[-1]["url"], {name: values[0] for name, values in forms[-1].items()})
        return self._tells("message", Answer(ours[-1]["status"], _body(ours[-1]["body"])))

    def delivered_again(self) -> Answer | None:
        """The last delivery of our webhook comes once more, unchanged."""
        if self._delivered is None:
            return None
        status, text = self.bench.deliver(*self._delivered)
        return self._tells("same message", Answer(status, _body(text)))

    def reconciled(self) -> Answer:
        """The reconciler goes through all records once. `steps` says what it did to this one."""
        steps: list[str] = []
        cursor, complete, status, body = "", False, 200, {}
        while not complete and status == 200:
            form = {"action": "repair", "dry_run": "false", **({"cursor": cursor} if cursor else {})}
            status, text = self.bench.deliver(f"https://{self.bench.domain}/reconcile", form)
            body = dict(_body(text))
            mine = [item for item in body.get("items", ()) if item["conversationSid"] == self.opened.conversation]
            steps += [step["do"] for item in mine for step in item["steps"]]
            steps += [f"failed: {item['failed']['code']}" for item in mine if "failed" in item]
            complete, cursor = bool(body.get("complete")), str(body.get("cursor") or "")
        answer = Answer(status, {**body, "status": ", ".join(steps) or "nothing", "steps": steps})
        return self._tells("reconcile", answer)

    def accepts(self) -> None:
        """The agent takes the task that is offered; it is the one to park then."""
        wait_for_offer(self.agent)
        self.work = self.agent.accepts()

    def waits(self) -> None:
        """Until no lease can be live any more."""
        self.told.append(f"{LEASE_OVER} s")
        self.bench.control("POST", "clock", {"advance": LEASE_OVER})

    def ends(self) -> None:
        """The agent goes, and Flex closes the channel."""
        self.agent.goes(available=False)
        channel = f"/flex-api.twilio.com/v1/Interactions/{self.opened.interaction}/Channels/{self.opened.channel}"
        form = {"Status": "closed", "Routing": json.dumps({"status": "closed"})}
        account = (self.bench.account["accountSid"], self.bench.account["authToken"])
        self.bench.http.post(channel, data=form, auth=account)
        self.bench.control("GET", "idle")
        self.bench.http.delete(f"/{self._document}", auth=account)

    # what can be seen

    def look(self, *, settled: bool = True) -> Seen:
        """At this moment; nothing of it is changed. `settled`: once no webhook is under way."""
        if settled:
            self.bench.control("GET", "idle")
        workspace = f"taskrouter.twilio.com/v1/Workspaces/{self.bench.account['workspaceSid']}"
        conversation = f"conversations.twilio.com/v1/Conversations/{self.opened.conversation}"
        sync = f"sync.twilio.com/v1/Services/{self.bench.outputs_now()['syncServiceSid']}"
        of_it = f'EvaluateTaskAttributes=flexInteractionChannelSid=="{self.opened.channel}"&PageSize=100'
        tasks = self.bench.api("GET", f"{workspace}/Tasks?{of_it}")["tasks"]
        webhooks = self.bench.api("GET", f"{conversation}/Webhooks")["webhooks"]
        ours = [webhook["sid"] for webhook in webhooks if self._is_ours(webhook)]
        shown = self.bench.api("GET", conversation)
        return Seen(
            first=self.first,
            work=self.work.task,
            tasks=tuple({**task, "attributes": json.loads(task["attributes"])} for task in tasks),
            record=self._maybe(self._document),
            ours=tuple(ours),
            others=tuple(webhook["sid"] for webhook in webhooks if webhook["sid"] not in ours),
            listed=self._maybe(f"{sync}/Maps/ParkedInteractions_{self.agent.sid}/Items/{self.opened.conversation}")
            is not None,
            attributes=json.loads(shown["attributes"]),
            closed=shown["state"] == "closed",
        )

    def unheard(self, seen: Seen) -> bool:
        """Whether the customer wrote after the park looked at the messages."""
        return seen.record is not None and self._last > int(seen.record["seenIndex"])

    @property
    def _document(self) -> str:
        service = self.bench.outputs_now()["syncServiceSid"]
        return f"sync.twilio.com/v1/Services/{service}/Documents/park_{self.opened.conversation}"

    def _park(self) -> dict[str, str]:
        return {
            "taskSid": self.work.task,
            "conversationSid": self.opened.conversation,
            "interactionSid": self.opened.interaction,
            "channelSid": self.opened.channel,
        }

    def _calls(self, function: str, **body: str) -> Answer:
        answer = self.bench.http.post(f"/{self.bench.domain}/{function}", json={"Token": self.agent.token, **body})
        return Answer(answer.status_code, _body(answer.text))

    def _tells(self, who: str, answer: Answer) -> Answer:
        self.told.append(f"{who}: {answer.status} {answer.said}")
        return answer

    def _is_ours(self, webhook: Mapping[str, Any]) -> bool:
        url = urlsplit(str(webhook["configuration"].get("url")))
        return url.hostname == self.bench.domain and url.path == "/unpark-on-message"

    def _maybe(self, address: str) -> Mapping[str, Any] | None:
        account = (self.bench.account["accountSid"], self.bench.account["authToken"])
        answer = self.bench.http.get(f"/{address}", auth=account)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        data: Mapping[str, Any] = answer.json()["data"]
        return data


def _body(text: str) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
