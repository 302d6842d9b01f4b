"""Ctrl-C, time limits and half a destroy, with the real engine: nothing is lost, nothing is made twice."""

import signal
import subprocess
import time
from collections.abc import Callable

from tests.stack.provider.project import Project
from tests.unit.provider.fake_twilio import Fault

BUILD = """
service = twilio.serverless.Service("service", unique_name="flexpark", friendly_name="flexpark", opts=opts)
twilio.serverless.Build(
    "build",
    service_sid=service.sid,
    function_versions=["ZN" + "1" * 32],
    opts=pulumi.ResourceOptions(provider=provider{more}),
)
"""
INSIDE = """
service = twilio.serverless.Service("service", unique_name="flexpark", friendly_name="flexpark", opts=opts)
inside = pulumi.ResourceOptions(provider=provider, deleted_with=service)
home = twilio.serverless.Environment(
    "environment", service_sid=service.sid, unique_name="dev", domain_suffix="dev", opts=inside
)
twilio.serverless.Variable(
    "variable", service_sid=service.sid, environment_sid=home.sid, key="K", value="hush", opts=inside
)
"""


def until(seen: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def builds(project: Project) -> list[str]:
    return [request for request in project.twilio.seen() if request.startswith("POST") and "/Builds" in request]


def test_ctrl_c_in_a_build_keeps_its_id_and_the_next_up_waits_for_the_same_one(project: Project) -> None:
    """The wait ends at once; the build is recorded as begun, and no other is made."""
    project.twilio.polls = 1000
    project.program(BUILD.format(more=""))
    engine = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until(lambda: [r for r in project.twilio.requests if r.path.endswith("/Status")])
    engine.send_signal(signal.SIGINT)
    said, _ = engine.communicate(timeout=30)
    assert engine.returncode != 0
    assert "Traceback" not in said
    recorded = project.state()["build"]
    assert recorded["id"].startswith("Services/ZS")
    assert recorded["initErrors"]
    project.twilio.polls = 1
    project.up()
    assert project.state()["build"]["id"] == recorded["id"]
    assert len(builds(project)) == 1
    assert project.pulumi("preview", "--expect-no-changes").code == 0


def test_custom_timeouts_bound_a_create_and_keep_what_was_made(project: Project) -> None:
    """A build that takes longer than it may is recorded with its id, and the error says why it ended."""
    project.twilio.polls = 1000
    project.program(BUILD.format(more=', custom_timeouts=pulumi.CustomTimeouts(create="3s")'))
    ran = project.pulumi("up", "--yes", "--skip-preview")
    assert ran.code != 0
    assert "the time given for this operation is up" in ran.text
    assert project.state()["build"]["id"].startswith("Services/ZS")
    assert len([r for r in project.twilio.requests if r.path.endswith("/Status")]) <= 2


def test_half_a_destroy_is_told_and_a_second_one_finishes_it(project: Project) -> None:
    """The engine lets go of what goes with its container before the container's deletion, which then fails."""
    project.program(INSIDE)
    project.up()
    project.twilio.faults.append(Fault("DELETE", "/v1/Services/", 403, body={"code": 20403, "message": "Forbidden"}))
    failed = project.pulumi("destroy", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "Twilio said 403, code 20403" in failed.text
    assert "destroy again" in failed.text
    assert {"environment", "variable"} & set(project.state()) == set()
    taken = project.pulumi("up", "--yes", "--skip-preview")
    assert taken.code != 0
    assert "It exists already: ZE" in taken.text
    assert "pulumi import twilio:serverless:Environment environment Services/ZS" in taken.text
    assert project.pulumi("destroy", "--yes", "--skip-preview").code == 0
    assert project.twilio.items == {}
