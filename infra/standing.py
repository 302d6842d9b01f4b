"""What stands already, as the last run left it: a program may not take away what parked conversations need."""

import time
from typing import Any

import pulumi

from flexpark import Environment


def refuse_to_tear_down() -> None:
    """Refuse to switch the feature off while it stands: conversations may be parked in it.

    An `up` that no longer declares the resources would delete those that bear no protection (workflow, queues, the
    deployment) before it stops at those that do. Raises `pulumi.RunError`, so that nothing is deleted.
    """
    stack = pulumi.get_stack()
    if _outputs().get("syncServiceSid"):
        raise pulumi.RunError(
            f"park.enabled is false, but the feature stands in {stack} and conversations may be parked in it; "
            f"nothing was changed. To switch it off: `flexpark drain -s {stack}`, then `pulumi destroy --stack {stack}`"
        )


def refuse_to_rename_by_replacing(environment: Environment) -> None:
    """Refuse a queue that is gone while another is new: a rename would otherwise delete what parked work comes back to.

    Raises `pulumi.RunError`, so that nothing is deleted.
    """
    before = set(_outputs().get("queueSids") or {})
    created = {queue.name: queue.create for queue in environment.queues if queue.create is not None}
    renamed = {made.renamed_from for made in created.values()} - {None}
    gone = sorted(before - {queue.name for queue in environment.queues} - renamed)
    new = sorted(name for name, made in created.items() if name not in before and made.renamed_from not in before)
    if before and gone and new:
        raise pulumi.RunError(
            f"flexpark:queues: {', '.join(gone)} is gone and {', '.join(new)} is new, and conversations may be parked "
            "with the SID of the former; nothing was changed. If it is the same queue under another name, say "
            f"`create: {{renamed_from: {gone[0]}}}` in {new[0]}; if not, add the new one and bring the stack up, then "
            "take the old one away"
        )


def _outputs() -> dict[str, Any]:
    """The stack's outputs as of its last run.

    The engine itself writes that file meanwhile, and a backend in a folder can be read half-written: then once more.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    for pause in (0.05, 0.2, 1.0):
        try:
            return _read(name)
        except Exception as error:  # one kind for all: what went wrong is in its text
            if "failed to load checkpoint" not in str(error):
                raise
            time.sleep(pause)
    return _read(name)


def _read(name: str) -> dict[str, Any]:
    answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name}).value
    return dict((answer or {}).get("outputs") or {})
