"""A workspace with a queue, the routing to it, and its events to a webhook of yours."""

import pulumi
import pulumi_twilio as twilio

workspace = twilio.taskrouter.Workspace("support", friendly_name="Support")
queue = twilio.taskrouter.TaskQueue(
    "sales", workspace_sid=workspace.sid, friendly_name="Sales", target_workers='skills HAS "sales"'
)
twilio.taskrouter.Workflow(
    "route",
    workspace_sid=workspace.sid,
    friendly_name="Route",
    configuration={"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}},
)
sink = twilio.events.Sink(
    "events",
    description="Task events",
    sink_type="webhook",
    sink_configuration={"destination": "https://example.com/events", "method": "POST"},
)
twilio.events.Subscription(
    "tasks",
    description="Tasks",
    sink_sid=sink.sid,
    types=[{"type": "com.twilio.taskrouter.task.created", "schema_version": 1}],
)
pulumi.export("queueSid", queue.sid)
