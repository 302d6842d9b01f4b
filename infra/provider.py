"""The provider of a stack, handed what it needs: Pulumi gives a namespace's config to default providers only.

Credentials of the config go the way of docs/decisions/0107: the provider takes them when it checks its inputs, and
leaves them out of its answer, so that no state has them. Where the engine has not started the provider itself, as
for `flexpark`, they reach it in no other way.
"""

import pulumi
import pulumi_twilio as twilio

from flexpark import Environment
from flexpark.environment.stackfile import CREDENTIALS


def provider_of(environment: Environment) -> twilio.Provider:
    """It says which account, and how to get there; what is not given there the environment variables say."""
    return twilio.Provider(
        "twilio",
        account_sid=environment.account_sid,
        stack_id=environment.stack_id,
        region=environment.region,
        edge=environment.edge,
        endpoint=environment.endpoint,
        credentials_file=environment.credentials_file,
        credentials_command=environment.credentials_command,
        opts=pulumi.ResourceOptions(transformations=[_with_credentials]),
    )


def _with_credentials(declared: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    """The generated class has no names for what is no input. All are secret here, whatever the config says of them."""
    config = pulumi.Config("twilio")
    names = (key.partition(":")[2] for key in CREDENTIALS)
    given = {name: value for name in names if (value := config.get_secret(name)) is not None}
    return pulumi.ResourceTransformationResult({**declared.props, **given}, declared.opts)
