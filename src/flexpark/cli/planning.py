# ruff: noqa: PLC0415 - what judges is loaded while the engine starts, not before

"""A plan of the engine, and what the policies say of it: what `preview` and `rollout` have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flexpark.cli.automation import Result, Runner
from flexpark.cli.root import ROOT
from flexpark.plan import Plan, step_of

if TYPE_CHECKING:
    from flexpark.policies import Violation


@dataclass(frozen=True)
class Judged:
    """A plan with all that the policies say of it and of the bundle behind it."""

    plan: Plan
    violations: "tuple[Violation, ...]"

    def refuse(self) -> None:
        """Raise `PolicyError` where a mandatory policy is broken."""
        from flexpark.cli.policy.judging import refuse

        refuse(self.plan.stack, self.violations)


def plan_stack(runner: Runner, environ: Mapping[str, str], *, stack_file: Path | None = None) -> Judged:
    """Ask the engine what it would do for one stack, and judge it.

    The engine starts while the environment is looked at. What is wrong there, or broken before any engine is needed,
    ends it: `EnvironmentInvalid`, `PolicyError`. Otherwise raises what the runner does.
    """
    with runner.begin("preview") as operation:
        from flexpark import load_environment
        from flexpark.cli.policy.circumstances import circumstances
        from flexpark.cli.policy.judging import judge_environment, refuse
        from flexpark.cli.policy.watch import watching

        environment = load_environment(ROOT, stack_file or runner.name)
        before = judge_environment(environment, environ)
        refuse(runner.name, before)
        known = circumstances(environment, environ)
        declared: list[Violation] = []
        plan = plan_of(runner.name, operation.finish(before_program=watching(known, declared)))
    from flexpark.policies import judge_plan

    of_steps = judge_plan(plan, known)
    if any(violation.policy == "routing-stays" for violation in of_steps):
        from flexpark.cli.policy.drained import is_drained

        if is_drained(runner):
            of_steps = judge_plan(plan, replace(known, drained=True))
    return Judged(plan, tuple(dict.fromkeys([*before, *declared, *of_steps])))


def plan_of(stack: str, result: Result) -> Plan:
    """The result of a preview, or of an `up`, as a plan."""
    steps = (
        step_of(step.op, step.urn, step.type, changed=step.diffs, old=step.old, new=step.new, protect=step.protect)
        for step in result.steps
    )
    return Plan.of(stack, [step for step in steps if step is not None], same=result.unchanged)
