"""An emulator with the functions deployed: stood up once by the real engine, then copied as often as needed.

A copy starts from the state file that the first one left, so that cases which run side by side share no clock, no
fault and no process.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator

from flexpark.cli.demo.actors import Agent
from flexpark.cli.rehearsal import ROOT, Rehearsal
from twilio_emulator.testing import Emulator

STACK = "acme-dev"


@dataclass(frozen=True)
class Stood:
    """What standing up has left: the emulator's state, the account, the stack's outputs."""

    state: Path
    account: Mapping[str, Any]
    outputs: Mapping[str, Any]


def stand_up(folder: Path) -> Stood:
    """`pulumi up` of the demo's environment on an emulator that keeps its state in the folder, then ends."""
    (folder / "state").mkdir(parents=True)
    source = ROOT / "environments" / f"Pulumi.{STACK}.yaml"
    state = folder / "emulator.sqlite"
    account_sid = source.read_text().partition("twilio:accountSid:")[2].split()[0]
    with Emulator("--account-sid", account_sid, state=state) as emulator:
        account = emulator.control("POST", "/flex-account", {"accountSid": account_sid})
        rehearsal = Rehearsal(folder, STACK, emulator, account)
        shutil.copyfile(source, rehearsal.stack_file)
        with rehearsal.http:
            rehearsal.pulumi("stack", "init")
            rehearsal.pulumi("up", "--yes", "--skip-preview")
            return Stood(state, account, rehearsal.outputs())


class Bench(Rehearsal):
    """A copy. Give each case one of its own for as long as it runs; `stop` ends it."""

    def __init__(self, stood: Stood, folder: Path) -> None:
        folder.mkdir(parents=True)
        state = folder / "emulator.sqlite"
        for file in stood.state.parent.glob(f"{stood.state.name}*"):
            shutil.copyfile(file, folder / file.name)
        super().__init__(folder, STACK, Emulator(state=state), stood.account)
        self._stood = stood
        self._workers = 0

    def outputs_now(self) -> dict[str, Any]:
        """The outputs of the stack that was stood up."""
        return dict(self._stood.outputs)

    @property
    def domain(self) -> str:
        """Where the functions are."""
        return str(self._stood.outputs["domain"])

    def ready(self) -> None:
        """No fault, every switch at its default, nothing under way or logged: whatever the last case has left."""
        self.control("DELETE", "faults")
        self.control("DELETE", "requests")
        self.control("POST", "switches", self._defaults())
        self.control("GET", "idle")

    def hired(self) -> Agent:
        """A new agent of the queue Support, available."""
        self._workers += 1
        name = f"agent-{self._workers}"
        attributes = json.dumps({"contact_uri": f"client:{name}", "skills": ["support"]})
        address = f"taskrouter.twilio.com/v1/Workspaces/{self.account['workspaceSid']}/Workers"
        worker = self.api("POST", address, FriendlyName=name, Attributes=attributes)
        agent = Agent(self, name, ("agent",), worker["sid"])
        agent.goes(available=True)
        return agent

    def deliver(self, url: str, form: Mapping[str, str]) -> tuple[int, str]:
        """A webhook's delivery, or any call of a protected function, signed by Twilio's own library."""
        signature = RequestValidator(self.account["authToken"]).compute_signature(url, dict(form))
        parts = urlsplit(url)
        target = f"/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        answer = self.http.post(target, data=dict(form), headers={"X-Twilio-Signature": signature})
        return answer.status_code, answer.text

    @contextmanager
    def fault(self, fault: Mapping[str, Any] | None) -> Iterator[list[int]]:
        """Within it the fault is in force. When it ends, the list holds how often it struck."""
        hits: list[int] = []
        if fault is None:
            yield hits
            return
        self.control("POST", "faults", fault)
        try:
            yield hits
        finally:
            hits += [int(found["hits"]) for found in self.control("GET", "faults")["faults"]]
            self.control("DELETE", "faults")
            self.control("GET", "idle")

    def stop(self) -> None:
        """End the emulator with its functions, and remove its state."""
        self.http.close()
        self.emulator.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _defaults(self) -> dict[str, Any]:
        if not hasattr(self, "_switches"):
            self._switches: dict[str, Any] = self.control("GET", "switches")["switches"]
        return self._switches
