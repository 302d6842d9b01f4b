"""What the policies of one stack are told besides what they judge, from this process's environment variables."""

from collections.abc import Iterable, Mapping

from flexpark import Environment
from flexpark.policies import Circumstances
from flexpark.policies.model import is_production

# Whoever deploys has these; in a deployed text they would be everyone's.
SECRET_VARIABLES = (
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_SECRET",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_ACCESS_TOKEN",
    "GITHUB_TOKEN",
    "GITLAB_TOKEN",
)
SHORTEST = 8  # characters: a shorter secret is found everywhere


def circumstances(
    environment: Environment, environ: Mapping[str, str], *, drained: bool = False, secrets: Iterable[str] = ()
) -> Circumstances:
    """Of one stack. `drained`: its protection has been lifted by `flexpark drain`."""
    known = {*secrets, *(environ.get(name, "") for name in SECRET_VARIABLES)}
    return Circumstances(
        production=is_production(environment.environment),
        drained=drained,
        secrets=frozenset(value for value in known if len(value) >= SHORTEST),
        flex_workspace=environment.pinned.workspace_sid,
    )
