"""Two stacks beside each other: of the same names in one account, and of two accounts on one provider process."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.stack.provider.project import ROOT, Project
from tests.stack.provider.test_interruptions import until
from tests.unit.provider.fake_twilio import FakeTwilio

NAMED = """
twilio.sync.Service("sync", friendly_name="flexpark", opts=opts)
service = twilio.serverless.Service("service", unique_name="flexpark", friendly_name="{title}", opts=opts)
twilio.serverless.Environment("environment", service_sid=service.sid, unique_name="dev", domain_suffix="dev", opts=opts)
"""
OF_ITS_OWN = """
import os
provider = twilio.Provider(
    "own", account_sid=os.environ["ACCOUNT"], endpoint=os.environ["ENDPOINT"], credentials_file="credentials.json"
)
opts = pulumi.ResourceOptions(provider=provider)
twilio.sync.Service("sync", friendly_name="flexpark", opts=opts)
service = twilio.serverless.Service("service", unique_name="flexpark", friendly_name="flexpark", opts=opts)
twilio.serverless.Build("build", service_sid=service.sid, function_versions=["ZN" + "1" * 32], opts=opts)
"""


def test_two_stacks_of_the_same_names_in_one_account_never_touch_each_other(project: Project, tmp_path: Path) -> None:
    """What is taken is refused with the import command; nothing of the first is updated, adopted or deleted."""
    project.program(NAMED.format(title="first"))
    project.up()
    mine = {key: dict(body) for key, body in project.twilio.items.items()}
    (tmp_path / "second").mkdir()
    second = Project(tmp_path / "second", project.twilio)
    second.pulumi("stack", "init", "dev")
    second.program(NAMED.format(title="second"))
    refused = second.pulumi("up", "--yes", "--skip-preview")
    assert refused.code != 0
    assert "It exists already: ZS" in refused.text
    assert "Else choose another name" in refused.text
    assert second.pulumi("destroy", "--yes", "--skip-preview").code == 0
    assert {key: body for key, body in project.twilio.items.items() if key in mine} == mine
    assert project.pulumi("preview", "--refresh", "--expect-no-changes").code == 0


@pytest.fixture
def shared_port() -> Iterator[int]:
    """A provider process started by hand, without credentials of its own."""
    process = subprocess.Popen(
        [ROOT / "pulumi-twilio" / "bin" / "pulumi-resource-twilio"],
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.terminate()
    process.communicate(timeout=5)


def started(folder: Path, twilio: FakeTwilio, port: int) -> tuple[Project, "subprocess.Popen[str]"]:
    """An ``up`` under way, through the shared process, with the credentials of a file of its own."""
    folder.mkdir()
    stack = Project(folder, twilio)
    own = {"TWILIO_ACCOUNT_SID": twilio.account, "TWILIO_AUTH_TOKEN": twilio.token}
    (folder / "credentials").write_text(json.dumps(own))
    head = "import pulumi\nimport pulumi_twilio as twilio\n"
    (folder / "__main__.py").write_text(head + OF_ITS_OWN.replace("credentials.json", str(folder / "credentials")))
    for variable in twilio.environment:
        del stack.environment[variable]
    stack.environment |= {
        "PULUMI_DEBUG_PROVIDERS": f"twilio:{port}",
        "ACCOUNT": twilio.account,
        "ENDPOINT": twilio.url,
    }
    assert stack.pulumi("stack", "init", "dev").code == 0
    return stack, subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=folder,
        env=stack.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_two_stacks_of_two_accounts_on_one_process_stay_in_their_own(shared_port: int, tmp_path: Path) -> None:
    """Both at once, one of them cancelled in the middle: the other goes on, and neither writes for the other."""
    one, two = (FakeTwilio(account="AC" + digit * 32, polls=polls) for digit, polls in (("1", 1000), ("2", 3)))
    with one, two, ThreadPoolExecutor(2) as pool:
        cancelled, first = started(tmp_path / "one", one, shared_port)
        _, second = started(tmp_path / "two", two, shared_port)
        said = [pool.submit(run.communicate, timeout=120) for run in (first, second)]
        until(lambda: first.poll() is not None or [r for r in one.requests if r.path.endswith("/Status")])
        first.send_signal(signal.SIGINT)
        texts = [future.result()[0] for future in said]
        assert first.returncode != 0, texts[0]
        assert second.returncode == 0, texts[1]
        for twilio in (one, two):
            assert {body["account_sid"] for body in twilio.items.values()} == {twilio.account}
            assert {request.user for request in twilio.requests} == {f"{twilio.account}:{twilio.token}"}
            assert len(twilio.items) == 3
        assert cancelled.state()["build"]["initErrors"]
