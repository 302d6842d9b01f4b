"""What a stack may manage and an account may have already: where each type is listed, and how one is recognised.

An id is the API's path without its version (names.md of the provider: `Workspaces/WS.../TaskQueues/WQ...`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

_WORKSPACES = "taskrouter.twilio.com/v1/Workspaces"
_IN_WORKSPACE = f"{_WORKSPACES}/{{workspaceSid}}"
_SERVICE = "serverless.twilio.com/v1/Services/{serviceSid}"
_HOME = f"{_SERVICE}/Environments/{{environmentSid}}"


@dataclass(frozen=True)
class Kind:
    """One type. `collection` is its address, with the SIDs of its parents to be filled in; `key` is the input by which
    one is recognised, and `wire` how Twilio calls it; `prefix` is that of its SIDs.
    """

    collection: str
    key: str
    wire: str
    prefix: str

    def identity(self, parents: Mapping[str, str], sid: str) -> str:
        """The id of one of them."""
        path = self.collection.format(**parents).split("/", 2)[2]
        return f"{path}/{sid}"


# In the order in which they are looked for: what others lie below comes first.
KINDS: Mapping[str, Kind] = {
    "twilio:taskrouter:Workspace": Kind(_WORKSPACES, "friendlyName", "friendly_name", "WS"),
    "twilio:taskrouter:TaskQueue": Kind(f"{_IN_WORKSPACE}/TaskQueues", "friendlyName", "friendly_name", "WQ"),
    "twilio:taskrouter:Workflow": Kind(f"{_IN_WORKSPACE}/Workflows", "friendlyName", "friendly_name", "WW"),
    "twilio:sync:Service": Kind("sync.twilio.com/v1/Services", "friendlyName", "friendly_name", "IS"),
    "twilio:serverless:Service": Kind("serverless.twilio.com/v1/Services", "uniqueName", "unique_name", "ZS"),
    "twilio:serverless:Environment": Kind(f"{_SERVICE}/Environments", "uniqueName", "unique_name", "ZE"),
    "twilio:serverless:Variable": Kind(f"{_HOME}/Variables", "key", "key", "ZV"),
    "twilio:serverless:Function": Kind(f"{_SERVICE}/Functions", "friendlyName", "friendly_name", "ZH"),
    "twilio:events:Sink": Kind("events.twilio.com/v1/Sinks", "description", "description", "DG"),
    "twilio:events:Subscription": Kind("events.twilio.com/v1/Subscriptions", "description", "description", "DF"),
}
# Told, where nothing in the stack file asks for them: these are what people give a stack to manage.
OFFERED = (
    "twilio:taskrouter:Workspace", "twilio:taskrouter:TaskQueue", "twilio:taskrouter:Workflow", "twilio:sync:Service",
    "twilio:serverless:Service",
)  # fmt: skip
# Where the Flex Configuration names what is Flex's own: a SID, or a list of them (the services that plugins are in).
FLEX_OWN = (
    "taskrouter_workspace_sid", "taskrouter_target_workflow_sid", "taskrouter_target_taskqueue_sid",
    "chat_service_instance_sid", "flex_service_instance_sid", "serverless_service_sids",
)  # fmt: skip
