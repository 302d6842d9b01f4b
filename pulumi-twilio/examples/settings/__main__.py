"""What an account has already: looked up, listed, set by our keys alone; a destroy puts back what was there before."""

import pulumi
import pulumi_twilio as twilio

workspace = twilio.taskrouter.get_workspace(friendly_name="Flex Task Assignment")
queues = twilio.taskrouter.list_task_queues(workspace_sid=workspace.sid)
pulumi.export("queues", [queue["friendlyName"] for queue in queues.items])

twilio.flex.Configuration("flex", ui_attributes={"ours": {"colour": "blue"}})
twilio.conversations.ConfigurationWebhook(
    "webhooks",
    post_webhook_url="https://example.com/events",
    filters=["onMessageAdded"],
)
