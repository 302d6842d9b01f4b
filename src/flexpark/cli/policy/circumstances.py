"""What the policies of one stack are told besides what they judge: from environment variables, and files they name.

A credentials command is not run for this: the provider runs it as well, each run costs time, and it may ask its user or
hand out a new secret; what it gives is caught where it has the shape of a credential. A secret of the stack's config is
known where the engine gives it, to the program and to the policy pack; to decrypt it elsewhere is an engine more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from flexpark import Environment
from flexpark.cli.root import ROOT
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
# The secrets of a credentials file, in either of its forms (twilio_api.credentials): NAME=value, or a JSON object.
_IN_FILE = re.compile(r"""(?:TWILIO_AUTH_TOKEN|TWILIO_API_SECRET)["']?\s*[=:]\s*["']?([^"'\s,}]+)""")
LARGEST = 1_000_000  # bytes: what is larger is no such file
SHORTEST = 8  # characters: a shorter secret is found everywhere


def circumstances(
    environment: Environment, environ: Mapping[str, str], *, drained: bool = False, secrets: Iterable[str] = ()
) -> Circumstances:
    """Of one stack. `drained`: its protection has been lifted by `flexpark drain`."""
    known = Circumstances(
        production=is_production(environment.environment),
        drained=drained,
        flex_workspace=environment.pinned.workspace_sid,
    )
    of_variables = (environ.get(name, "") for name in SECRET_VARIABLES)
    return knowing(known, [*secrets, *of_variables, *_of_files(environment, environ)])


def knowing(known: Circumstances, secrets: Iterable[str]) -> Circumstances:
    """The same with further secrets."""
    return replace(known, secrets=known.secrets | {value for value in secrets if len(value) >= SHORTEST})


def _of_files(environment: Environment, environ: Mapping[str, str]) -> Iterator[str]:
    """Read anew each time. What cannot be read is for those to tell who need it."""
    credentials = environment.credentials_file or environ.get("TWILIO_CREDENTIALS_FILE")
    if credentials:
        yield from _IN_FILE.findall(_text(ROOT / "infra" / credentials))  # relative to where the provider is started
    passphrase = environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if passphrase:
        yield _text(Path(passphrase)).strip()


def _text(path: Path) -> str:
    """A file's text; none of what is no text, or no file: a pipe may be read once only."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return ""
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
