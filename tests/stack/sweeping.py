"""Kill an `up` right after one request of it, and look at what the next one makes of it.

The emulator holds the nth request once it has been carried out, and all that come after it: at that moment Twilio has
done what nobody could record. Then the engine, or the provider alone, gets SIGKILL.
"""

import json
import os
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from twilio_provider.catalogue.load import load
from twilio_provider.paths import item_url

from flexpark.cli.rehearsal import Rehearsal, open_rehearsal
from flexpark.cli.up.running import Upped, up
from flexpark.errors import FlexparkError

Victim = Literal["engine", "provider"]
FLEX = "flex-api.twilio.com/v1/Configuration"
HOLD = {"action": "hold", "when": "after", "times": None, "hang_seconds": 120}
# Somebody else's, beside our own in the account's Flex Configuration.
THEIRS = {"theme": "dark", "custom_data": {"features": {"callbacks": {"enabled": True}}}}
MARKS: dict[Victim, bytes] = {"engine": b"pulumi\0", "provider": b"twilio_provider\0"}


@dataclass(frozen=True)
class End:
    """How things are: what is in the account, by kind, and which resources the state holds."""

    account: dict[str, list[str]]
    state: list[str]
    pending: int


class Ground:
    """One emulator and one stack, made new for each case."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self._state = rehearsal.folder / "state"
        self._kept = rehearsal.folder.parent / "empty"
        rehearsal.configure("park", {"flex_ui": True})
        body = {"account_sid": rehearsal.account["accountSid"], "ui_attributes": THEIRS}
        credentials = (rehearsal.account["accountSid"], rehearsal.account["authToken"])
        rehearsal.http.post(f"/{FLEX}", json=body, auth=credentials).raise_for_status()
        shutil.copytree(self._state, self._kept)
        rehearsal.control("POST", "snapshots/empty")

    def anew(self) -> None:
        """An account and a stack without anything of ours."""
        self.rehearsal.control("DELETE", "faults")
        self.rehearsal.control("POST", "snapshots/empty/restore")
        self.rehearsal.control("DELETE", "requests")
        shutil.rmtree(self._state)
        shutil.copytree(self._kept, self._state)

    def up(self) -> Upped:
        """`flexpark up`, as the command runs it."""
        found = self.rehearsal
        return up(found.stack, environ=found.environ, config_file=found.stack_file)

    def killed(self, victim: Victim, nth: int) -> bool:
        """An `up` whose engine or provider is killed once its nth request was carried out; whether it came to that."""
        self.rehearsal.control("POST", "faults", {**HOLD, "nth": nth})
        failed: list[BaseException] = []

        def run() -> None:
            try:
                self.up()
            except FlexparkError as error:
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        held = bool(self.rehearsal.control("GET", "faults/held?timeout=60")["held"])
        if held:
            os.kill(self._process(victim), signal.SIGKILL)
            if victim == "provider":
                thread.join()  # the engine notices by itself; what is held stays held until it has
            self.rehearsal.control("DELETE", "faults")
        thread.join()
        assert bool(failed) == held, failed
        return held

    def end(self) -> End:
        """How things are now."""
        latest = self._checkpoint()
        urns = sorted(resource["urn"] for resource in latest.get("resources", []))
        return End(inventory(self.rehearsal), urns, len(latest.get("pending_operations", [])))

    def lost(self) -> list[str]:
        """Ids that the state holds and the account does not have."""
        catalogue = load()
        found = []
        for resource in self._checkpoint().get("resources", []):
            kind = catalogue.resource(resource["type"])
            if kind is None:
                continue
            try:
                self.rehearsal.api("GET", item_url(kind, resource["id"]).removeprefix("https://"))
            except FlexparkError as error:
                found.append(f"{resource['id']}: {error}")
        return found

    def unrest(self) -> str:
        """What a refresh and a preview find to do; empty where that is nothing."""
        told = []
        for command in (("refresh", "--yes", "--skip-preview"), ("preview", "--diff")):
            done = self.rehearsal.pulumi(*command, "--expect-no-changes", check=False)
            told += [done.stdout] if done.returncode else []
        return "\n".join(told)

    def remains(self) -> dict[str, list[str]]:
        """What a destroy leaves in the account that was not there before the stack; and in the place of what was."""
        self.rehearsal.pulumi("state", "unprotect", "--all", "--yes")
        self.rehearsal.pulumi("destroy", "--yes", "--skip-preview")
        left = inventory(self.rehearsal)
        self.anew()
        before = inventory(self.rehearsal)
        return {kind: left[kind] for kind in left if left[kind] != before.get(kind, [])}

    def _checkpoint(self) -> dict[str, Any]:
        path = self._state / ".pulumi" / "stacks" / "flexpark" / f"{self.rehearsal.stack}.json"
        latest: dict[str, Any] = json.loads(path.read_text())["checkpoint"]["latest"]
        return latest

    def _process(self, victim: Victim) -> int:
        """The engine or provider of this rehearsal."""
        ours = self.rehearsal.settings["PULUMI_BACKEND_URL"].encode()
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and ours in (entry / "environ").read_bytes():
                    line = (entry / "cmdline").read_bytes()
                    if MARKS[victim] in line and line.split(b"\0")[0].endswith((b"pulumi", b"python")):
                        return int(entry.name)
            except OSError:  # it has ended meanwhile
                continue
        raise AssertionError(f"there is no {victim}")


@contextmanager
def open_ground(folder: Path) -> Iterator[Ground]:
    """An emulator with a Flex-like account, and the stack that is not up."""
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        yield Ground(rehearsal)


def inventory(rehearsal: Rehearsal) -> dict[str, list[str]]:
    """All that a stack can make, by kind, each as a text without SIDs: to compare two accounts."""
    flex = f"taskrouter.twilio.com/v1/Workspaces/{rehearsal.account['workspaceSid']}"
    found: dict[str, list[str]] = {}

    def collect(kind: str, address: str, key: str, *shown: str) -> list[dict[str, Any]]:
        items = _all(rehearsal, address, key)
        found.setdefault(kind, []).extend(json.dumps([item.get(name) for name in shown]) for item in items)
        return items

    collect("queues", f"{flex}/TaskQueues", "task_queues", "friendly_name", "target_workers")
    collect("workflows", f"{flex}/Workflows", "workflows", "friendly_name", "task_reservation_timeout")
    collect("Sync services", "sync.twilio.com/v1/Services", "services", "friendly_name", "acl_enabled")
    collect("sinks", "events.twilio.com/v1/Sinks", "sinks", "description", "sink_type", "status")
    for one in collect("subscriptions", "events.twilio.com/v1/Subscriptions", "subscriptions", "description"):
        at = f"events.twilio.com/v1/Subscriptions/{one['sid']}/SubscribedEvents"
        collect("subscribed", at, "types", "type")
    for service in collect("services", "serverless.twilio.com/v1/Services", "services", "unique_name"):
        at = f"serverless.twilio.com/v1/Services/{service['sid']}"
        for function in collect("functions", f"{at}/Functions", "functions", "friendly_name"):
            of = f"{at}/Functions/{function['sid']}/Versions"
            collect("versions", of, "function_versions", "path", "visibility")
        builds = _all(rehearsal, f"{at}/Builds", "builds")
        found["builds"] = [json.dumps([b["status"], sorted(v["path"] for v in b["function_versions"])]) for b in builds]
        for home in collect("environments", f"{at}/Environments", "environments", "unique_name", "domain_suffix"):
            collect("variables", f"{at}/Environments/{home['sid']}/Variables", "variables", "key")
            collect("deployments", f"{at}/Environments/{home['sid']}/Deployments", "deployments", "domain_name")
            live = "a build" if home["build_sid"] in {build["sid"] for build in builds} else "none"
            found.setdefault("live", []).append(live)
    found["Flex UI"] = [json.dumps(rehearsal.api("GET", FLEX)["ui_attributes"], sort_keys=True)]
    found["deployments"] = [str(len(found.get("deployments", [])))]  # their domain is drawn at random
    return {kind: sorted(items) for kind, items in found.items()}


def difference(wanted: End, found: End) -> str:
    """What is there too often or too seldom; empty where they are equal."""
    told = []
    for kind in sorted({*wanted.account, *found.account}):
        before, after = Counter(wanted.account.get(kind, [])), Counter(found.account.get(kind, []))
        told += [f"{kind}: too many {item}" for item in (after - before).elements()]
        told += [f"{kind}: missing {item}" for item in (before - after).elements()]
    told += [f"state: {urn}" for urn in sorted(set(wanted.state) ^ set(found.state))]
    if found.pending or len(found.state) != len(set(found.state)):
        told.append(f"state: {found.pending} pending, {len(found.state)} resources")
    return "; ".join(told)


def _all(rehearsal: Rehearsal, address: str, key: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = rehearsal.api("GET", f"{address}?PageSize=100")[key]
    return items
