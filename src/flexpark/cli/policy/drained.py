"""Whether a stack has been drained: then its protection is lifted, and nothing leads parked conversations back."""

import json

from flexpark.cli.automation import Runner
from flexpark.cli.stack import PROTECTED_TYPES


def is_drained(runner: Runner) -> bool:
    """Whether the state holds what the program always protects, and none of it is protected."""
    deployment = json.loads(runner.pulumi("stack", "export")).get("deployment") or {}
    guarded = [resource for resource in deployment.get("resources", []) if resource["type"] in PROTECTED_TYPES]
    return bool(guarded) and not any(resource.get("protect") for resource in guarded)
