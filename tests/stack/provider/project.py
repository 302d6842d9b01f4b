"""A program on the real engine, with the provider as its plugin and the recording stand-in for Twilio behind it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flexpark.cli import engine

ROOT = Path(__file__).parents[3]

PROJECT = f"""\
name: acme
runtime: python
plugins:
  providers:
    - name: twilio
      path: {ROOT / "pulumi-twilio" / "bin"}
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended, all it printed, and the requests it caused.

    ``requests`` leaves aside credential checks and status polls, of which ``checks`` and ``polls`` are the numbers.
    """

    code: int
    text: str
    requests: list[str]
    checks: int = 0
    polls: int = 0


class Project:
    """A Pulumi project of one program and one stack, in a folder of its own.

    ``twilio`` is the recording stand-in, or the emulator under the same names.
    """

    def __init__(self, folder: Path, twilio: Any) -> None:
        self.folder = folder
        self.twilio = twilio
        (folder / "state").mkdir()
        (folder / "Pulumi.yaml").write_text(PROJECT)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "PULUMI_"))},
            **twilio.environment,
            "PYTHONPATH": str(ROOT / "pulumi-twilio"),  # the SDK of this checkout, whatever else is installed
            "PATH": os.pathsep.join([str(engine.need().bin), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "x",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
        }

    def program(self, text: str) -> None:
        """The program; ``twilio`` is the SDK and ``opts`` names the provider."""
        head = (
            "import pulumi\nimport pulumi_twilio as twilio\n"
            f"provider = twilio.Provider('twilio', account_sid={self.twilio.account!r}, stack_id='5tack')\n"
            "opts = pulumi.ResourceOptions(provider=provider)\n"
        )
        (self.folder / "__main__.py").write_text(head + text)

    def pulumi(self, *arguments: str, **environment: str) -> Ran:
        """Run a command to its end."""
        before = len(self.twilio.requests)
        ran = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        sent = self.twilio.requests[before:]
        shown = [f"{r.method} {r.path}" for r in sent if r.host != "api.twilio.com" and not r.path.endswith("/Status")]
        checks = sum(r.path.endswith(f"/Accounts/{self.twilio.account}.json") for r in sent)
        polls = sum(r.path.endswith("/Status") for r in sent)
        return Ran(ran.returncode, ran.stdout + ran.stderr, shown, checks, polls)

    def up(self) -> Ran:
        """``pulumi up`` without a preview, which must succeed."""
        ran = self.pulumi("up", "--yes", "--skip-preview")
        assert ran.code == 0, ran.text
        return ran

    def state(self) -> dict[str, Any]:
        """The stack's resources by logical name."""
        found = json.loads(self.pulumi("stack", "export").text)["deployment"].get("resources", [])
        return {resource["urn"].rsplit("::", 1)[1]: resource for resource in found}
