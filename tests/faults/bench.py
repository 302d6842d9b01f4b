"""An emulator with the functions deployed: stood up once by the real engine, then copied as often as needed.

A copy starts from the state file that the first one left, so that cases which run side by side share no clock, no
fault and no process. Within a copy each case begins from a restored scene: nothing of an earlier case is left, and
nothing has to be made again. The clock is stopped: how fast this machine is decides nothing.
"""

import base64
import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator

from flexpark.cli.demo.actors import Agent
from flexpark.cli.rehearsal import ROOT, Rehearsal
from tests.faults.extent import patience
from tests.through_studio import make_flow, park_through_studio, point_flow, with_park
from twilio_emulator.testing import Emulator

if TYPE_CHECKING:
    from tests.faults.story import Story

STACK = "acme-dev"
BLANK = "blank"
_DEADLINE = re.compile(r'("(?:webhook|park)": )([0-9]+)(?=[,}])')


@dataclass(frozen=True)
class Stood:
    """What standing up has left: the emulator's state, the account, the stack's outputs; a flow where there is one."""

    state: Path
    account: Mapping[str, Any]
    outputs: Mapping[str, Any]
    at: float
    """When the stories of its copies begin, in seconds since 1970."""
    flow: str | None = None
    patience: int = 1


def stand_up(folder: Path, *, studio: bool = False) -> Stood:
    """`pulumi up` of the demo's environment on an emulator that keeps its state in the folder, then ends.

    `studio`: what is parked is resumed through a flow.
    """
    (folder / "state").mkdir(parents=True)
    source = ROOT / "environments" / f"Pulumi.{STACK}.yaml"
    state = folder / "emulator.sqlite"
    account_sid = source.read_text().partition("twilio:accountSid:")[2].split()[0]
    with Emulator("--account-sid", account_sid, state=state, log=folder / "emulator.log") as emulator:
        account = emulator.control("POST", "/flex-account", {"accountSid": account_sid})
        rehearsal = Rehearsal(folder, STACK, emulator, account)
        shutil.copyfile(source, rehearsal.stack_file)
        with rehearsal.http:
            rehearsal.pulumi("stack", "init")
            flow = make_flow(rehearsal) if studio else None
            if flow is None:
                rehearsal.pulumi("up", "--yes", "--skip-preview")
            else:
                with_park(rehearsal, park_through_studio(flow))
                point_flow(rehearsal, flow)
            at = emulator.control("GET", "/clock")["timestamp"] // 3600 * 3600 + 7200
            outputs = rehearsal.outputs()
    _lengthen_deadlines(state, patience())
    return Stood(state, account, outputs, at, flow, patience())


def _lengthen_deadlines(state: Path, times: int) -> None:
    """Of the deployed functions."""
    with closing(sqlite3.connect(state)) as db, db:
        for sid, body in db.execute("SELECT sid, body FROM documents WHERE kind = 'serverless.content'").fetchall():
            code = base64.b64decode(json.loads(body)["base64"]).decode()
            longer = _DEADLINE.sub(lambda found: f"{found[1]}{int(found[2]) * times}", code)
            content = json.dumps({"base64": base64.b64encode(longer.encode()).decode()})
            if longer != code:
                db.execute(
                    "UPDATE documents SET body = ? WHERE sid = ? AND kind = 'serverless.content'", (content, sid)
                )


