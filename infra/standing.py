"""What stands already, seen from a program that declares nothing of it any more."""

import pulumi


def refuse_to_tear_down() -> None:
    """Refuse to switch the feature off while it stands: conversations may be parked in it.

    An `up` that no longer declares the resources would delete those that bear no protection (workflow, queues, the
    deployment) before it stops at those that do. Raises `pulumi.RunError`, so that nothing is deleted.
    """
    stack = pulumi.get_stack()
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
    answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name}).value
    if answer and answer.get("outputs", {}).get("syncServiceSid"):
        raise pulumi.RunError(
            f"park.enabled is false, but the feature stands in {stack} and conversations may be parked in it; "
            f"nothing was changed. To switch it off: `flexpark drain -s {stack}`, then `pulumi destroy --stack {stack}`"
        )
