"""The public sample's own sequences of calls, replayed one after the other by a script.

Source: the park-interaction feature of Twilio's flex-project-template, with its list switched on: which calls it makes,
and in which order. Left out is what runs around them there, a token check and a function's runtime, so the times
flatter the sample. Nothing is repeated and nothing is undone: what fails is lost.
"""

import json
from typing import Any

from flexpark.cli.demo.actors import Agent, Opened, Work
from flexpark.cli.rehearsal import Rehearsal
from flexpark.errors import FlexparkError

_MAP_EXISTS = 54301


class Sample:
    """One conversation, parked and resumed as the sample does it."""

    def __init__(self, rehearsal: Rehearsal, agent: Agent, opened: Opened, work: Work) -> None:
        self._api = rehearsal.api
        self._agent = agent
        self._opened = opened
        outputs = rehearsal.outputs_now()
        self._routing = {"workspace_sid": outputs["workspaceSid"], "workflow_sid": outputs["workflowSid"]}
        self._sync = f"sync.twilio.com/v1/Services/{outputs['syncServiceSid']}/Maps"
        self._conversation = f"conversations.twilio.com/v1/Conversations/{opened.conversation}"
        self._channel = f"flex-api.twilio.com/v1/Interactions/{opened.interaction}/Channels/{opened.channel}"
        # What the browser sends along in the sample: no call of its own.
        task = self._api("GET", f"taskrouter.twilio.com/v1/Workspaces/{outputs['workspaceSid']}/Tasks/{work.task}")
        self._task = {"attributes": json.loads(task["attributes"]), "queue": task["task_queue_sid"]}
        self._task["queue_name"] = task["task_queue_friendly_name"]
        participants = self._api("GET", f"{self._channel}/Participants")["participants"]
        self._participant: str = next(p["sid"] for p in participants if p["type"] == "agent")
        self._url = f"https://{outputs['domain']}/unpark-interaction"
        self._webhook = ""

    @property
    def _map(self) -> str:
        return f"ParkedInteractions_{self._agent.sid}"

    def park(self) -> None:
        """Webhook, participant, map, item, attributes."""
        hook = {"Target": "webhook", "Configuration.Method": "POST", "Configuration.Filters": "onMessageAdded"}
        self._webhook = self._api("POST", f"{self._conversation}/Webhooks", **hook, **{"Configuration.Url": self._url})[
            "sid"
        ]
        self._api("POST", f"{self._channel}/Participants/{self._participant}", Status="closed")
        self._make_map()
        item = {"interactionSid": self._opened.interaction, "taskAttributes": self._task["attributes"]}
        self._api("POST", f"{self._sync}/{self._map}/Items", Key=self._opened.conversation, Data=json.dumps(item))
        kept: dict[str, Any] = {**item, "webhookSid": self._webhook, "mapItemKey": self._opened.conversation}
        self._api("POST", self._conversation, Attributes=json.dumps(kept))

    def unpark(self) -> None:
        """Webhook, conversation, invite, item: as a customer's message starts it."""
        self._api("DELETE", f"{self._conversation}/Webhooks/{self._webhook}")
        kept = json.loads(self._api("GET", self._conversation)["attributes"])
        original = {
            "queueName": self._task["queue_name"],
            "queueSid": self._task["queue"],
            "workerSid": self._agent.sid,
        }
        attributes = {**kept["taskAttributes"], "originalRouting": original}
        properties = {**self._routing, "task_channel_unique_name": "chat", "attributes": attributes}
        self._api("POST", f"{self._channel}/Invites", Routing=json.dumps({"properties": properties}))
        self._api("DELETE", f"{self._sync}/{self._map}/Items/{kept['mapItemKey']}")

    def _make_map(self) -> None:
        try:
            self._api("POST", self._sync, UniqueName=self._map)
        except FlexparkError as error:
            if str(_MAP_EXISTS) not in (error.detail or ""):
                raise
