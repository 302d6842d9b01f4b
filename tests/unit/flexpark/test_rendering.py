"""An environment's bundle: only what it needs, the same every time, and a workflow that routes as it says."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from flexpark import Bundle, RenderError, load_environment, placeholder_sids, render_bundle
from flexpark.rendering.registry import FUNCTIONS
from taskrouter import parse_workflow, targets_for
from tests.unit.flexpark.building import ACCOUNT, REPOSITORY, Project, sid

QUEUES = [
    {"name": "Sales", "create": {}},
    {"name": 'The "best"', "create": {}},
    {"name": "All", "existing": {"name": "All"}},
]
ROUTES = [{"name": "New sales", "when": 'topic == "sales"', "queue": "Sales"}]


def bundle(project: Project, **settings: Any) -> Bundle:
    """The bundle of a stack with these settings."""
    return render_bundle(project.stack(**settings).load(), project.root)


def paths(rendered: Bundle) -> dict[str, str]:
    """{path: visibility}."""
    return {function.path: function.visibility for function in rendered.functions}


def settings_of(rendered: Bundle, folder: Path) -> Any:
    """What Node makes of the settings module."""
    node = shutil.which("node")
    assert node, "Node is needed"
    (folder / "settings.js").write_text(
        next(function.content for function in rendered.functions if function.path == "/flexpark/settings")
    )
    script = "process.stdout.write(JSON.stringify(require(process.argv[1])))"
    command = [node, "-e", script, str(folder / "settings.js")]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout)


def test_the_functions_have_their_public_paths(project: Project) -> None:
    """Who may call what is a promise to agents' browsers and to Twilio."""
    found = paths(bundle(project))
    assert {path: v for path, v in found.items() if v != "private"} == {
        "/park": "public",
        "/unpark": "public",
        "/parked": "public",
        "/close": "public",
        "/unpark-on-message": "protected",
        "/task-events": "protected",
        "/reconcile": "protected",
    }
    assert all(path.startswith("/flexpark/") for path, visibility in found.items() if visibility == "private")


def test_every_module_that_is_asked_for_is_there(project: Project) -> None:
    """No function can fail for a module that was left out."""
    rendered = bundle(project)
    for function in rendered.functions:
        for name in re.findall(r"flexpark/([a-z-]+)'|load\('([a-z-]+)'\)", function.content):
            assert f"/flexpark/{name[0] or name[1]}" in paths(rendered), function.path


def test_modules_are_copied_word_for_word(project: Project) -> None:
    """What was linted and tested is what runs."""
    for function in bundle(project).functions:
        source = REPOSITORY / "functions_src/src" / f"{function.path.removeprefix('/flexpark/')}.js"
        if function.path.startswith("/flexpark/") and source.exists():
            assert function.content == source.read_text()


def test_only_what_is_needed_is_rendered(project: Project) -> None:
    """Without a list there is no function that answers it; without the feature there is nothing."""
    assert "/parked" not in paths(bundle(project, park={"show_list": False}))
    off = bundle(project, park={"enabled": False})
    assert (off.functions, dict(off.dependencies), off.workflow) == ((), {}, None)


def test_a_module_that_nothing_asks_for_is_left_out(project: Project) -> None:
    """A new module is deployed once something requires it."""
    project.write("functions_src/src/unused.js", "module.exports = {};\n")
    assert "/flexpark/unused" not in paths(bundle(project))


def test_a_flow_is_told_by_its_sid_and_gets_its_way_back(project: Project, tmp_path: Path) -> None:
    """However the flow is given; without Studio there is no function for its end."""
    url = f"https://webhooks.twilio.com/v1/Accounts/{ACCOUNT}/Flows/{sid('FW')}"
    through = bundle(project, park={"resume": {"destination": "studio", "flow": url, "flow_timeout": 60}})
    told = settings_of(through, tmp_path)["resume"]
    assert told == {"destination": "studio", "workflow": "park", "flowSid": sid("FW"), "flowTimeout": 60}
    assert paths(through)["/unpark-from-studio"] == "protected"
    assert "/unpark-from-studio" not in paths(bundle(project))


@pytest.mark.parametrize("destination", ["queue", "worker"])
def test_a_queue_for_customers_is_the_first_filter(project: Project, destination: str) -> None:
    """The functions mark the task, the workflow reads the mark."""
    rendered = bundle(project, park={"resume": {"destination": destination, "queue": "Everyone"}})
    assert rendered.workflow is not None
    first = rendered.workflow.configuration({"Everyone": sid("WQ", 5)})["task_routing"]["filters"][0]
    assert first["expression"] == f'flexpark.to == "{destination}"'
    assert first["targets"][-1] == {"queue": sid("WQ", 5)}
    assert ("known_worker_sid" in first["targets"][0]) == (destination == "worker")


