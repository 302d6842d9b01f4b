"""Routing: the stack's own task queues, and the workflow that brings parked conversations back to them."""

import pulumi
import pulumi_twilio as twilio

from flexpark import Environment, QueueToCreate, RenderedWorkflow
from infra.account import Account


class Routing(pulumi.ComponentResource):
    """Queues in the order of the environment, then the workflow over them.

    Outputs: `workflow_sid`, `queue_sids` (name -> WQ...).
    """

    workflow_sid: pulumi.Output[str]
    queue_sids: pulumi.Output[dict[str, str]]

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        workflow: RenderedWorkflow,
        account: Account,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("flexpark:infra:Routing", name, None, opts)
        below = pulumi.ResourceOptions(parent=self)
        sids: dict[str, pulumi.Input[str]] = {}
        for queue in environment.queues:
            if queue.create is None:
                sids[queue.name] = account.queue_sids[queue.name]
                continue
            made = twilio.taskrouter.TaskQueue(
                _logical(queue.name),
                workspace_sid=account.workspace_sid,
                friendly_name=queue.name,
                target_workers=queue.create.target_workers,
                max_reserved_workers=queue.create.max_reserved_workers,
                task_order=queue.create.task_order,
                opts=pulumi.ResourceOptions.merge(below, _known_before(queue.create)),
            )
            sids[queue.name] = made.sid.apply(str)
        self.queue_sids = pulumi.Output.all(**sids)
        self.workflow_sid = twilio.taskrouter.Workflow(
            "workflow",
            workspace_sid=account.workspace_sid,
            friendly_name=workflow.friendly_name,
            configuration=self.queue_sids.apply(workflow.configuration),
            task_reservation_timeout=workflow.task_reservation_timeout,
            opts=below,
        ).sid.apply(str)
        self.register_outputs({"workflowSid": self.workflow_sid, "queueSids": self.queue_sids})


def _logical(queue: str) -> str:
    return f"queue-{queue}"


def _known_before(queue: QueueToCreate) -> pulumi.ResourceOptions | None:
    """A renamed queue is the same resource: parked work holds its SID, so it may not be replaced."""
    if queue.renamed_from is None:
        return None
    return pulumi.ResourceOptions(aliases=[pulumi.Alias(name=_logical(queue.renamed_from))])
