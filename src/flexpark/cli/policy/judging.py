"""What the policies say of one environment, without an engine, and the error that refuses."""

from collections.abc import Iterable, Mapping

from flexpark import Environment, render_bundle
from flexpark.cli.policy.circumstances import circumstances
from flexpark.cli.root import ROOT
from flexpark.errors import PolicyError
from flexpark.policies import Violation, judge_bundle, mandatory


def judge_environment(environment: Environment, environ: Mapping[str, str]) -> list[Violation]:
    """What the policies say of what is rendered for an environment: no engine, no account."""
    return judge_bundle(environment, render_bundle(environment, ROOT), circumstances(environment, environ))


def refuse(stack: str, violations: Iterable[Violation]) -> None:
    """Raise `PolicyError` with every mandatory violation, if there is one."""
    broken = mandatory(violations)
    if broken:
        raise PolicyError(
            f"{stack}: {len(broken)} mandatory policies refuse; nothing was created or changed"
            if len(broken) > 1
            else f"{stack}: a mandatory policy refuses; nothing was created or changed",
            detail="\n".join(map(str, broken)),
        )
