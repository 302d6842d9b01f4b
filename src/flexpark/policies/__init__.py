"""Guard rails: rules in plain Python over what is about to be deployed. Pure: no engine, no network.

Enters: a resource, a step of a plan, or an environment with its bundle. Leaves: violations, each with what to do
instead. The same rules run in three places: over the engine's plan (`flexpark preview`, `flexpark rollout`), without an
engine (`flexpark policy`), and inside the engine (`pulumi preview --policy-pack policies`).

Start reading in `table.py`: the policies there are. `mandatory.py` and `advisory.py` are their rules.
"""

from flexpark.policies.model import Circumstances, Level, Policy, Violation
from flexpark.policies.table import POLICIES, judge_bundle, judge_plan, judge_resource, mandatory

__all__ = [
    "POLICIES",
    "Circumstances",
    "Level",
    "Policy",
    "Violation",
    "judge_bundle",
    "judge_plan",
    "judge_resource",
    "mandatory",
]