def test_rendering_is_deterministic(project: Project, tmp_path: Path) -> None:
    """The same settings in another folder give the same bytes."""
    (tmp_path / "other").mkdir()
    other = Project(tmp_path / "other").stack(queues=QUEUES, default_queue="All")
    first = bundle(project, queues=QUEUES, default_queue="All")
    second = render_bundle(other.load(), other.root)
    assert first.functions == second.functions
    assert first.sha256 == second.sha256


def test_a_setting_touches_one_function(project: Project) -> None:
    """A changed setting is one upload: that of the settings module."""
    before = {function.path: function.sha256 for function in bundle(project).functions}
    after = {function.path: function.sha256 for function in bundle(project, park={"task_timeout": 3_600}).functions}
    assert [path for path in after if after[path] != before[path]] == ["/flexpark/settings"]


def test_the_settings_module_says_what_the_environment_says(project: Project, tmp_path: Path) -> None:
    """Names and units as the functions expect them, read by the real Node."""
    park = {
        "show_list": False,
        "list_ttl": {"whatsapp": "7d", "email": "none"},
        "resume": {"workflow": "original"},
        "agent_resume": "workflow",
    }
    assert settings_of(bundle(project, park=park), tmp_path) == {
        "customer": "acme",
        "environment": "dev",
        "showList": False,
        "listTtl": {"sms": None, "default": 86_400, "whatsapp": 604_800, "email": None},
        "resume": {"destination": "workflow", "workflow": "original"},
        "taskTimeout": 86_400,
        "reinvites": 2,
        "durableWake": False,
        "onExpired": "new_interaction",
        "mirrorAttributes": False,
        "allowedOrigins": ["https://flex.twilio.com"],
        "agentResume": "workflow",
        "supervisorRoles": ["admin", "supervisor"],
        "leaseSeconds": 15,
        "recordDoneTtl": 86_400,
        "deadlines": {"webhook": 4_000, "park": 8_000},
    }


def test_the_functions_own_tests_use_the_same_settings(tmp_path: Path) -> None:
    """The settings that functions_src is tested with are those that are rendered."""
    rendered = render_bundle(load_environment(REPOSITORY, "acme-dev"), REPOSITORY)
    node = shutil.which("node")
    assert node, "Node is needed"
    script = "process.stdout.write(JSON.stringify(require(process.argv[1])))"
    command = [node, "-e", script, str(REPOSITORY / "functions_src/test/settings.js")]
    tested = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout)
    assert settings_of(rendered, tmp_path) == tested


def test_nothing_of_the_account_is_in_a_rendered_text(project: Project) -> None:
    """SIDs reach functions as Serverless Variables; the stack's identity does not reach them at all."""
    environment = project.stack(pinned={"workspaceSid": sid("WS"), "queues": {"Everyone": sid("WQ")}}).load()
    for function in render_bundle(environment, project.root).functions:
        for secret in (environment.account_sid, environment.stack_id, sid("WS"), sid("WQ")):
            assert secret not in function.content


@pytest.mark.parametrize("version", ["^2.1.0", "2.1", "*", "latest", ">=2.1.0", "2.1.x", "npm:x@1.0.0", ""])
def test_only_exact_versions_are_built(project: Project, version: str) -> None:
    """A build of today and one of tomorrow have the same packages."""
    project.write("functions_src/package.json", json.dumps({"dependencies": {"twilio": version}}))
    with pytest.raises(RenderError, match=r"functions_src/package\.json: twilio: not an exact version"):
        bundle(project)


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "missing", "Upper", "a/b"])
def test_modules_stay_in_their_folder(project: Project, name: str) -> None:
    """A module is a file of functions_src/src, by a plain name."""
    project.write("functions_src/secret.js", "hush")
    project.write("templates/functions/park.js.j2", f"require(Runtime.getFunctions()['flexpark/{name}'].path);\n")
    with pytest.raises(RenderError, match="asks for the module"):
        bundle(project)


def test_a_module_cannot_be_a_link_to_elsewhere(project: Project) -> None:
    """Not by a symbolic link either."""
    outside = project.write("outside.js", "hush")
    (project.root / "functions_src/src/linked.js").symlink_to(outside)
    project.write("templates/functions/park.js.j2", "require(Runtime.getFunctions()['flexpark/linked'].path);\n")
    with pytest.raises(RenderError, match="there is no"):
        bundle(project)


