"""Events: Event Streams tells `task-events` how tasks end, beside the workspace's EventCallbackUrl, which is Flex's."""

import pulumi
import pulumi_twilio as twilio

from flexpark import Environment
from infra.flex_ui import FlexUi
from infra.functions import Functions

# One time-out gives workflow.timeout and task.canceled; the function acts once per task.
TERMINAL_TYPES = (
    "com.twilio.taskrouter.task.canceled",
    "com.twilio.taskrouter.task.deleted",
    "com.twilio.taskrouter.task.system-deleted",
    "com.twilio.taskrouter.workflow.timeout",
)
MESSAGE_TYPE = "com.twilio.conversations.message.added"


class Events(pulumi.ComponentResource):
    """One sink and one subscription of the stack's own; those of others are never touched.

    Outputs: `sink_sid`, `subscription_sid`. Events are account-wide: the function leaves out what is not of
    this stack. `park.durable_wake` adds messages.
    """

    sink_sid: pulumi.Output[str]
    subscription_sid: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        functions: Functions,
        flex_ui: FlexUi | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("flexpark:infra:Events", name, None, opts)
        below = pulumi.ResourceOptions(parent=self)
        sink = twilio.events.Sink(
            "task-events",
            description=f"{environment.service_name}: how tasks of parked conversations end",
            sink_type="webhook",
            sink_configuration={
                "destination": functions.urls.apply(lambda urls: urls["task-events"]),
                "method": "POST",
                "batch_events": True,
            },
            # An event must find the function deployed.
            opts=pulumi.ResourceOptions.merge(below, pulumi.ResourceOptions(depends_on=[functions.deployment])),
        )
        self.sink_sid = sink.sid.apply(str)
        types = [*TERMINAL_TYPES, *([MESSAGE_TYPE] if environment.park.durable_wake else [])]
        subscription = twilio.events.Subscription(
            "task-events",
            description=f"{environment.service_name}: terminal events",
            sink_sid=self.sink_sid,
            types=[twilio.events.SubscribedTypeArgs(type=event_type) for event_type in types],
            # All else leads here, and the engine deletes nothing that a protected resource depends on: a refused
            # destroy without preview would delete the workflow and forget the functions before it comes to them.
            opts=pulumi.ResourceOptions.merge(
                below, pulumi.ResourceOptions(protect=True, depends_on=[flex_ui] if flex_ui else [])
            ),
        )
        self.subscription_sid = subscription.sid.apply(str)
        self.register_outputs({"sinkSid": self.sink_sid, "subscriptionSid": self.subscription_sid})
