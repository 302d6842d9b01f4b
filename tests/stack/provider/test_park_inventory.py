"""The inventory that peers are measured by, through the real engine: its cost in requests, and what is shown of it."""

import textwrap

from tests.stack.provider.project import Project

PARK = """
import os

workspace = twilio.taskrouter.Workspace("workspace", friendly_name="Park", opts=opts)
below = pulumi.ResourceOptions(provider=provider, deleted_with=workspace)
workflow = twilio.taskrouter.Workflow(
    "workflow",
    workspace_sid=workspace.sid,
    friendly_name="Park",
    configuration={"task_routing": {"filters": [], "default_filter": {"queue": "WQ" + "1" * 32}}},
    opts=below,
)
sync = twilio.sync.Service("sync", friendly_name="flexpark-acme-dev", opts=opts)
twilio.conversations.ConfigurationWebhook("webhook", filters=["onMessageAdded"], method="POST", opts=opts)
service = twilio.serverless.Service(
    "service", unique_name="flexpark-acme-dev", friendly_name="flexpark", include_credentials=True, opts=opts
)
inside = pulumi.ResourceOptions(provider=provider, deleted_with=service)
environment = twilio.serverless.Environment(
    "environment", service_sid=service.sid, unique_name="dev", domain_suffix="dev", opts=inside
)
twilio.serverless.Variable(
    "variable", service_sid=service.sid, environment_sid=environment.sid, key="K", value="hush-hush", opts=inside
)
versions = []
changed = os.environ.get("CHANGED", "").split(",")
for name in ("park", "unpark", "parked", "wake"):
    function = twilio.serverless.Function(name, service_sid=service.sid, friendly_name=name, opts=inside)
    text = f"exports.handler = () => 'the source of {name}{' again' if name in changed else ''}'"
    version = twilio.serverless.FunctionVersion(
        f"{name}-version",
        service_sid=service.sid,
        function_sid=function.sid,
        path=f"/{name}",
        visibility="public",
        content=pulumi.StringAsset(text),
        opts=inside,
    )
    versions.append(version.sid)
build = twilio.serverless.Build(
    "build", service_sid=service.sid, function_versions=versions, dependencies={"twilio": "5.0.0"}, opts=inside
)
twilio.serverless.Deployment(
    "deployment", service_sid=service.sid, environment_sid=environment.sid, build_sid=build.sid, opts=inside
)
pulumi.export("domain", environment.domain_name)
"""
ALL = "park,unpark,parked,wake"


def test_the_life_of_a_park_stack_costs_what_it_may(project: Project) -> None:
    """Create, nothing changed, one and four functions changed, refresh, destroy: the bars of the published table."""
    project.program(textwrap.dedent(PARK))
    preview = project.pulumi("preview")
    assert (preview.code, preview.requests) == (0, [])

    created = project.up()
    assert (created.checks, created.polls) == (1, 1)
    assert len(created.requests) <= 19, created.requests
    looked = [request for request in created.requests if request.startswith("GET")]
    assert looked == ["GET /v1/Configuration/Webhooks"]  # every account has it: a destroy puts back what was there

    unchanged = project.pulumi("preview", "--expect-no-changes")
    assert (unchanged.code, unchanged.requests, unchanged.checks) == (0, [], 0), unchanged.text
    assert project.up().requests == []

    refreshed = project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert (refreshed.code, refreshed.checks) == (0, 1), refreshed.text
    assert len(refreshed.requests) <= 12, refreshed.requests

    one = project.pulumi("up", "--yes", "--skip-preview", CHANGED="park")
    assert one.code == 0, one.text
    assert [request.rsplit("/", 1)[1] for request in one.requests] == ["Versions", "Builds", "Deployments"]
    assert all(request.startswith("POST") for request in one.requests)

    four = project.pulumi("up", "--yes", "--skip-preview", CHANGED=ALL.replace("park,unpark", "unpark"))
    assert (four.code, four.checks, four.polls) == (0, 1, 1), four.text
    assert len(four.requests) <= 7, four.requests

    print(  # noqa: T201 - the measured counts, shown by `pytest -rP`
        f"create {len(created.requests)}, no change 0, refresh {len(refreshed.requests)}, "
        f"one function {len(one.requests)}, four {len(four.requests)}"
    )
    destroyed = project.pulumi("destroy", "--yes", "--skip-preview")
    assert (destroyed.code, destroyed.checks) == (0, 1), destroyed.text
    assert len(destroyed.requests) <= 5, destroyed.requests
    assert [path for _, path in project.twilio.items if "Configuration" not in path] == []
    print(f"destroy {len(destroyed.requests)}")  # noqa: T201 - likewise