def test_every_template_is_in_the_table() -> None:
    """A template that no line of the registry names would never be deployed."""
    there = {f"functions/{path.name}" for path in (REPOSITORY / "templates/functions").glob("*.j2")}
    assert there == {entry.template for entry in FUNCTIONS}


def configuration(project: Project, **settings: Any) -> dict[str, Any]:
    """The workflow configuration with placeholder SIDs (queue n has WQ...n)."""
    project.stack(**{"queues": QUEUES, "default_queue": "All", "routes": ROUTES, **settings})
    environment = project.load()
    workflow = render_bundle(environment, project.root).workflow
    assert workflow is not None
    return workflow.configuration(placeholder_sids(environment))


def test_resumed_work_comes_first_and_in_the_order_of_the_queues(project: Project) -> None:
    """originalRouting filters, then routes, then the default."""
    routing = configuration(project)["task_routing"]
    names = [item["filter_friendly_name"] for item in routing["filters"]]
    assert names == ["Resume in Sales", 'Resume in The "best"', "Resume in All", "New sales"]
    assert routing["default_filter"] == {"queue": sid("WQ", 3)}


def test_the_agent_who_parked_is_asked_first(project: Project) -> None:
    """The known worker for a while, then the queue without a timeout."""
    first = configuration(project, park={"known_worker": {"timeout": 45}})["task_routing"]["filters"][0]
    assert first["targets"] == [
        {"queue": sid("WQ"), "known_worker_sid": "task.originalRouting.workerSid", "timeout": 45},
        {"queue": sid("WQ")},
    ]


def test_skip_goes_on_at_once(project: Project) -> None:
    """`1==1` skips whenever no reservation can be made; the queue itself is never skipped."""
    targets = configuration(project, park={"known_worker": {"when_unavailable": "skip"}})["task_routing"]["filters"][0][
        "targets"
    ]
    assert [target.get("skip_if") for target in targets] == ["1==1", None]


@pytest.mark.parametrize(
    ("attributes", "queue"),
    [
        ({"originalRouting": {"queueSid": sid("WQ", 2), "queueName": "Sales"}, "topic": "sales"}, 2),
        ({"originalRouting": {"queueSid": sid("WQ", 9)}, "topic": "sales"}, 1),
        ({"topic": "sales"}, 1),
        ({}, 3),
    ],
)
def test_tasks_go_where_the_policy_says(project: Project, attributes: dict[str, Any], queue: int) -> None:
    """Judged by the same rules that the emulator routes by."""
    match = targets_for(parse_workflow(configuration(project)), attributes)
    assert {target.queue for target in match.targets} == {sid("WQ", queue)}


def test_queues_can_be_matched_by_name(project: Project) -> None:
    """A name with quotes in it is quoted, not filled in."""
    filters = configuration(project, park={"match_queue_by": "name"})["task_routing"]["filters"]
    assert filters[1]["expression"] == "originalRouting.queueName == 'The \"best\"'"


def test_a_queue_without_a_sid_is_told(project: Project) -> None:
    """The program cannot forget one."""
    workflow = bundle(project, queues=QUEUES, default_queue="All").workflow
    assert workflow is not None
    with pytest.raises(RenderError, match='The "best", All'):
        workflow.configuration({"Sales": sid("WQ")})


POLICIES = {
    "unknown value": ("value: queue.sid}", "value: queue.id}", r"there is no value 'queue.id'.*friendly_name"),
    "form beside others": ("{value: route.name}", "{value: route.name, x: 1}", "'value' stands alone"),
    "unknown key": ("known_worker_sid:", "known_worker:", "known_worker"),
    "unknown collection": ("for_each: routes", "for_each: roads", "allowed: queues, routes"),
    "bad attribute": ("[originalRouting.queueSid,", '["a == 1 OR b",', "filters"),
    "newer": ("version: 1", "version: 2", "of version 1"),
    "no default": ("default_filter:", "default:", "default_filter"),
    "odd timeout": ("task_reservation_timeout: 120", "task_reservation_timeout: 0", "allowed: 1 to 86400"),
    "not YAML": ("version: 1", "version: [", "not YAML"),
}


@pytest.mark.parametrize(("old", "new", "message"), POLICIES.values(), ids=POLICIES.keys())
def test_a_faulty_policy_is_refused_before_anything_is_sent(project: Project, old: str, new: str, message: str) -> None:
    """Where in workflows/park.yaml, and what there is instead."""
    policy = project.root / "workflows/park.yaml"
    assert old in policy.read_text()
    policy.write_text(policy.read_text().replace(old, new))
    with pytest.raises(RenderError, match=message) as caught:
        bundle(project, queues=QUEUES, default_queue="All", routes=ROUTES)
    assert "workflows/park.yaml" in str(caught.value)
