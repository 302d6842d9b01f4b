"""The contact centre of the scenarios: agents, customers, and what can be seen of a conversation."""

import json
import time
from collections.abc import Callable
from itertools import count

from twilio_api.functions import FunctionAnswer, call_function

from flexpark.cli.demo.actors import Agent, Customer, Opened, Work, wait_for_offer
from flexpark.cli.rehearsal import Rehearsal


class Floor:
    """A contact centre of one test.

    Agents hired for it, customers of its own; `clear` leaves no work to the next test.
    """

    _numbers = count(1)

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self._switches = rehearsal.control("GET", "switches")["switches"]
        self._opened: list[Opened] = []
        self._came_with: dict[str, str] = {}
        self.ada, self.ben, self.cleo = (
            self.hired("ada", "support"),
            self.hired("ben", "support"),
            self.hired("cleo", "sales"),
        )

    def hired(self, name: str, skill: str, roles: tuple[str, ...] = ("agent",), at_once: int = 1) -> Agent:
        """A new worker, offline, who takes so many conversations at once."""
        friendly_name = f"{name}-{next(self._numbers)}"
        attributes = json.dumps({"contact_uri": f"client:{friendly_name}", "skills": [skill]})
        address = f"taskrouter.twilio.com/v1/Workspaces/{self.rehearsal.account['workspaceSid']}/Workers"
        worker = self.rehearsal.api("POST", address, FriendlyName=friendly_name, Attributes=attributes)
        if at_once > 1:
            self.rehearsal.api("POST", f"{address}/{worker['sid']}/Channels/chat", Capacity=str(at_once))
        return Agent(self.rehearsal, friendly_name, roles, worker["sid"])

    def clear(self) -> None:
        """Everybody goes home, what this test opened is closed, and Twilio behaves as before."""
        self.rehearsal.control("POST", "switches", self._switches)
        for agent in (self.ada, self.ben, self.cleo):
            agent.goes(available=False)
        for opened in self._opened:
            self.close(opened)
        self.rehearsal.control("GET", "idle")  # what that caused is no call of the next test's

    def close(self, opened: Opened) -> None:
        """The channel is closed as Flex closes it; one that is gone is closed already."""
        address = f"/flex-api.twilio.com/v1/Interactions/{opened.interaction}/Channels/{opened.channel}"
        form = {"Status": "closed", "Routing": json.dumps({"status": "closed"})}
        self.rehearsal.http.post(address, data=form, auth=self.credentials)

    @property
    def credentials(self) -> tuple[str, str]:
        """Account SID and auth token of the account."""
        return self.rehearsal.account["accountSid"], self.rehearsal.account["authToken"]

    def customer(self, address: str | None = None) -> Customer:
        """Somebody who has not written before."""
        return Customer(self.rehearsal, address or f"+1555{next(self._numbers):07d}")

    def accepted(
        self, agent: Agent, topic: str, channel_type: str = "sms", customer: str | None = None
    ) -> tuple[Customer, Opened, Work]:
        """A conversation that the agent has accepted; `customer` is an address, or an identity where there is none."""
        agent.goes(available=True)
        somebody = self.customer(customer)
        workflow = self.rehearsal.outputs_now()["workflowSid"]
        opened = somebody.opens("Good morning", workflow_sid=workflow, topic=topic, channel_type=channel_type)
        self._opened.append(opened)
        wait_for_offer(agent)
        return somebody, opened, agent.accepts()

    def parked(
        self, agent: Agent, topic: str = "support", channel_type: str = "sms", customer: str | None = None
    ) -> tuple[Customer, Opened, Work]:
        """A conversation that the agent has accepted and parked."""
        somebody, opened, work = self.accepted(agent, topic, channel_type, customer)
        status, body = agent.parks(opened, work)
        assert (status, body.get("status")) == (200, "parked"), body
        return somebody, opened, work

    def describe(self, work: Work, more: str) -> None:
        """A task gets these members of a JSON object, as text, beside the attributes that it came with."""
        text = self._came_with.setdefault(work.task, str(self.task_of(work)["attributes"]).rstrip()[:-1])
        workspace = self.rehearsal.account["workspaceSid"]
        address = f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{work.task}"
        self.rehearsal.api("POST", address, Attributes=f"{text},{more}}}")

    def record_address(self, opened: Opened) -> str:
        """Where the record of a conversation is."""
        service = self.rehearsal.outputs_now()["syncServiceSid"]
        return f"sync.twilio.com/v1/Services/{service}/Documents/park_{opened.conversation}"

    def record(self, opened: Opened) -> dict[str, object]:
        """The record of a conversation, as it is kept."""
        return dict(self.rehearsal.api("GET", self.record_address(opened))["data"])

    def webhooks(self, opened: Opened) -> list[dict[str, object]]:
        """The scoped webhooks of a conversation."""
        address = f"conversations.twilio.com/v1/Conversations/{opened.conversation}/Webhooks"
        return list(self.rehearsal.api("GET", address)["webhooks"])

    def remove_webhooks(self, opened: Opened) -> None:
        """Somebody removes every webhook of a conversation."""
        for webhook in self.webhooks(opened):
            address = f"conversations.twilio.com/v1/Conversations/{opened.conversation}/Webhooks/{webhook['sid']}"
            self.rehearsal.api("DELETE", address)

    def listed(self, agent: Agent) -> list[str]:
        """The conversations that an agent's list of parked ones shows."""
        return [str(item["conversationSid"]) for item in agent.list()]

    def signed(self, function: str, **form: str) -> FunctionAnswer:
        """Call a protected function as Twilio, or the command line, does."""
        url = self.rehearsal.outputs_now()["functionUrls"][function]
        token = self.rehearsal.account["authToken"]
        return call_function(url, form, auth_token=token, endpoint=self.rehearsal.emulator.url)

    def repaired(self, opened: Opened, *, dry_run: bool = False) -> list[str]:
        """Reconcile everything there is. What was done (or would be) for this conversation."""
        done: list[str] = []
        cursor = ""
        while True:
            answer = self.signed("reconcile", action="repair", dry_run=str(dry_run).lower(), cursor=cursor)
            assert answer.status == 200, answer.body
            items = [item for item in answer.body["items"] if item["conversationSid"] == opened.conversation]
            assert not [item for item in items if "failed" in item], items
            done += [step["do"] for item in items for step in item["steps"]]
            if answer.body["complete"]:
                return done
            cursor = answer.body["cursor"]

    def cancel(self, task: dict[str, object]) -> None:
        """Somebody cancels a task in TaskRouter."""
        workspace = self.rehearsal.account["workspaceSid"]
        address = f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{task['sid']}"
        self.rehearsal.api("POST", address, AssignmentStatus="canceled", Reason="a test")

    def task_of(self, work: Work) -> dict[str, object]:
        """The task as TaskRouter has it."""
        return self.rehearsal.api(
            "GET", f"taskrouter.twilio.com/v1/Workspaces/{self.rehearsal.account['workspaceSid']}/Tasks/{work.task}"
        )

    def live_tasks(self, opened: Opened) -> list[dict[str, object]]:
        """The tasks of a conversation that have not ended."""
        listed = self.rehearsal.api(
            "GET", f"taskrouter.twilio.com/v1/Workspaces/{self.rehearsal.account['workspaceSid']}/Tasks?PageSize=100"
        )["tasks"]
        live = {"pending", "reserved", "assigned"}
        return [
            task for task in listed if opened.conversation in task["attributes"] and task["assignment_status"] in live
        ]

    def until_one_task_but(self, opened: Opened, earlier: dict[str, object]) -> list[dict[str, object]]:
        """The live tasks of a conversation, once there are some besides an earlier one."""
        found: list[dict[str, object]] = []

        def look() -> bool:
            found[:] = [task for task in self.live_tasks(opened) if task["sid"] != earlier["sid"]]
            return bool(found)

        self.until(look)
        return found

    def until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        """Wait for what events bring about: they are delivered beside what caused them."""
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, f"not within {seconds:.0f} s"
            time.sleep(0.1)

    def api_message(self, opened: Opened, author: str) -> None:
        """A message that is written through the API, with webhooks asked for.

        As bots and the Flex UI's back ends do.
        """
        answer = self.rehearsal.http.post(
            f"/conversations.twilio.com/v1/Conversations/{opened.conversation}/Messages",
            data={"Author": author, "Body": "note"},
            headers={"X-Twilio-Webhook-Enabled": "true"},
            auth=self.credentials,
        )
        assert answer.status_code == 201, answer.text
