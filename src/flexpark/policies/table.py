"""The policies there are. A new one is a rule and a line here; docs/policies.md is tested against this table."""

from collections.abc import Iterable

from flexpark.environment.model import Environment
from flexpark.plan.model import Plan, Resource
from flexpark.policies import advisory
from flexpark.policies import mandatory as rules
from flexpark.policies.model import Circumstances, Policy, Violation
from flexpark.rendering.bundle import Bundle

POLICIES: tuple[Policy, ...] = (
    Policy(
        "flex-own-untouched",
        "mandatory",
        "What Flex made is looked up, never created, changed or deleted.",
        "look it up (`existing:` for a queue), or give yours another name",
        resource=rules.flex_own,
        step=rules.flex_own_step,
    ),
    Policy(
        "routing-stays",
        "mandatory",
        "In production, nothing that parked conversations lead back through is deleted or replaced.",
        "first `flexpark drain`, which lifts this; one queue: keep it until `flexpark parked` shows nothing of it",
        step=rules.routing_stays,
    ),
    Policy(
        "webhooks-https",
        "mandatory",
        "Addresses that Twilio calls are https.",
        "give an https:// address",
        resource=rules.https_only,
    ),
    Policy(
        "no-secret-in-text",
        "mandatory",
        "No rendered text holds a secret.",
        "pass it as a secret Serverless variable",
        resource=rules.no_secret_in_resource,
        bundle=rules.no_secret_in_bundle,
    ),
    Policy(
        "signatures-on",
        "mandatory",
        "A function that checks no Flex token is protected: Twilio then checks the caller's signature.",
        "make its visibility `protected` in the table of src/flexpark/rendering/registry.py",
        resource=rules.signatures_on,
        bundle=rules.signatures_on_bundle,
    ),
    Policy(
        "unused-queue",
        "advisory",
        "Every queue that the stack creates gets new work.",
        "route work to it, or remove it",
        bundle=advisory.unused_queues,
    ),
    Policy(
        "unreachable-filter",
        "advisory",
        "Every filter and target of the workflow can be reached.",
        "remove it, or narrow what comes before it",
        bundle=advisory.unreachable_filters,
    ),
)


def judge_bundle(
    environment: Environment, bundle: Bundle, circumstances: Circumstances, policies: Iterable[Policy] = POLICIES
) -> list[Violation]:
    """What the policies say of an environment and what is rendered for it: needs no engine."""
    return [
        _violation(policy, where, what)
        for policy in policies
        if policy.bundle is not None
        for where, what in policy.bundle(environment, bundle, circumstances)
    ]


def judge_resource(
    resource: Resource, circumstances: Circumstances, policies: Iterable[Policy] = POLICIES
) -> list[Violation]:
    """What the policies say of one declared resource."""
    return [
        _violation(policy, _where(resource), what)
        for policy in policies
        if policy.resource is not None
        for what in policy.resource(resource, circumstances)
    ]


def judge_plan(plan: Plan, circumstances: Circumstances, policies: Iterable[Policy] = POLICIES) -> list[Violation]:
    """What the policies say of the steps of a plan, such as what it deletes; not of what the program declares."""
    return [
        _violation(policy, _where(step.resource), what)
        for step in plan.steps
        for policy in policies
        if policy.step is not None
        for what in policy.step(step, circumstances)
    ]


def mandatory(violations: Iterable[Violation]) -> list[Violation]:
    """Those that refuse."""
    return [violation for violation in violations if violation.level == "mandatory"]


def _where(resource: Resource) -> str:
    return f"{resource.type} {resource.name}"


def _violation(policy: Policy, where: str, what: str) -> Violation:
    return Violation(policy.name, policy.level, where, what, policy.remedy)
