"""Every kind of secret that passes the provider, looked for in plain text wherever an operator looks.

Auth token and API secret of the provider, secrets of API keys, passwords, tokens of push services, Serverless
Variables, sinks, webhooks with a password, and the source of functions. No program here marks anything as a secret.
"""

import json

import pytest

from tests.stack.provider.project import Project
from tests.unit.provider.fake_twilio import Fault

PROGRAM = """
twilio.iam.ApiKey("key", friendly_name="ours", opts=opts)
passwords = twilio.sip.CredentialList("passwords", friendly_name="phones", opts=opts)
twilio.sip.Credential(
    "phone", credential_list_sid=passwords.sid, username="phone", password="hush-sip-Password-1", opts=opts
)
twilio.conversations.Credential("push", type="fcm", friendly_name="push", secret="hush-push-secret", opts=opts)
twilio.accounts.AwsCredential("aws", friendly_name="aws", credentials="hush-aws:hush-aws-secret", opts=opts)
twilio.taskrouter.Workspace(
    "workspace", friendly_name="Park", event_callback_url="https://twilio:hush-callback@example.com/", opts=opts
)
twilio.events.Sink(
    "sink", description="Events", sink_type="segment", sink_configuration={"write_key": "hush-sink-key"}, opts=opts
)
service = twilio.serverless.Service("service", unique_name="flexpark", friendly_name="flexpark", opts=opts)
home = twilio.serverless.Environment(
    "environment", service_sid=service.sid, unique_name="dev", domain_suffix="dev", opts=opts
)
variable = twilio.serverless.Variable(
    "variable", service_sid=service.sid, environment_sid=home.sid, key="K", value="hush-variable", opts=opts
)
function = twilio.serverless.Function("function", service_sid=service.sid, friendly_name="park", opts=opts)
twilio.serverless.FunctionVersion(
    "version",
    service_sid=service.sid,
    function_sid=function.sid,
    path="/park",
    visibility="public",
    content=pulumi.StringAsset("exports.handler = () => 'hush-source'"),
    opts=opts,
)
pulumi.export("value", variable.value)
"""
KINDS = (
    "hush-the-secret-of-a-key",
    "hush-sip-Password-1",
    "hush-push-secret",
    "hush-aws-secret",
    "hush-callback",
    "hush-sink-key",
    "hush-variable",
    "hush-source",
)
# A create of each kind that sends one, and Twilio's complaint that quotes it.
QUOTED = {"Credentials$": "hush-push-secret", "Sinks$": "hush-sink-key", "Variables$": "hush-variable"}


def stored(project: Project) -> str:
    """State, history and backups."""
    return project.pulumi("stack", "export").text + "".join(
        path.read_text("utf-8") for path in (project.folder / "state").rglob("*.json")
    )


def test_no_secret_is_anywhere_in_plain_text(project: Project) -> None:
    """Plan, preview, progress, outputs, errors, state, history and the log at -v=8."""
    project.program(PROGRAM)
    shown = {"preview": project.pulumi("preview", "--diff", "--save-plan", "plan.json").text}
    shown["plan"] = (project.folder / "plan.json").read_text("utf-8")
    for path, secret in QUOTED.items():
        quoting = {"code": 20001, "message": f"{secret} is not valid"}
        project.twilio.faults.append(Fault("POST", path, 400, body=quoting))
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "[secret] is not valid" in failed.text
    for fault in project.twilio.faults:
        fault.times = 0
    shown["error"] = failed.text
    shown["log"] = project.pulumi("up", "--yes", "--skip-preview", "--logtostderr", "-v=8").text
    shown["refresh"] = project.pulumi("refresh", "--yes", "--diff").text
    shown["output"] = project.pulumi("stack", "output").text
    shown["state"] = stored(project)
    for place, text in shown.items():
        for secret in (*KINDS, project.twilio.token):
            assert secret not in text, (place, secret)
    assert "ciphertext" in shown["state"]


def test_the_most_verbose_log_shows_only_what_the_engine_itself_traces(project: Project) -> None:
    """At -v=9 the engine writes every value that passes it, secrets too; the provider adds nothing to that."""
    project.program(PROGRAM)
    log = project.pulumi("up", "--yes", "--skip-preview", "--logtostderr", "-v=9").text
    told = [line for line in log.splitlines() if any(secret in line for secret in KINDS)]
    assert told
    assert all("arshaling property for RPC[" in line for line in told)
    assert project.twilio.token not in log


WRONG = {
    "sinkConfiguration: is not JSON": 'twilio.events.Sink("sink", description="Events", sink_type="segment", '
    'sink_configuration="27182818 {", opts=opts)',
    "value: must be a string": 'twilio.serverless.Variable("variable", service_sid="ZS" + "1" * 32, '
    'environment_sid="ZE" + "1" * 32, key="K", value=27182818, opts=opts)',
    "friendlyName: must be a string": 'twilio.sync.Service("sync", friendly_name=pulumi.Output.secret(27182818), '
    "opts=opts)",
}


@pytest.mark.parametrize("said", WRONG)
def test_a_secret_that_is_refused_is_not_shown_by_the_refusal(project: Project, said: str) -> None:
    """Malformed, or of the wrong type: the engine prints what a failure names, so only its path is said."""
    project.program(WRONG[said])
    ran = project.pulumi("up", "--yes", "--skip-preview")
    assert ran.code != 0
    assert said in ran.text
    assert "27182818" not in ran.text
    assert project.twilio.items == {}


DEFAULT = """
import pulumi
import pulumi_twilio as twilio

twilio.sync.Service("sync", friendly_name="flexpark")
"""


@pytest.mark.parametrize("way", ["config", "file"])
def test_rotated_credentials_are_no_difference_and_a_destroy_uses_todays(project: Project, way: str) -> None:
    """From secret config or from a file, by a default provider: no state holds them, so none can be old."""
    twilio = project.twilio
    del project.environment["TWILIO_ACCOUNT_SID"], project.environment["TWILIO_AUTH_TOKEN"]
    (project.folder / "__main__.py").write_text(DEFAULT)
    project.pulumi("config", "set", "twilio:accountSid", twilio.account)
    if way == "file":
        project.pulumi("config", "set", "twilio:credentialsFile", "credentials.json")

    def give(token: str) -> None:
        if way == "config":
            project.pulumi("config", "set", "--secret", "twilio:authToken", token)
        else:
            (project.folder / "credentials.json").write_text(json.dumps({"TWILIO_AUTH_TOKEN": token}))

    give(twilio.token)
    project.up()
    assert twilio.token not in stored(project)
    assert "authToken" not in project.pulumi("stack", "export").text

    give("the-new-token-of-today")
    twilio.users = {f"{twilio.account}:the-new-token-of-today"}
    unchanged = project.pulumi("preview", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.text
    destroyed = project.pulumi("destroy", "--yes", "--skip-preview")
    assert destroyed.code == 0, destroyed.text
    assert twilio.items == {}
