"""The published table of failures, played: what goes wrong, on which program, and what has to come of it.

``what`` and ``ours`` are the words of pulumi-twilio/docs/failures.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.stack.provider.project import Project, Ran
from tests.unit.provider.fake_twilio import Fault

SYNC = 'twilio.sync.Service("sync", friendly_name="flexpark", opts=opts)\n'
WORKSPACE = """
workspace = twilio.taskrouter.Workspace("workspace", friendly_name="Park", opts=opts)
"""
WORKER = """
twilio.taskrouter.Worker(
    "ann", workspace_sid=workspace.sid, friendly_name="ann", attributes={"skills": ["sales"]}, opts=opts
)
"""
WORKFLOW = """
twilio.taskrouter.Workflow(
    "workflow",
    workspace_sid=workspace.sid,
    friendly_name="Park",
    configuration={"task_routing": {"filters": [], "default_filter": {"queue": "WQ" + "1" * 32}}},
    opts=opts,
)
"""
LOOKED_UP = """
found = twilio.taskrouter.get_workspace(friendly_name="Flex", opts=pulumi.InvokeOptions(provider=provider))
pulumi.export("workspace", found.sid)
"""
VARIABLE = """
service = twilio.serverless.Service("service", unique_name="flexpark", friendly_name="flexpark", opts=opts)
home = twilio.serverless.Environment(
    "environment", service_sid=service.sid, unique_name="dev", domain_suffix="dev", opts=opts
)
variable = twilio.serverless.Variable(
    "variable", service_sid=service.sid, environment_sid=home.sid, key="K", value="hush-hush", opts=opts
)
pulumi.export("value", variable.value)
"""


@dataclass(frozen=True)
class Row:
    """``play`` takes a project with the program and asserts; it returns requests, which have to be ``requests``.

    ``faulty``: it injects faults, each of which has to strike, or none where they are ``never_met``.
    """

    what: str
    ours: str
    program: str
    play: Callable[[Project], list[str]]
    requests: tuple[str, ...]
    faulty: bool = True
    never_met: bool = False


def _succeeds(ran: Ran) -> Ran:
    assert ran.code == 0, ran.text
    return ran


def _unchanged(project: Project) -> None:
    _succeeds(project.pulumi("preview", "--expect-no-changes"))


def _429_on_a_create(project: Project) -> list[str]:
    project.twilio.faults.append(Fault("POST", "/v1/Services$", 429, headers={"Retry-After": "1"}))
    sent = project.up().requests
    assert len(project.twilio.items) == 1
    _unchanged(project)
    return sent


def _429_and_503_on_reads(project: Project) -> list[str]:
    project.twilio.add("taskrouter.twilio.com", "/v1/Workspaces", friendly_name="Flex")
    project.up()
    for path in ("Workspaces$", "Services/"):
        project.twilio.faults.append(Fault("GET", path, 429))
        project.twilio.faults.append(Fault("GET", path, 503))
    looked_up = _succeeds(project.pulumi("preview", "--expect-no-changes")).requests
    refreshed = _succeeds(project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")).requests
    return looked_up + refreshed


def _500_right_after_creates(project: Project) -> list[str]:
    for path in ("/v1/Services$", "Workers$"):
        project.twilio.faults.append(Fault("POST", path, 500, after=True))
    sent = project.up().requests
    assert len(project.twilio.items) == 3, project.twilio.items
    assert not [request for request in sent if request.startswith("DELETE")]
    _unchanged(project)
    return [request for request in sent if "Workspaces" not in request or "Workers" in request]


def _404_right_after_a_create(project: Project) -> list[str]:
    project.twilio.faults.append(Fault("GET", "/v1/Services", 404, times=99))
    sent = project.up().requests
    _unchanged(project)
    assert "sync" in project.state()
    assert len(project.twilio.items) == 1, project.twilio.items
    return sent


def _deleted_behind_our_back(project: Project) -> list[str]:
    project.up()
    project.twilio.items.clear()
    _succeeds(project.pulumi("refresh", "--yes", "--skip-preview"))
    assert "sync" not in project.state()
    sent = project.up().requests
    assert len(project.twilio.items) == 1, project.twilio.items
    _unchanged(project)
    return sent


def _reformatted(project: Project) -> list[str]:
    project.up()
    (shown,) = (body["configuration"] for body in project.twilio.items.values() if "configuration" in body)
    assert "\n" in shown  # the stand-in writes it anew, as Twilio does
    _succeeds(project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes"))
    return _succeeds(project.pulumi("preview", "--expect-no-changes")).requests


def _secret(project: Project) -> list[str]:
    shown = project.pulumi("preview", "--diff", "--save-plan", "plan.json").text
    ran = _succeeds(project.pulumi("up", "--yes", "--skip-preview", "--logtostderr", "-v=8"))
    shown += ran.text + project.pulumi("stack", "output").text + project.pulumi("stack", "export").text
    shown += (project.folder / "plan.json").read_text("utf-8")
    shown += "".join(path.read_text("utf-8") for path in (project.folder / "state").rglob("*.json"))
    assert "hush-hush" not in shown
    assert "[secret]" in shown
    return ran.requests


ROWS = (
    Row(
        "one 429 on a create",
        "succeeds after Retry-After; the request is repeated, nothing is made twice",
        SYNC,
        _429_on_a_create,
        ("POST /v1/Services", "POST /v1/Services"),
    ),
    Row(
        "429 or 503 on a read",
        "succeeds: look-ups of a preview and reads of a refresh are repeated, with back-off",
        LOOKED_UP + SYNC,
        _429_and_503_on_reads,
        ("GET /v1/Workspaces",) * 3 + ("GET /v1/Services/IS",) * 3,
    ),
    Row(
        "500 right after a create",
        "recognised (by its marker, or as what this process has just asked for); nothing is destroyed or made twice",
        SYNC + WORKSPACE + WORKER,
        _500_right_after_creates,
        ("POST /v1/Services", "GET /v1/Services", "POST /v1/Workspaces/WS/Workers", "GET /v1/Workspaces/WS/Workers"),
    ),
    Row(
        "404 right after a create",
        "cannot happen: the answer of the POST is the output, nothing is read after a create",
        SYNC,
        _404_right_after_a_create,
        ("POST /v1/Services",),
        never_met=True,
    ),
    Row(
        "deleted behind our back",
        "a refresh drops it from the state, the next up plans and makes it again",
        SYNC,
        _deleted_behind_our_back,
        ("POST /v1/Services",),
        faulty=False,
    ),
    Row(
        "workflow JSON reformatted by the API",
        "no change, neither in a refresh nor in a preview: configurations are compared by meaning",
        WORKSPACE + WORKFLOW,
        _reformatted,
        (),
        faulty=False,
    ),
    Row(
        "secret in a Serverless variable",
        "never in plaintext: not in preview, plan, output, state, history or log (but for the engine's own at `-v=9`)",
        VARIABLE,
        _secret,
        (
            "POST /v1/Services",
            "POST /v1/Services/ZS/Environments",
            "POST /v1/Services/ZS/Environments/ZE/Variables",
        ),
        faulty=False,
    ),
)