class Bench(Rehearsal):
    """A copy. Give each case one of its own for as long as it runs; `stop` ends it."""

    def __init__(self, stood: Stood, folder: Path) -> None:
        folder.mkdir(parents=True)
        state = folder / "emulator.sqlite"
        for file in stood.state.parent.glob(f"{stood.state.name}*"):
            shutil.copyfile(file, folder / file.name)
        super().__init__(folder, STACK, Emulator(state=state, log=folder / "emulator.log"), stood.account)
        self._stood = stood
        self._scenes: dict[str, Story] = {}
        now = self.control("POST", "clock", {"stopped": True})["timestamp"]
        self.control("POST", "clock", {"advance": stood.at - now})
        self._waits(stood.patience)
        self._start_functions()
        self.keep(BLANK)

    def outputs_now(self) -> dict[str, Any]:
        """The outputs of the stack that was stood up."""
        return dict(self._stood.outputs)

    def _waits(self, patience: int) -> None:
        """All that is waited for in real time takes as many times as long: for a machine that has much else to do."""
        switches = self.control("GET", "switches")["switches"]
        lengthened = {name: switches[name] * patience for name in ("webhook_timeout_ms", "function_timeout_ms")}
        self.control("POST", "switches", lengthened)
        self.http.timeout = 60 * patience

    @property
    def domain(self) -> str:
        """Where the functions are."""
        return str(self._stood.outputs["domain"])

    @property
    def flow(self) -> str | None:
        """The flow through which parked conversations are resumed, where that is so."""
        return self._stood.flow

    @property
    def credentials(self) -> tuple[str, str]:
        """Account SID and auth token."""
        return str(self.account["accountSid"]), str(self.account["authToken"])

    def keep(self, name: str) -> None:
        """Keep how all is now, for `restore`."""
        self.control("GET", "idle")
        self.control("POST", f"snapshots/{name}")

    def restore(self, name: str = BLANK) -> None:
        """All is as it was then; by default: no fault, no conversation, every switch at its default."""
        if self.control("POST", f"snapshots/{name}/restore")["ended"]:
            self._start_functions()

    def digest(self) -> str:
        """The same for states that differ in nothing but SIDs and other marks drawn at random."""
        return str(self.control("GET", "digest?but=serverless")["digest"])

    def scene(self, name: str, begin: Callable[[], "Story"]) -> "Story":
        """The story as it stood when it had begun; it is begun once, then restored."""
        if name not in self._scenes:
            self.restore()
            story = begin()
            self.keep(name)
            self._scenes[name] = story
        self.restore(name)
        return self._scenes[name].again()

    def hired(self, name: str, roles: tuple[str, ...] = ("agent",)) -> Agent:
        """A new agent of the queue Support, available."""
        attributes = json.dumps({"contact_uri": f"client:{name}", "skills": ["support"]})
        address = f"taskrouter.twilio.com/v1/Workspaces/{self.account['workspaceSid']}/Workers"
        worker = self.api("POST", address, FriendlyName=name, Attributes=attributes)
        agent = Agent(self, name, roles, worker["sid"])
        agent.goes(available=True)
        return agent

    def deliver(self, url: str, form: Mapping[str, str]) -> tuple[int, str]:
        """A webhook's delivery, or any call of a protected function, signed by Twilio's own library."""
        signature = RequestValidator(self.account["authToken"]).compute_signature(url, dict(form))
        return self._posted(url, {"X-Twilio-Signature": signature}, data=dict(form))

    def deliver_json(self, url: str, value: Any) -> tuple[int, str]:
        """What Event Streams sends: JSON, of which the signed URL has the digest."""
        body = json.dumps(value).encode()
        signed = f"{url}?bodySHA256={hashlib.sha256(body).hexdigest()}"
        signature = RequestValidator(self.account["authToken"]).compute_signature(signed, {})
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/json"}
        return self._posted(signed, headers, content=body)

    def reads(self, *addresses: str, settled: bool) -> list[Any]:
        """What Twilio's API shows at one moment, None for what is not there."""
        given = {"addresses": list(addresses), "settled": settled}
        answers = self.control("POST", "reads", given)["answers"]
        for address, answer in zip(addresses, answers, strict=True):
            assert answer["status"] in {200, 404}, (address, answer)
        return [answer["body"] if answer["status"] == 200 else None for answer in answers]

    @contextmanager
    def fault(self, fault: Mapping[str, Any] | None) -> Iterator[list[int]]:
        """Within it the fault is in force. When it ends, the list holds how often it struck."""
        hits: list[int] = []
        if fault is None:
            yield hits
            return
        given = dict(fault)
        if "hang_seconds" in given:
            given["hang_seconds"] *= self._stood.patience
        self.control("POST", "faults", given)
        try:
            yield hits
        finally:
            hits += [int(found["hits"]) for found in self.control("GET", "faults")["faults"]]
            self.control("DELETE", "faults")
            self.control("GET", "idle")
            if sum(hits) and fault.get("action") == "kill":
                self._start_functions()

    def stop(self) -> None:
        """End the emulator with its functions, and remove its state."""
        self.http.close()
        self.emulator.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_functions(self) -> None:
        """They run again before they are called in Twilio's time: on a busy machine a start takes some of it."""
        self.http.post(f"/{self.domain}/park")

    def _posted(self, url: str, headers: Mapping[str, str], **body: Any) -> tuple[int, str]:
        parts = urlsplit(url)
        target = f"/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        answer = self.http.post(target, headers=dict(headers), **body)
        return answer.status_code, answer.text
