"""The reference inventory: what parking needs, as a peer's users declare it.

A Sync service, a workspace with a workflow, a Serverless service with an environment, four functions, one variable,
one build and its deployment, and the conversations webhook, which every account has: it is set, and put back. The
workflow needs a task queue to route to, so there is one besides. `EDITION` changes all four functions.
"""

import os

import pulumi
import pulumi_twilio as twilio

EDITION = os.environ.get("EDITION", "first")
provider = twilio.Provider("twilio", account_sid=os.environ["TWILIO_ACCOUNT_SID"], stack_id="0123456789abcdef")
options = pulumi.ResourceOptions(provider=provider)

twilio.sync.Service("sync", friendly_name="reference", opts=options)
twilio.conversations.ConfigurationWebhook("webhook", filters=["onMessageAdded"], method="POST", opts=options)

workspace = twilio.taskrouter.Workspace("workspace", friendly_name="Reference", opts=options)
in_workspace = pulumi.ResourceOptions(provider=provider, deleted_with=workspace)
queue = twilio.taskrouter.TaskQueue(
    "queue", workspace_sid=workspace.sid, friendly_name="Everyone", target_workers="1==1", opts=in_workspace
)
twilio.taskrouter.Workflow(
    "workflow",
    workspace_sid=workspace.sid,
    friendly_name="Reference",
    configuration={"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}},
    opts=in_workspace,
)

service = twilio.serverless.Service(
    "service", unique_name="reference", friendly_name="reference", include_credentials=True, opts=options
)
in_service = pulumi.ResourceOptions(provider=provider, deleted_with=service)
environment = twilio.serverless.Environment(
    "environment", service_sid=service.sid, unique_name="dev", domain_suffix="dev", opts=in_service
)
variable = twilio.serverless.Variable(
    "variable", service_sid=service.sid, environment_sid=environment.sid, key="KEY", value="value", opts=in_service
)
versions = []
for name in ("park", "unpark", "parked", "wake"):
    function = twilio.serverless.Function(name, service_sid=service.sid, friendly_name=name, opts=in_service)
    version = twilio.serverless.FunctionVersion(
        f"{name}-version",
        service_sid=service.sid,
        function_sid=function.sid,
        path=f"/{name}",
        visibility="protected",
        content=pulumi.StringAsset(
            f"exports.handler = (c, e, callback) => callback(null, '{name}, {EDITION} edition');\n"
        ),
        opts=in_service,
    )
    versions.append(version.sid)
build = twilio.serverless.Build("build", service_sid=service.sid, function_versions=versions, opts=in_service)
twilio.serverless.Deployment(
    "deployment", service_sid=service.sid, environment_sid=environment.sid, build_sid=build.sid, opts=in_service
)
