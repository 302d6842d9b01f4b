"""How long `flexpark validate --all` takes for a hundred environments over layers, in a copy of the checkout."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from flexpark.cli.rehearsal import ROOT
from tools.bench.ground import FOLDER, progress
from tools.bench.rows import Row, seconds

STACKS, ROUNDS = 100, 3
# What a command of flexpark is made of, less the environments.
COPIED = ("src/flexpark", "src/taskrouter", "templates", "workflows", "functions_src/src", "functions_src/package.json")
_LAYERS = {
    "premium": "extends: standard\npark: {known_worker: {timeout: 300}, reinvites: 4}\n",
    "europe": "park: {list_ttl: {default: 7d}}\nqueues:\n  Europe: {create: {target_workers: 'region == \"eu\"'}}\n",
    "fleet": "extends: [premium, europe]\n",
}
_STACK = """\
config:
  flexpark:version: 1
  flexpark:customer: customer-{number}
  flexpark:environment: prod
  flexpark:layer: fleet
  flexpark:stackId: f{number:015x}
  twilio:accountSid: AC{number:032x}
  flexpark:queues:
    Sales: {{create: {{target_workers: 'skills HAS "sales"'}}}}
    Support: {{create: {{target_workers: 'skills HAS "support"'}}}}
  flexpark:routes:
    - {{name: Sales enquiries, when: 'topic == "sales" AND customer.level IN ["gold", "silver"]', queue: Sales}}
    - {{name: Support requests, when: 'topic == "support"', queue: Support}}
"""


def bench() -> list[Row]:
    """The median of some runs of the whole command, its start included."""
    root = make_fleet(FOLDER / "fleet", STACKS)
    times = [_validate(root) for _ in range(ROUNDS)]
    progress(f"fleet.validate_100.wall: {min(times):.3f} to {max(times):.3f} s in {ROUNDS} runs")
    return [seconds("fleet.validate_100.wall", statistics.median(times))]


def make_fleet(root: Path, stacks: int) -> Path:
    """A checkout with so many valid environments, in a folder that is made anew."""
    shutil.rmtree(root, ignore_errors=True)
    for name in COPIED:
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    for name, text in _LAYERS.items():
        (root / "templates/environments" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (root / "environments").mkdir()
    for number in range(1, stacks + 1):
        file = root / "environments" / f"Pulumi.customer-{number}-prod.yaml"
        file.write_text(_STACK.format(number=number), encoding="utf-8")
    return root


def _validate(root: Path) -> float:
    environ = {**os.environ, "PYTHONPATH": str(root / "src")}
    began = time.monotonic()
    argv = [sys.executable, "-m", "flexpark.cli", "validate", "--all"]
    done = subprocess.run(argv, cwd=root, env=environ, capture_output=True, text=True, check=False)
    took = time.monotonic() - began
    if done.returncode != 0 or f"{STACKS} stacks" not in done.stderr:
        raise RuntimeError(f"validate ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return took
