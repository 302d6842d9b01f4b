"""`flexpark rehearse`: an environment of any kind is brought up and played through, and nothing is left behind."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.unit.cli.copied import ROOT, Copied

STACK = """\
config:
  flexpark:version: 1
  flexpark:customer: acme
  flexpark:environment: dev
  flexpark:layer: standard
  flexpark:stackId: f1e0a11ce0000009
  twilio:accountSid: ACf1e00000000000000000000000000009
  twilio:authToken: {secure: v1:somebody:elses}
  other:apiKey: {secure: v1:not:ours}
  flexpark:queues:
    Gold: {create: {target_workers: 'routing.skills HAS "gold" AND level >= 3'}}
    Everyone: {existing: {sid: WQ00000000000000000000000000000abc}}
    Looked up: {existing: {name: Of the customer}}
  flexpark:pinned:
    workspaceSid: WS00000000000000000000000000000abc
    queues: {Looked up: WQ00000000000000000000000000000abd}
  flexpark:routes:
    - {name: Gold customers, when: 'customer.level IN ["gold", "platinum"] AND topic != "spam"', queue: Gold}
    - {name: Shadowed, when: 'customer.level == "gold" AND topic != "spam"', queue: Gold}
  flexpark:park:
    known_worker: {timeout: 30}
    resume: {destination: studio, flow: FW00000000000000000000000000000abc}
encryptionsalt: v1:of:another:passphrase
"""


def checkout(folder: Path) -> Copied:
    """The whole project with this environment in the place of its own."""
    made = Copied(folder, 0)
    made.write("environments/Pulumi.acme-dev.yaml", STACK)
    shutil.copytree(ROOT / "infra", made.root / "infra")
    shutil.copyfile(ROOT / "Pulumi.yaml", made.root / "Pulumi.yaml")
    for name in ("pulumi-twilio", "policies", ".venv"):
        (made.root / name).symlink_to(ROOT / name)
    return made


def test_the_example_of_rehearse_plays_an_environment_that_is_hard_to_have_here(tmp_path: Path) -> None:
    """Secrets and a salt of somebody else's, queues by SID, pins, a Studio flow, workers made to fit.

    Each way of new work is parked, woken through the flow and resumed; a route that another one hides is told. The
    checkout and its stack file are as before, and no file and no process is left.
    """
    copied = checkout(tmp_path)
    away = tmp_path / "tmp"
    away.mkdir()
    before = files(copied.root)
    done = copied.flexpark(*copied.example("rehearse"), "--json", TMPDIR=str(away))
    assert done.returncode == 0, done.stderr[-3000:]
    steps = json.loads(done.stdout)
    told = [step["step"] for step in steps]
    assert told[0] == "The environment comes up in the emulator"
    assert steps[0]["facts"]["left out"].startswith("Shadowed: ")
    for name, queue in (("Gold customers", "Gold"), ("default", "Everyone")):
        facts = {step["step"]: step["facts"] for step in steps}
        assert f", from {queue}, through {name}" in facts[f"{name}: new work reaches an agent"]["accepted by"]
        assert (
            f", from {queue}, through Resume in {queue}"
            in facts[f"{name}: parked, and woken by its customer"]["accepted by"]
        )
        assert f"{name}: parked again, and resumed by the agent" in told
    assert files(copied.root) == before
    assert list(away.iterdir()) == []
    left = subprocess.run(["pgrep", "-f", str(away)], capture_output=True, text=True, check=False).stdout
    assert left == ""


def files(root: Path) -> dict[str, bytes]:
    """What is in a checkout, but for compiled Python."""
    found = [path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path.relative_to(root)): path.read_bytes() for path in found}
