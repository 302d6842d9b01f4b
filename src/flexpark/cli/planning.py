"""A plan of the engine, and what the policies say of it: what `preview` and `rollout` have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from flexpark import load_environment
from flexpark.cli.automation import Result, Runner
from flexpark.cli.policy.circumstances import circumstances
from flexpark.cli.policy.drained import is_drained
from flexpark.cli.policy.judging import judge_environment, refuse
from flexpark.cli.policy.watch import watching
from flexpark.cli.stack import ROOT
from flexpark.plan import Plan, step_of
from flexpark.policies import Violation, judge_plan


@dataclass(frozen=True)
class Judged:
    """A plan with all that the policies say of it and of the bundle behind it."""

    plan: Plan
    violations: tuple[Violation, ...]

    def refuse(self) -> None:
        """Raise `PolicyError` where a mandatory policy is broken."""
        refuse(self.plan.stack, self.violations)


def plan_stack(runner: Runner, environ: Mapping[str, str], *, stack_file: Path | None = None) -> Judged:
    """Ask the engine what it would do for one stack, and judge it.

    What is wrong with the environment, or broken before any engine is needed, ends it first: `EnvironmentInvalid`,
    `PolicyError`. Otherwise raises what the runner does.
    """
    environment = load_environment(ROOT, stack_file or runner.name)
    before = judge_environment(environment, environ)
    refuse(runner.name, before)
    known = circumstances(environment, environ)
    declared: list[Violation] = []
    plan = plan_of(runner.name, runner.preview(before_program=watching(known, declared)))
    of_steps = judge_plan(plan, known)
    if any(violation.policy == "routing-stays" for violation in of_steps) and is_drained(runner):
        of_steps = judge_plan(plan, replace(known, drained=True))
    return Judged(plan, tuple(dict.fromkeys([*before, *declared, *of_steps])))


def plan_of(stack: str, result: Result) -> Plan:
    """The result of a preview, or of an `up`, as a plan."""
    steps = (
        step_of(step.op, step.urn, step.type, changed=step.diffs, old=step.old, new=step.new, protect=step.protect)
        for step in result.steps
    )
    return Plan.of(stack, [step for step in steps if step is not None], same=result.unchanged)
