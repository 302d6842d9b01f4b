"""Flex UI: the agents' browsers learn from the account's Flex Configuration that there is something to park with."""

import pulumi
import pulumi_twilio as twilio

from flexpark import Environment


class FlexUi(pulumi.ComponentResource):
    """Our keys in Flex's own `ui_attributes`, spelled as Twilio's flex-project-template reads them.

    An account has one Flex Configuration: the keys of others are left as they are, and a destroy puts back what stood
    in the place of ours.
    """

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        deployment: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("flexpark:infra:FlexUi", name, None, opts)
        feature = {"enabled": True, "show_list": environment.park.show_list}
        twilio.flex.Configuration(
            "park-interaction",
            ui_attributes={"custom_data": {"features": {"park_interaction": feature}}},
            # A browser that shows the button needs the functions behind it.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[deployment]),
        )
        self.register_outputs({})
