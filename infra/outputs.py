"""What an operator needs to know of a stack: every SID and address, as stack outputs."""

import pulumi

from flexpark import Bundle
from infra.account import Account
from infra.events import Events
from infra.functions import Functions
from infra.routing import Routing
from infra.sync import Sync
from infra.webhooks import Webhooks


def export(
    account: Account,
    *,
    routing: Routing,
    sync: Sync,
    functions: Functions,
    webhooks: Webhooks,
    events: Events,
    bundle: Bundle,
) -> None:
    """Set the stack's outputs; their names are kept, since scripts read them."""
    outputs = {
        "workspaceSid": account.workspace_sid,
        "workflowSid": routing.workflow_sid,
        "queueSids": routing.queue_sids,
        "syncServiceSid": sync.service_sid,
        "serverlessServiceSid": functions.service_sid,
        "serverlessEnvironmentSid": functions.environment_sid,
        "buildSid": functions.build_sid,
        "deploymentSid": functions.deployment_sid,
        "domain": functions.domain,
        "functionUrls": functions.urls,
        "wakeUrl": webhooks.wake_url,
        "eventSinkSid": events.sink_sid,
        "eventSubscriptionSid": events.subscription_sid,
        "bundleHash": bundle.sha256,
    }
    for name, value in outputs.items():
        pulumi.export(name, value)
