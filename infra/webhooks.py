"""Webhooks: the addresses at which Twilio wakes a parked conversation. They stay valid as long as records exist."""

import pulumi

from infra.functions import Functions

# Every older version is accepted by the function while records exist: a webhook may have been set months ago.
VERSION = 1


class Webhooks(pulumi.ComponentResource):
    """The address that `park` puts into a conversation's scoped webhook, less the ids of the parked conversation.

    Output: `wake_url`.
    """

    wake_url: pulumi.Output[str]

    def __init__(self, name: str, *, functions: Functions, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("flexpark:infra:Webhooks", name, None, opts)
        self.wake_url = functions.urls.apply(lambda urls: f"{urls['unpark-on-message']}?v={VERSION}")
        self.register_outputs({"wakeUrl": self.wake_url})
