"""The guard rails, one case each: what they refuse and in which words, and that what is right passes."""

from dataclasses import replace
from typing import Any

import pytest

from flexpark import Bundle, RenderedFunction, render_bundle
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
