"""The engine's backend: does it answer, does the passphrase fit, has a killed run left something behind?"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flexpark import stack_file
from flexpark.cli import engine
from flexpark.cli.automation import Runner, name_of, open_runner
from flexpark.cli.console import shortened
from flexpark.cli.doctor.model import Finding, Patient
from flexpark.cli.up.journal import journal_of
from flexpark.cli.up.locks import locks_of
from flexpark.errors import FlexparkError, StackNotFound


def backend(patient: Patient) -> Iterator[Finding]:
    """All that the engine is asked for."""
    if patient.stack is None:
        return
    try:
        runner = open_runner(patient.stack, environ=patient.environ)
    except engine.EngineError:
        yield Finding("backend", "skipped", "there is no engine to ask with")
        return
    try:
        state = json.loads(runner.pulumi("stack", "export")).get("deployment") or {}
    except StackNotFound:
        yield Finding(
            "backend",
            "warning",
            f"it answers, and has no stack {patient.stack}",
            f"`pulumi stack init {patient.stack}`",
        )
        return
    except FlexparkError as error:
        remedy = "PULUMI_BACKEND_URL and its credentials, or `pulumi login`; see pulumi.com/docs/iac/concepts/state"
        yield Finding(
            "backend", "problem", error.detail.strip().splitlines()[-1] if error.detail else str(error), remedy
        )
        return
    yield Finding(
        "backend", "ok", f"it answers, and has {len(state.get('resources', []))} resources of {patient.stack}"
    )
    yield from _passphrase(patient, runner)
    yield from _left(patient, state)


def _passphrase(patient: Patient, runner: Runner) -> Iterator[Finding]:
    """Whether secrets can be made for the stack: the engine tries the passphrase on the file's salt first."""
    with tempfile.TemporaryDirectory(prefix="flexpark-") as folder:
        copy = Path(folder) / "Pulumi.copy.yaml"
        shutil.copyfile(stack_file(patient.root, runner.name), copy)
        try:
            runner.pulumi("config", "set", "--secret", "doctor:probe", "x", "--config-file", str(copy))
        except FlexparkError as error:
            said = error.detail.strip().splitlines()
            remedy = "set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the stack's own"
            yield Finding("passphrase", "problem", said[-1] if said else error.message, remedy)
        else:
            yield Finding("passphrase", "ok", "it fits the stack's salt")


def _left(patient: Patient, state: dict[str, list[dict[str, Any]]]) -> Iterator[Finding]:
    """What a killed run leaves: its lock, and operations of which nobody knows the end."""
    name = str(patient.stack)
    locks = list(locks_of(patient.environ.get("PULUMI_BACKEND_URL", ""), name))
    dead = [lock for lock in locks if lock.dead]
    if dead:
        what = "; ".join(str(lock) for lock in dead)
        yield Finding("lock", "problem", f"left by a process that has ended: {what}", f"`flexpark up -s {name}`")
    elif locks:
        what = "; ".join(str(lock) for lock in locks)
        yield Finding("lock", "warning", f"held by {what}", "wait for it; where it has died: `pulumi cancel`")
    else:
        yield Finding("lock", "ok", "nobody holds the stack")
    yield _unfinished(patient, state, under_way=bool(locks) and not dead)


def _unfinished(patient: Patient, state: dict[str, list[dict[str, Any]]], *, under_way: bool) -> Finding:
    """What the state and the journal know of operations without an end."""
    name = str(patient.stack)
    recorded = {str(resource.get("id")) for resource in state.get("resources") or []}
    begun = {operation["resource"]["urn"] for operation in state.get("pending_operations") or []}
    begun |= {intent.urn for intent in journal_of(name, patient.environ).open_intents(recorded)}
    if not begun:
        return Finding("pending operations", "ok", "none")
    if under_way:
        return Finding("pending operations", "ok", f"{len(begun)} of the run that holds the stack")
    what = f"begun and not finished: {shortened(sorted(name_of(urn) for urn in begun))}"
    return Finding("pending operations", "problem", what, f"`flexpark up -s {name}` finds out what became of them")
