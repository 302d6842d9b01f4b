"""One conversation of one customer with one agent: what they do, and what can be seen of it from outside."""

import copy
import json
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote, urlsplit

from flexpark.cli.demo.actors import Agent, Customer, Opened, Work
from tests.faults.bench import Bench
from tests.faults.seen import Answer, Seen, body_of

LEASE_OVER = 20
"""Seconds after which a handler's lease (15 s) is surely over."""
FLOW_OVER = 70
"""The same of a flow's (60 s)."""
OTHERS = {"preEngagementData": {"name": "Zoë", "n": 1}, "campaign": "autumn"}
_REDELIVERED = 60
"""Seconds after which Event Streams has sent again what was refused, three times over."""


class Story:
    """Begins with an agent who has accepted; others' attributes and webhook are on the conversation."""

    def __init__(self, bench: Bench, agent: Agent | None = None, address: str = "+15550001111") -> None:
        self.bench = bench
        self.agent = agent or bench.hired("agent-1")
        self.customer = Customer(bench, address)
        self.opened: Opened = self.customer.opens(
            "Good morning", workflow_sid=bench.outputs_now()["workflowSid"], topic="support"
        )
        bench.api("POST", self._conversation, Attributes=json.dumps(OTHERS))
        self.foreign = bench.api(
            "POST",
            f"{self._conversation}/Webhooks",
            Target="webhook",
            **{"Configuration.Url": "https://example.com/others", "Configuration.Filters": "onConversationUpdated"},
        )["sid"]
        self.told: list[str] = []
        self._last = 0
        self._delivered: str | None = None
        self.work = Work("", "")
        self.accepts()
        self.first = self.work.task
        self.passes(5)  # the agent has read what there is

    def again(self) -> Self:
        """The same, to go on from where the scene was restored."""
        again = copy.copy(self)
        again.told = list(self.told)
        return again

    # what people do

    def parks(self, by: Agent | None = None) -> Answer:
        """The agent clicks on Park; `by` a supervisor, for the agent."""
        return self._tells("park", self._calls("park", by, **self._park(), **self._for(by)))

    def resumes(self, by: Agent | None = None) -> Answer:
        """The agent clicks on Resume in the list; `by` a supervisor, for the agent."""
        asked = {"conversationSid": self.opened.conversation, **self._for(by)}
        return self._tells("agent", self._calls("unpark", by, **asked))

    def closes(self, by: Agent | None = None, *, task: str | None = None) -> Answer:
        """The agent (or `by` whom) closes the conversation; `task`: the SID of one of it."""
        asked = {"conversationSid": self.opened.conversation, "status": "closed", "routingStatus": "closed"}
        if task is not None:
            asked["taskSid"] = task
        return self._tells("close", self._calls("close", by, **asked))

    def writes(self, body: str = "Hello?") -> Answer | None:
        """The customer writes. What our webhook answered, None where there was none, or where it is closed: then this
        message opens another conversation.
        """
        if self.look(settled=False).closed:
            self.told.append("message: closed")
            return None
        message = {"conversationSid": self.opened.conversation, "author": self.customer.address, "body": body}
        written = self.bench.control("POST", "customer-message", {**message, "wait": True})
        self._last = max(self._last, int(written["index"]))
        ours = [answer for answer in written["webhooks"] if self._is_ours(answer["url"])]
        if not ours:
            self.told.append("message: no webhook of ours")
            return None
        self._delivered = str(ours[-1]["url"])
        return self._tells("message", Answer(ours[-1]["status"], body_of(ours[-1]["body"])))

    def delivered_again(self) -> Answer | None:
        """The last delivery of our webhook comes once more, unchanged."""
        if self._delivered is None:
            return None
        sent = [entry["form"] for entry in self.bench.requests("webhook") if entry["path"] == "/unpark-on-message"]
        status, text = self.bench.deliver(self._delivered, {name: values[0] for name, values in sent[-1].items()})
        return self._tells("same message", Answer(status, body_of(text)))

    def accepts(self) -> None:
        """The agent takes the task that is offered; it is the one to park then."""
        self.bench.control("GET", "idle")
        if not self.agent.offers():  # what was offered before has timed out, and Flex made the agent unavailable
            self.agent.goes(available=True)
        self.work = self.agent.accepts()

    def cancels(self) -> Answer:
        """Somebody cancels the task that was invited. What the function that hears of it answered."""
        [task] = self.look().live
        address = f"{self._workspace}/Tasks/{task['sid']}"
        self.bench.api("POST", address, AssignmentStatus="canceled", Reason="nobody took it")
        self.cancelled = task
        return self._heard("cancelled")

    # what Twilio and the machinery do

    def told_again(self) -> Answer:
        """Event Streams sends again what was refused; the end of the cancelled task it tells once more in any case."""
        self.passes(_REDELIVERED)
        self.bench.control("GET", "idle")
        payload = {
            "workspace_sid": self.bench.account["workspaceSid"],
            "task_sid": self.cancelled["sid"],
            "task_attributes": json.dumps(self.cancelled["attributes"]),
        }
        event = {"type": "com.twilio.taskrouter.task.canceled", "data": {"payload": payload}}
        status, text = self.bench.deliver_json(f"https://{self.bench.domain}/task-events", [event])
        return self._tells("same event", Answer(status, body_of(text)))

    def flow_ends(self) -> Answer:
        """The Studio flow calls the function in which it ends."""
        url = f"https://{self.bench.domain}/unpark-from-studio"
        status, text = self.bench.deliver(url, {"conversationSid": self.opened.conversation})
        return self._tells("studio", Answer(status, body_of(text)))

    def reconciled(self) -> Answer:
        """The reconciler goes through all records once. `steps` says what it did to this one."""
        steps: list[str] = []
        cursor, complete, status, body = "", False, 200, {}
        while not complete and status == 200:
            form = {"action": "repair", "dry_run": "false", **({"cursor": cursor} if cursor else {})}
            status, text = self.bench.deliver(f"https://{self.bench.domain}/reconcile", form)
            body = dict(body_of(text))
            mine = [item for item in body.get("items", ()) if item["conversationSid"] == self.opened.conversation]
            steps += [step["do"] for item in mine for step in item["steps"]]
            steps += [f"failed: {item['failed']['code']}" for item in mine if "failed" in item]
            complete, cursor = bool(body.get("complete")), str(body.get("cursor") or "")
        said = {} if "error" in body else {"status": ", ".join(steps) or "nothing"}
        return self._tells("reconcile", Answer(status, {**body, **said, "steps": steps}))

    def waits(self) -> None:
        """Until no lease can be live any more."""
        self.passes(FLOW_OVER if self.bench.flow else LEASE_OVER)

    def passes(self, seconds: float) -> None:
        """Time passes."""
        self.told.append(f"{seconds:g} s")
        self.bench.control("POST", "clock", {"advance": seconds})

    # what can be seen

    def look(self, *, settled: bool = True) -> Seen:
        """At this moment; nothing of it is changed. `settled`: once nothing is under way."""
        of_it = quote(f'flexInteractionChannelSid=="{self.opened.channel}"')
        listed = f"{self._sync}/Maps/ParkedInteractions_{self.agent.sid}/Items/{self.opened.conversation}"
        tasks, webhooks, shown, document, item = self.bench.reads(
            f"{self._workspace}/Tasks?EvaluateTaskAttributes={of_it}&PageSize=100",
            f"{self._conversation}/Webhooks",
            self._conversation,
            self._document,
            listed,
            settled=settled,
        )
        kinds: dict[str, list[str]] = {"ours": [], "flows": [], "others": []}
        for webhook in webhooks["webhooks"]:
            kinds[self._kind(webhook)].append(webhook["sid"])
        return Seen(
            first=self.first,
            work=self.work.task,
            tasks=tuple({**task, "attributes": json.loads(task["attributes"])} for task in tasks["tasks"]),
            record=document and document["data"],
            ours=tuple(kinds["ours"]),
            flows=tuple(kinds["flows"]),
            others=tuple(kinds["others"]),
            listed=item is not None,
            attributes=json.loads(shown["attributes"]),
            closed=shown["state"] == "closed",
        )

    def unheard(self, seen: Seen) -> bool:
        """Whether the customer wrote after the park looked at the messages."""
        return seen.record is not None and self._last > int(seen.record["seenIndex"])

    @property
    def essence(self) -> tuple[int, bool]:
        """What it knows beside what can be seen."""
        return self._last, self._delivered is not None

    @property
    def _workspace(self) -> str:
        return f"taskrouter.twilio.com/v1/Workspaces/{self.bench.account['workspaceSid']}"

    @property
    def _conversation(self) -> str:
        return f"conversations.twilio.com/v1/Conversations/{self.opened.conversation}"

    @property
    def _sync(self) -> str:
        return f"sync.twilio.com/v1/Services/{self.bench.outputs_now()['syncServiceSid']}"

    @property
    def _document(self) -> str:
        return f"{self._sync}/Documents/park_{self.opened.conversation}"

    def _park(self) -> dict[str, str]:
        return {
            "taskSid": self.work.task,
            "conversationSid": self.opened.conversation,
            "interactionSid": self.opened.interaction,
            "channelSid": self.opened.channel,
        }

    def _for(self, by: Agent | None) -> dict[str, str]:
        return {} if by is None or by is self.agent else {"workerSid": self.agent.sid}

    def _calls(self, function: str, by: Agent | None = None, **body: str) -> Answer:
        token = (by or self.agent).token
        answer = self.bench.http.post(f"/{self.bench.domain}/{function}", json={"Token": token, **body})
        return Answer(answer.status_code, body_of(answer.text))

    def _tells(self, who: str, answer: Answer) -> Answer:
        self.told.append(f"{who}: {answer.status} {answer.said}")
        return answer

    def _heard(self, what: str) -> Answer:
        self.bench.control("GET", "idle")
        told = [entry for entry in self.bench.requests("webhook") if entry["path"] == "/task-events"]
        status = told[-1]["status"] if told else 0
        said = {"status": "ok"} if status == 200 else {"error": {"code": "retryable" if status == 503 else str(status)}}
        return self._tells(what, Answer(status, said))

    def _kind(self, webhook: Mapping[str, Any]) -> str:
        if webhook["target"] == "studio":
            return "flows" if webhook["configuration"]["flow_sid"] == self.bench.flow else "others"
        return "ours" if self._is_ours(webhook["configuration"].get("url")) else "others"

    def _is_ours(self, address: Any) -> bool:
        url = urlsplit(str(address))
        return url.hostname == self.bench.domain and url.path == "/unpark-on-message"
