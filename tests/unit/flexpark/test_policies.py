"""The guard rails, one case each: what they refuse and in which words, and that what is right passes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import ResourceType

from flexpark import Bundle, RenderedFunction, render_bundle
from flexpark.cli.policy.circumstances import circumstances
from flexpark.plan import Plan, Resource, Step
from flexpark.policies import (
    POLICIES,
    Circumstances,
    Violation,
    judge_bundle,
    judge_plan,
    judge_resource,
    mandatory,
)
from tests.unit.flexpark.building import REPOSITORY, Project

FLEX_WORKSPACE = "WS" + "f" * 32
ANOTHERS = "WS" + "a" * 32
# What of the products of Flex, and of all settings that are there without a create, a stack may manage, and why.
LEFT_TO_STACKS = {
    "taskrouter:TaskQueue": "its name tells it from Flex's",
    "taskrouter:Workflow": "its name tells it from Flex's",
    "taskrouter:Worker": "a worker is whom the customer employs; Flex adds one when an agent logs in",
    "conversations:Credential": "Flex pushes nothing to phones",
    "conversations:OrchestratorConfiguration": "made by whoever uses it; Flex has none",
    "conversations:Role": "a further role leaves those of Flex as they are",
    "conversations:ServiceRole": "a further role leaves those of Flex as they are",
    "conversations:ServiceUser": "a customer's own identity; Flex adds an agent's when that logs in",
    "conversations:User": "a customer's own identity; Flex adds an agent's when that logs in",
    "flex:Plugin": "a customer's own, by its name; it runs nowhere before a release",
    "flex:PluginConfiguration": "a customer's own; it runs nowhere before a release",
    "flex:PluginVersion": "a customer's own; it runs nowhere before a release",
    "bulkexports:ExportConfiguration": "exports of messages and calls; Flex has none",
    "insights:Setting": "Voice Insights, not Flex Insights",
    "messaging:DomainConfig": "a domain of the customer's",
    "routes:PhoneNumber": "where a customer's number is processed",
    "routes:SipDomain": "a domain of the customer's",
    "routes:Trunk": "a trunk of the customer's",
    "studio:FlowTestUser": "who sees a flow's draft",
    "sync:DocumentPermission": "refused by the provider where there is one already, so Flex's stay",
    "sync:ListPermission": "refused by the provider where there is one already, so Flex's stay",
    "sync:MapPermission": "refused by the provider where there is one already, so Flex's stay",
    "trunking:Recording": "a trunk of the customer's",
    "voice:Settings": "whether subaccounts inherit the permission to dial abroad",
}
PRODUCTION = Circumstances(production=True)
TOKEN = "0123456789abcdef0123456789abcdef"


def resource(kind: str, name: str = "it", **properties: Any) -> Resource:
    """A declared resource."""
    return Resource(f"urn:pulumi:acme-prod::flexpark::{kind}::{name}", kind, properties)


def told(violations: list[Violation]) -> list[tuple[str, str]]:
    return [(violation.policy, violation.what) for violation in violations]


@pytest.mark.parametrize(
    ("declared", "policy", "what"),
    [
        (resource("twilio:taskrouter:Workspace"), "flex-own-untouched", "belongs to Flex"),
        (resource("twilio:taskrouter:Activity"), "flex-own-untouched", "belongs to Flex"),
        (resource("twilio:conversations:Service"), "flex-own-untouched", "belongs to Flex"),
        (
            resource("twilio:flex:Configuration", uiAttributes={"custom_data": {"features": {"callbacks": {}}}}),
            "flex-own-untouched",
            "other keys of Flex's uiAttributes than custom_data.features.park_interaction",
        ),
        (
            resource("twilio:taskrouter:TaskQueue", friendlyName="Everyone"),
            "flex-own-untouched",
            "'Everyone' is the name of Flex's own TaskQueue",
        ),
        (
            resource("twilio:events:Sink", sinkConfiguration={"destination": "http://example.com/x"}),
            "webhooks-https",
            "sinkConfiguration.destination is not an https:// address",
        ),
        (
            resource("twilio:taskrouter:Workflow", assignmentCallbackUrl="http://example.com"),
            "webhooks-https",
            "assignmentCallbackUrl is not",
        ),
        (
            resource("twilio:serverless:FunctionVersion", content="\n\nconst authToken = '0123456789abcdef0123'"),
            "no-secret-in-text",
            "line 3 looks like an auth token",
        ),
        (
            resource("twilio:serverless:AssetVersion", content={"text": "-----BEGIN RSA PRIVATE KEY-----"}),
            "no-secret-in-text",
            "a private key",
        ),
        (
            resource("twilio:serverless:FunctionVersion", path="/unpark-on-message", visibility="public"),
            "signatures-on",
            "/unpark-on-message is public",
        ),
    ],
)
def test_a_resource_that_breaks_a_policy_is_refused(declared: Resource, policy: str, what: str) -> None:
    """Named by policy, with what is wrong; such a violation is mandatory and carries what to do."""
    [violation] = judge_resource(declared, Circumstances())
    assert violation.policy == policy
    assert what in violation.what
    assert violation.level == "mandatory"
    assert violation.remedy in str(violation)


OF_FLEX = [
    r for r in load().resources if r.singleton or r.name.partition(":")[0] in {"taskrouter", "conversations", "flex"}
]


@pytest.mark.parametrize("of_the_catalogue", OF_FLEX, ids=[r.name for r in OF_FLEX])
def test_each_type_that_may_be_flexs_is_decided_upon(of_the_catalogue: ResourceType) -> None:
    """Refused, or left to stacks for a reason: all settings of the catalogue that are there without a create, and all
    types of the products that Flex builds on. A new one fails here until somebody has decided."""
    properties = {given.name: {"x": 1} for given in of_the_catalogue.inputs}
    found = judge_resource(replace(resource(of_the_catalogue.token), properties=properties), Circumstances())
    decided = [] if of_the_catalogue.name in LEFT_TO_STACKS else ["flex-own-untouched"]
    assert [violation.policy for violation in found] == decided


def test_what_is_left_to_stacks_is_still_there() -> None:
    """No reason for a type that is gone."""
    assert set(LEFT_TO_STACKS) <= {r.name for r in OF_FLEX}


@pytest.mark.parametrize("kind", ["Activity", "TaskChannel", "WorkerChannel", "WorkspaceConfiguration"])
@pytest.mark.parametrize(
    ("workspace", "flex", "allowed"),
    [
        (FLEX_WORKSPACE, FLEX_WORKSPACE, False),
        (ANOTHERS, FLEX_WORKSPACE, True),
        (ANOTHERS, None, False),
        ("04da6b54-80e4-46f7-96ec-b56ff0331ba9", FLEX_WORKSPACE, False),
        (None, FLEX_WORKSPACE, False),
    ],
    ids=["Flex's", "another", "Flex's is not known", "not known yet", "none"],
)
def test_what_lies_in_another_workspace_is_left_alone(
    kind: str, workspace: str | None, flex: str | None, *, allowed: bool
) -> None:
    """Where the SIDs of both are known, and only there."""
    declared = resource(f"twilio:taskrouter:{kind}", workspaceSid=workspace, eventCallbackUrl="https://example.com/x")
    assert (judge_resource(declared, Circumstances(flex_workspace=flex)) == []) is allowed


def test_flexs_workspace_is_known_once_it_is_pinned(project: Project) -> None:
    """As `flexpark adopt` writes it."""
    assert circumstances(project.load(), {}).flex_workspace is None
    pinned = project.stack(pinned={"workspaceSid": FLEX_WORKSPACE}).load()
    assert circumstances(pinned, {}).flex_workspace == FLEX_WORKSPACE


@pytest.mark.parametrize(
    "written",
    [
        "export TWILIO_AUTH_TOKEN='correct-horse'\nTWILIO_API_SECRET=battery-staple\nTWILIO_API_KEY=SK-no-secret\n",
        '{"TWILIO_AUTH_TOKEN": "correct-horse", "TWILIO_API_SECRET":"battery-staple", "TWILIO_API_KEY": "SK-no"}',
    ],
)
def test_secrets_of_files_are_known(project: Project, tmp_path: Path, written: str) -> None:
    """All of a credentials file's, whichever is used, and a passphrase's; the stack's file comes before a variable."""
    (tmp_path / "credentials").write_text(written)
    (tmp_path / "passphrase").write_text("open-sesame\n")
    environ = {"PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "passphrase")}
    by_variable = circumstances(project.load(), {"TWILIO_CREDENTIALS_FILE": str(tmp_path / "credentials"), **environ})
    assert by_variable.secrets == {"correct-horse", "battery-staple", "open-sesame"}
    named = project.text(f"  twilio:credentialsFile: {tmp_path / 'credentials'}\n").load()
    assert circumstances(named, {"TWILIO_CREDENTIALS_FILE": "nowhere", **environ}).secrets == by_variable.secrets


@pytest.mark.parametrize("what", ["nothing", "no text", "a folder"])
def test_a_credentials_file_that_cannot_be_read_is_for_others_to_tell(
    project: Project, tmp_path: Path, what: str
) -> None:
    """The provider does, and every command that needs it; an offline check does not."""
    file = tmp_path / "credentials"
    if what == "no text":
        file.write_bytes(b"\xff\xfe")
    elif what == "a folder":
        file.mkdir()
    assert circumstances(project.load(), {"TWILIO_CREDENTIALS_FILE": str(file)}).secrets == frozenset()


def test_a_credentials_command_is_not_run_for_the_policies(project: Project, tmp_path: Path) -> None:
    """It costs time, and may ask its user; the provider runs it where it is needed."""
    ran = tmp_path / "ran"
    environment = project.text(f"  twilio:credentialsCommand: touch {ran}\n").load()
    assert circumstances(environment, {"TWILIO_CREDENTIALS_COMMAND": f"touch {ran}"}).secrets == frozenset()
    assert not ran.exists()


@pytest.mark.parametrize("kind", ["update", "replace"])
def test_what_is_flexs_is_not_renamed(kind: Any) -> None:
    """What was imported by its name and is declared by another would be changed or deleted all the same."""
    old = resource("twilio:taskrouter:TaskQueue", friendlyName="Everyone")
    plan = Plan.of("acme-dev", [Step(kind, old, resource("twilio:taskrouter:TaskQueue", friendlyName="Ours"))])
    assert told(judge_plan(plan, Circumstances())) == [
        ("flex-own-untouched", "'Everyone' is the name of Flex's own TaskQueue")
    ]


def test_others_keys_of_the_flex_configuration_are_given_back() -> None:
    """An update to our own key alone is what the policy asks for."""
    kind = "twilio:flex:Configuration"
    ours = {"custom_data": {"features": {"park_interaction": {"enabled": True}}}}
    step = Step("update", resource(kind, uiAttributes={"theirs": 1}), resource(kind, uiAttributes=ours))
    assert judge_plan(Plan.of("acme-dev", [step]), Circumstances()) == []


@pytest.mark.parametrize(
    "declared",
    [
        resource("twilio:taskrouter:TaskQueue", friendlyName="Sales"),
        resource("twilio:events:Sink", sinkConfiguration={"destination": "https://example.com/x"}),
        resource("twilio:events:Sink", sinkConfiguration={"destination": "[secret]"}),
        resource("twilio:taskrouter:Workflow", configuration={"expression": 'url == "http://example.com"'}),
        resource("twilio:serverless:FunctionVersion", path="/park", visibility="public", content="context.AUTH_TOKEN"),
        resource("twilio:serverless:FunctionVersion", path="/x", visibility="private", content="x"),
    ],
)
def test_what_is_right_passes(declared: Resource) -> None:
    """No policy fires on a queue of ours, an unknown address, a function that checks its token."""
    assert judge_resource(declared, PRODUCTION) == []


@pytest.mark.parametrize("kind", ["delete", "replace"])
@pytest.mark.parametrize("of", ["Workflow", "TaskQueue"])
def test_routing_stays_in_production_until_a_drain(kind: Any, of: str) -> None:
    """Refused in production; allowed elsewhere, and after a drain. An update in place is always allowed."""
    routing = resource(f"twilio:taskrouter:{of}")
    plan = Plan.of("acme-prod", [Step(kind, routing, None if kind == "delete" else routing)])
    assert told(judge_plan(plan, PRODUCTION)) == [
        ("routing-stays", f"would be {kind}d in production, and parked conversations lead back through it")
    ]
    assert judge_plan(plan, Circumstances(production=False)) == []
    assert judge_plan(plan, Circumstances(production=True, drained=True)) == []
    assert judge_plan(Plan.of("acme-prod", [Step("update", routing, routing)]), PRODUCTION) == []


def test_our_own_key_of_the_flex_configuration_is_allowed() -> None:
    """`park.flex_ui` writes it."""
    ours = {"custom_data": {"features": {"park_interaction": {"enabled": True, "show_list": True}}}}
    assert judge_resource(resource("twilio:flex:Configuration", uiAttributes=ours), Circumstances()) == []


def test_a_deletion_of_flex_own_is_refused_too() -> None:
    """No program declares it any more, so only the plan shows it."""
    plan = Plan.of("acme-dev", [Step("delete", resource("twilio:taskrouter:Activity"), None)])
    assert [violation.policy for violation in judge_plan(plan, Circumstances())] == ["flex-own-untouched"]


def with_function(bundle: Bundle, path: str, visibility: Any, content: str) -> Bundle:
    return replace(bundle, functions=(*bundle.functions, RenderedFunction(path, visibility, content, "")))


def test_our_own_bundle_breaks_no_policy(project: Project) -> None:
    """The example environment is clean: a policy that fires always is one that nobody reads."""
    environment = project.load()
    bundle = render_bundle(environment, project.root)
    assert mandatory(judge_bundle(environment, bundle, replace(PRODUCTION, secrets=frozenset({TOKEN})))) == []


def test_a_bundle_with_a_secret_or_an_unsigned_function_is_refused_without_its_value(project: Project) -> None:
    """The function and the line are named, the secret is not."""
    environment = project.load()
    bundle = render_bundle(environment, project.root)
    bundle = with_function(bundle, "/open", "public", f"a\nb = '{TOKEN}'")
    violations = judge_bundle(environment, bundle, Circumstances(secrets=frozenset({TOKEN})))
    assert told(mandatory(violations)) == [
        ("no-secret-in-text", "line 2 holds a secret of this stack"),
        ("signatures-on", "is public: anyone may call it without a signature"),
    ]
    assert TOKEN not in "".join(map(str, violations))


def test_a_queue_without_work_and_a_filter_that_nothing_reaches_are_advised_against(project: Project) -> None:
    """Advice, not a refusal."""
    environment = project.stack(
        queues=[
            {"name": "Sales", "create": {}},
            {"name": "Idle", "create": {}},
            {"name": "Everyone", "existing": {"name": "Everyone"}},
        ],
        routes=[
            {"name": "All", "when": "1==1", "queue": "Sales"},
            {"name": "Late", "when": 'topic == "late"', "queue": "Sales"},
        ],
    ).load()
    violations = judge_bundle(environment, render_bundle(environment, project.root), Circumstances())
    assert {(v.policy, v.level) for v in violations} == {
        ("unused-queue", "advisory"),
        ("unreachable-filter", "advisory"),
    }
    assert any("Idle" in violation.where for violation in violations)
    assert any("takes its tasks" in violation.what for violation in violations)


def test_the_documentation_has_a_row_for_each_policy() -> None:
    """docs/policies.md names every policy of the table with its level, and no other."""
    text = (REPOSITORY / "docs" / "policies.md").read_text()
    rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("| `")]
    documented = [(name.strip().strip("`"), level.strip()) for name, level in rows]
    assert documented == [(policy.name, policy.level) for policy in POLICIES]
