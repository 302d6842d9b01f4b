"""`flexpark preview` on the real engine, and each mandatory policy refusing: by our command, and inside the engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pulumi_twilio as twilio
import pytest
import yaml

from flexpark.cli import app, preview
from flexpark.cli.automation import open_runner
from flexpark.cli.drain import cancel_drain, drain
from flexpark.cli.planning import plan_stack
from flexpark.cli.rehearsal import Rehearsal, open_rehearsal
from flexpark.plan import as_markdown
from infra.program import program
from tests.stack.checkout import Checkout

STACK = "acme-dev"


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A stack that is up."""
    with open_rehearsal(tmp_path_factory.mktemp("preview") / "rehearsal") as made:
        made.pulumi("up", "--yes", "--skip-preview")
        yield made


@pytest.fixture
def here(rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    """This process's environment variables are the rehearsal's."""
    for name, value in rehearsal.environ.items():
        monkeypatch.setenv(name, value)
    return rehearsal


def test_without_changes_the_command_says_so_and_ends_with_0(
    here: Rehearsal, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--expect-no-changes` is satisfied; nothing is written."""
    with here.counting() as seen:
        code = app.run(["preview", "-s", STACK, "--expect-no-changes"])
    assert (code, capsys.readouterr().out) == (0, f"{STACK}: no changes\n")
    assert [request for request in seen if request["method"] != "GET"] == []


def test_a_changed_workflow_and_a_deleted_queue_are_told_without_values(rehearsal: Rehearsal) -> None:
    """Deletes first; what is updated by its property's name; no secret, no output."""
    stack_file = rehearsal.folder / "changed.yaml"
    content = yaml.safe_load(rehearsal.stack_file.read_text())
    content["config"]["flexpark:queues"] = [{"name": "Everyone", "existing": {"name": "Everyone"}}]
    content["config"]["flexpark:routes"] = []
    stack_file.write_text(yaml.safe_dump(content))
    runner = open_runner(STACK, environ=rehearsal.environ, config_file=stack_file)
    judged = plan_stack(runner, rehearsal.environ, stack_file=stack_file)
    text = as_markdown(judged.plan)
    assert text.splitlines()[0] == f"### `{STACK}`: 2 to delete, 1 to change"
    assert text.index("queue-Sales") < text.index("`twilio:taskrouter:Workflow` `workflow`: `configuration")
    assert rehearsal.account["authToken"] not in text and "twil.io" not in text
    assert judged.violations == (), "not production: a queue may go"


def declare_what_no_stack_may() -> None:
    """Our program, and one resource more for each policy on resources that it breaks."""
    program()
    provider = pulumi.ResourceOptions(provider=twilio.Provider("others", stack_id="f1e0a11ce0000001"))
    twilio.taskrouter.Activity("break", workspace_sid="WS" + "0" * 32, friendly_name="Break", opts=provider)
    twilio.events.Sink(
        "plain",
        description="plain",
        sink_type="webhook",
        sink_configuration={"destination": "http://example.com/hook"},
        opts=provider,
    )
    twilio.serverless.FunctionVersion(
        "open",
        service_sid="ZS" + "0" * 32,
        function_sid="ZH" + "0" * 32,
        path="/unpark-on-message",
        visibility="public",
        content=pulumi.StringAsset("exports.handler = () => {}\nconst password = 'correct-horse-battery';"),
        opts=provider,
    )


def test_preview_refuses_what_breaks_a_mandatory_policy_with_exit_code_5(
    here: Rehearsal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it at once, each with what to do; the plan is told all the same; nothing is written."""

    def with_program(name: str, **more: Any) -> Any:
        return open_runner(name, load=lambda: declare_what_no_stack_may, **more)

    monkeypatch.setattr(preview, "open_runner", with_program)
    with here.counting() as seen:
        code = app.run(["preview", "-s", STACK])
    told = capsys.readouterr()
    assert code == 5, told
    assert "4 mandatory policies refuse; nothing was created or changed" in told.err
    for policy, what in {
        "flex-own-untouched": "twilio:taskrouter:Activity break: twilio:taskrouter:Activity belongs to Flex",
        "webhooks-https": "sinkConfiguration.destination is not an https:// address; give an https:// address",
        "signatures-on": "/unpark-on-message is public: anyone may call it without a signature; make its visibility",
    }.items():
        assert f"mandatory: {policy}: " in told.err and what in told.err, told.err
    assert "mandatory: no-secret-in-text: twilio:serverless:FunctionVersion open: line 2" in told.err
    assert "correct-horse-battery" not in told.err + told.out
    assert "+  twilio:taskrouter:Activity break" in told.out
    assert [request for request in seen if request["method"] != "GET"] == []


def test_production_keeps_its_routing_until_a_drain(
    here: Rehearsal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parked conversations may lead back to a queue, so it is not deleted; once drained, it may go."""

    kept = here.stack_file.read_text()
    here.configure("queues", [{"name": "Everyone", "existing": {"name": "Everyone"}}])
    here.configure("routes", [])

    monkeypatch.setattr("flexpark.policies.model.PRODUCTION", frozenset({"dev"}))
    try:
        preview_it = ["preview", "-s", STACK, "--config-file", str(here.stack_file)]
        assert app.run(preview_it) == 5
        told = capsys.readouterr().err
        assert "routing-stays: twilio:taskrouter:TaskQueue queue-Sales: would be deleted in production" in told, told
        assert "first `flexpark drain`" in told
        drain(STACK, mode="invite", environ=here.environ)
        assert app.run(preview_it) == 0
    finally:
        cancel_drain(STACK, here.environ)
        here.stack_file.write_text(kept)


def test_a_secret_in_a_rendered_text_is_refused_without_an_engine(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`flexpark policy` ends with 5 and names function and line, not the secret: here a word of ours is one."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "conversationSid")
    assert app.run(["policy", "-s", STACK]) == 5
    told = capsys.readouterr().err
    assert "mandatory: no-secret-in-text: /" in told and "holds a secret of this stack" in told
    assert "conversationSid" not in told


def test_a_secret_of_the_stacks_config_is_known_where_the_program_runs(
    here: Rehearsal, capsys: pytest.CaptureFixture[str]
) -> None:
    """The engine decrypts it for the program; here, too, a word of ours is one."""
    kept = here.stack_file.read_text()
    here.pulumi("config", "set", "--secret", "acme:word", "conversationSid")
    try:
        assert app.run(["preview", "-s", STACK, "--config-file", str(here.stack_file)]) == 5
    finally:
        here.stack_file.write_text(kept)
    told = capsys.readouterr().err
    assert "mandatory: no-secret-in-text: " in told and "holds a secret of this stack" in told, told
    assert "conversationSid" not in told


def test_plain_pulumi_runs_the_same_policies_as_a_pack(rehearsal: Rehearsal, tmp_path: Path) -> None:
    """`--policy-pack policies` refuses what a program declares, before anything is written; what is right passes."""
    checkout = Checkout(tmp_path / "checkout", rehearsal)
    done = checkout.pulumi("preview", "--policy-pack", "policies", "--config-file", str(rehearsal.stack_file))
    assert done.code == 0, done.text
    assert "flexpark@v0.1.0" in done.text
    checkout.write({"visibility=function.visibility": 'visibility="public"'}, "infra/functions.py")
    sink = 'destination": functions.urls.apply(lambda urls: urls["task-events"])'
    checkout.write({sink: 'destination": "http://example.com/hook"'}, "infra/events.py")
    secret = "const password = 'correct-horse-battery';"
    checkout.write(
        {"exports.handler = handler;": f"{secret}\nexports.handler = handler;"}, "templates/functions/close.js.j2"
    )
    activity = (
        'twilio.taskrouter.Activity("break", workspace_sid=account.workspace_sid, friendly_name="B", opts=options)'
    )
    declared = {
        "import pulumi\n": "import pulumi\nimport pulumi_twilio as twilio\n",
        "    webhooks = Webhooks(": f"    {activity}\n    webhooks = Webhooks(",
    }
    checkout.write(declared, "infra/program.py")
    file = ("--config-file", str(rehearsal.stack_file))
    done = checkout.pulumi("preview", "--policy-pack", "policies", *file)
    assert done.code != 0
    for policy, what in {
        "signatures-on": "/unpark-on-message is public: anyone may call it without a signature",
        "webhooks-https": "sinkConfiguration.destination is not an https:// address",
        "no-secret-in-text": "/close: line 5 looks like an auth token",
        "flex-own-untouched": "twilio:taskrouter:Activity belongs to Flex",
    }.items():
        assert f"[mandatory]  {policy}" in done.text and what in done.text, done.text
    assert "correct-horse-battery" not in done.text
    assert checkout.pulumi("up", "--yes", "--skip-preview", "--policy-pack", "policies", *file).writes == []
