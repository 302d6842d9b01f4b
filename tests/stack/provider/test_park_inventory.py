"""The inventory that peers are measured by, through the real engine: its cost in requests, and what is shown of it."""

import textwrap

from tests.stack.provider.project import Project
from tests.unit.provider.fake_twilio import Fault

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
    assert len(created.requests) <= 19, created.requests
    assert not [request for request in created.requests if request.startswith("GET")]

    unchanged = project.pulumi("preview", "--expect-no-changes")
    assert (unchanged.code, unchanged.requests) == (0, []), unchanged.text
    assert project.up().requests == []

    refreshed = project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert refreshed.code == 0, refreshed.text
    assert len(refreshed.requests) <= 12, refreshed.requests

    one = project.pulumi("up", "--yes", "--skip-preview", CHANGED="park")
    assert one.code == 0, one.text
    assert [request.rsplit("/", 1)[1] for request in one.requests] == ["Versions", "Builds", "Deployments"]
    assert all(request.startswith("POST") for request in one.requests)

    four = project.pulumi("up", "--yes", "--skip-preview", CHANGED=ALL.replace("park,unpark", "unpark"))
    assert four.code == 0, four.text
    assert len(four.requests) <= 7, four.requests

    print(  # noqa: T201 - the measured counts, shown by `pytest -rP`
        f"create {len(created.requests)}, no change 0, refresh {len(refreshed.requests)}, "
        f"one function {len(one.requests)}, four {len(four.requests)}"
    )
    destroyed = project.pulumi("destroy", "--yes", "--skip-preview")
    assert destroyed.code == 0, destroyed.text
    assert len(destroyed.requests) <= 5, destroyed.requests
    assert project.twilio.items == {}
    print(f"destroy {len(destroyed.requests)}")  # noqa: T201 - likewise


def test_secrets_and_source_are_nowhere_in_plain_text(project: Project) -> None:
    """Neither in state, plan, preview, output nor log."""
    project.program(textwrap.dedent(PARK))
    preview = project.pulumi("preview", "--diff", "--save-plan", "plan.json").text
    log = project.pulumi("up", "--yes", "--skip-preview", "--logtostderr", "-v=8").text
    preview += project.pulumi("preview", "--diff", CHANGED="park").text
    stored = (project.folder / "plan.json").read_text() + project.pulumi("stack", "export").text
    stored += "".join(path.read_text() for path in (project.folder / "state").rglob("*.json"))
    plain = project.pulumi("up", "--yes", "--skip-preview", CHANGED="park").text
    for shown in (preview, log, plain, stored):
        assert "hush-hush" not in shown
        assert "the source of" not in shown
        assert project.twilio.token not in shown


def test_the_most_verbose_log_shows_only_what_the_engine_itself_traces(project: Project) -> None:
    """At -v=9 the engine writes every value that passes it, secrets too; the provider adds nothing to that."""
    project.program(textwrap.dedent(PARK))
    log = project.pulumi("up", "--yes", "--skip-preview", "--logtostderr", "-v=9").text
    told = [line for line in log.splitlines() if "hush-hush" in line or project.twilio.token in line]
    assert told
    assert all("arshaling property for RPC[" in line for line in told)
    assert project.twilio.token not in log


def test_an_error_that_quotes_a_secret_is_told_without_it(project: Project) -> None:
    """Twilio's messages may repeat what was sent: neither the console nor the history keeps it."""
    project.program(
        """
twilio.events.Sink(
    "sink",
    description="Events",
    sink_type="segment",
    sink_configuration={"write_key": "hush-hush-key"},
    opts=opts,
)
"""
    )
    refusal = {"code": 20001, "message": "The write key hush-hush-key is not valid"}
    project.twilio.faults.append(Fault("POST", "Sinks$", 400, body=refusal))
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "The write key [secret] is not valid" in failed.text
    project.up()
    stored = failed.text + project.pulumi("stack", "export").text
    stored += "".join(path.read_text() for path in (project.folder / "state").rglob("*.json"))
    assert "hush-hush-key" not in stored
