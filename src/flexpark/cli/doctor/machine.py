"""The machine and the checkout: engine, plugin, Node, and a schedule for `reconcile`."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from flexpark.cli import engine
from flexpark.cli.doctor.model import Finding, Patient

NODE_MINIMUM = (20,)  # functions_src/package.json, and the emulator's runner
PLUGIN = Path("pulumi-twilio/bin/pulumi-resource-twilio")
PLUGIN_SECONDS = 20
WORKFLOWS = (".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml", ".gitlab/**/*.yml")
CRON = "*/5 * * * * flexpark reconcile -s STACK"


def engine_there(_: Patient) -> Iterator[Finding]:
    """A Pulumi CLI that is new enough."""
    try:
        found = engine.need()
    except engine.EngineError as error:
        yield Finding("engine", "problem", str(error).removeprefix("engine: "), "`make setup` gets one")
        return
    where = "on PATH" if found.on_path else f"in {found.bin}"
    yield Finding("engine", "ok", f"pulumi {'.'.join(map(str, found.version))} {where}")


def plugin_starts(patient: Patient) -> Iterator[Finding]:
    """The provider starts, and says on which port it serves."""
    path = patient.root / PLUGIN
    remedy = "`make setup`; the plugin is run by .venv"
    if not os.access(path, os.X_OK):
        yield Finding("plugin", "problem", f"{PLUGIN} is missing or may not be executed", remedy)
        return
    process = subprocess.Popen(
        [str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(patient.environ)
    )
    try:
        port = process.stdout.readline().strip() if process.stdout else ""
        process.terminate()
        _, said = process.communicate(timeout=PLUGIN_SECONDS)
    finally:
        process.kill()
        process.wait()
    if port.isdigit():
        yield Finding("plugin", "ok", f"{PLUGIN.name} starts")
        return
    last = said.strip().splitlines()[-1:] or ["it printed nothing"]
    yield Finding("plugin", "problem", f"{PLUGIN.name} does not start: {last[0]}", remedy)


def node_there(patient: Patient) -> Iterator[Finding]:
    """A Node that is new enough for the functions' tests and the emulator's runner."""
    engine.version_of.cache_clear()
    version = _node_version(patient)
    if version >= NODE_MINIMUM:
        yield Finding("node", "ok", f"Node.js {'.'.join(map(str, version))}")
        return
    have = f"Node.js {'.'.join(map(str, version))} is too old" if version else "no node on PATH"
    yield Finding("node", "problem", f"{have}; needed: >= {NODE_MINIMUM[0]}", "https://nodejs.org/en/download")


def reconcile_scheduled(patient: Patient) -> Iterator[Finding]:
    """Something runs `flexpark reconcile` again and again: as far as this checkout shows."""
    for pattern in WORKFLOWS:
        for path in sorted(patient.root.glob(pattern)):
            if "flexpark reconcile" in path.read_text() or "ci jobs reconcile" in path.read_text():
                yield Finding("schedule", "ok", f"{path.relative_to(patient.root).as_posix()} runs reconcile")
                return
    yield Finding(
        "schedule",
        "warning",
        "no workflow here runs `flexpark reconcile`: a webhook that Twilio loses is then noticed by nobody",
        f"`flexpark ci init github` (or gitlab) writes one; or a scheduler of yours: {CRON}",
    )


def _node_version(patient: Patient) -> tuple[int, ...]:
    try:
        done = subprocess.run(
            ["node", "--version"], capture_output=True, text=True, check=False, env=dict(patient.environ)
        )
    except OSError:
        return ()
    return engine.parse_version(done.stdout)
