"""Sync: the service that holds the records of parked conversations and the agents' lists."""

import pulumi
import pulumi_twilio as twilio

from flexpark import Environment


class Sync(pulumi.ComponentResource):
    """One Sync service, always protected: what it holds is the only record of what is parked. Output: `service_sid`."""

    service_sid: pulumi.Output[str]

    def __init__(self, name: str, *, environment: Environment, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("flexpark:infra:Sync", name, None, opts)
        service = twilio.sync.Service(
            "records",
            friendly_name=environment.service_name,
            acl_enabled=True,  # a client token alone must not read the records
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.service_sid = service.sid.apply(str)
        self.register_outputs({"serviceSid": self.service_sid})
