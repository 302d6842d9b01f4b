"""The control plane: what tests and demos do to the emulated world."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from tests.contract.clients import client_by_address
from twilio_emulator.testing import Emulator


@pytest.fixture(scope="module")
def shared() -> Iterator[Emulator]:
    """One for the file."""
    with Emulator() as started:
        yield started


@pytest.fixture
def emulator(shared: Emulator) -> Emulator:
    """The shared one, emptied."""
    shared.control("POST", "/reset")
    return shared


def services(emulator: Emulator) -> list[str | None]:
    """Names of the Sync services: the test's world."""
    return [service.friendly_name for service in client_by_address(emulator).sync.v1.services.list()]


def test_reset_forgets_all_but_the_credentials(emulator: Emulator) -> None:
    """Between tests the world is empty, and clients stay valid."""
    client_by_address(emulator).sync.v1.services.create(friendly_name="gone")
    emulator.control("POST", "/clock", {"advance": 3600})
    emulator.control("POST", "/reset")
    assert services(emulator) == []
    assert abs(emulator.control("GET", "/clock")["timestamp"] - time.time()) < 5


def test_the_clock_goes_forward_alone(emulator: Emulator) -> None:
    """Advancing adds up; going back is refused in words."""
    start = emulator.control("GET", "/clock")["timestamp"]
    emulator.control("POST", "/clock", {"advance": 100})
    assert emulator.control("POST", "/clock", {"advance": 20})["timestamp"] >= start + 120
    with pytest.raises(RuntimeError, match="never goes back"):
        emulator.control("POST", "/clock", {"advance": -1})


def test_a_stopped_clock_moves_only_when_it_is_advanced(emulator: Emulator) -> None:
    """How fast a machine is decides nothing; started again it goes on from where it stood."""
    stood = emulator.control("POST", "/clock", {"stopped": True})["timestamp"]
    client_by_address(emulator).sync.v1.services.create(friendly_name="later")
    assert emulator.control("GET", "/clock") | {"now": ""} == {"now": "", "timestamp": stood, "stopped": True}
    assert emulator.control("POST", "/clock", {"advance": 60})["timestamp"] == stood + 60
    assert emulator.control("POST", "/clock", {"stopped": False})["timestamp"] >= stood + 60
    with pytest.raises(RuntimeError, match="true or false"):
        emulator.control("POST", "/clock", {"stopped": "yes"})


def test_a_snapshot_brings_everything_back(emulator: Emulator) -> None:
    """What was made, the clock, the switches, faults and log: as often as wanted."""
    client = client_by_address(emulator)
    client.sync.v1.services.create(friendly_name="kept")
    stood = emulator.control("POST", "/clock", {"stopped": True})["timestamp"]
    emulator.control("POST", "/switches", {"queue_sid_alone": True})
    emulator.control("POST", "/snapshots/before")
    for _ in range(2):
        client.sync.v1.services.create(friendly_name="made since")
        emulator.control("POST", "/clock", {"advance": 60})
        emulator.control("POST", "/switches", {"queue_sid_alone": False})
        emulator.control("POST", "/faults", {"status": 500})
        emulator.control("POST", "/snapshots/before/restore")
        assert emulator.control("GET", "/requests") == {"requests": []}
        assert services(emulator) == ["kept"]
        assert emulator.control("GET", "/clock")["timestamp"] == stood
        assert emulator.control("GET", "/switches")["switches"]["queue_sid_alone"] is True
    with pytest.raises(RuntimeError, match="no snapshot nothing"):
        emulator.control("POST", "/snapshots/nothing/restore")


def test_worlds_that_differ_only_by_chance_have_one_digest(emulator: Emulator) -> None:
    """The same done twice is the same, whatever SIDs were drawn; anything else is not."""
    emulator.control("POST", "/clock", {"stopped": True})
    emulator.control("POST", "/snapshots/empty")

    def made(*names: str) -> str:
        emulator.control("POST", "/snapshots/empty/restore")
        for name in names:
            client_by_address(emulator).sync.v1.services.create(friendly_name=name)
        return str(emulator.control("GET", "/digest")["digest"])

    assert made("one", "two") == made("one", "two")
    assert len({made("one", "two"), made("two", "one"), made("one"), made()}) == 4
    made("one")
    assert emulator.control("GET", "/digest", {"but": "sync."}) == {"digest": made()}


def test_several_things_are_read_at_once(emulator: Emulator) -> None:
    """As the API shows them, refusals included; neither faults nor the log have to do with it."""
    client_by_address(emulator).sync.v1.services.create(friendly_name="one")
    emulator.control("DELETE", "/requests")
    emulator.control("POST", "/faults", {"status": 500})
    given = {
        "addresses": ["sync.twilio.com/v1/Services?PageSize=5", "sync.twilio.com/v1/Services/IS0"],
        "settled": True,
    }
    found, missing = emulator.control("POST", "/reads", given)["answers"]
    assert (found["status"], found["body"]["services"][0]["friendly_name"]) == (200, "one")
    assert (missing["status"], missing["body"]["code"]) == (404, 20404)
    assert emulator.control("GET", "/requests") == {"requests": []}


def test_a_fault_before_the_effect_prevents_it(emulator: Emulator) -> None:
    """The second creation is refused with 429 and Retry-After, and was not made."""
    fault = {"host": "sync.twilio.com", "method": "POST", "nth": 2, "status": 429, "retry_after": 7}
    emulator.control("POST", "/faults", fault)
    client = client_by_address(emulator)
    client.sync.v1.services.create(friendly_name="first")
    answer = httpx.post(
        f"{emulator.url}/sync.twilio.com/v1/Services",
        auth=(emulator.account_sid, emulator.auth_token),
        data={"FriendlyName": "second"},
    )
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, 20429, "7")
    client.sync.v1.services.create(friendly_name="third")
    assert services(emulator) == ["first", "third"]


def test_a_fault_after_the_effect_hides_it(emulator: Emulator) -> None:
    """The client sees 500, and the service was made: the ambiguous answer."""
    emulator.control("POST", "/faults", {"path": "^/v1/Services$", "method": "POST", "when": "after", "status": 500})
    with pytest.raises(TwilioRestException) as failed:
        client_by_address(emulator).sync.v1.services.create(friendly_name="made all the same")
    assert failed.value.status == 500
    assert services(emulator) == ["made all the same"]


@pytest.mark.parametrize(("when", "made"), [("before", []), ("after", ["reset"])])
def test_a_connection_can_be_reset(emulator: Emulator, when: str, made: list[str]) -> None:
    """Before or after the effect, the client gets no answer at all."""
    emulator.control("POST", "/faults", {"method": "POST", "when": when, "action": "reset"})
    with pytest.raises(httpx.TransportError):
        httpx.post(
            f"{emulator.url}/sync.twilio.com/v1/Services",
            auth=(emulator.account_sid, emulator.auth_token),
            data={"FriendlyName": "reset"},
        )
    assert services(emulator) == made


def test_an_answer_can_hang(emulator: Emulator) -> None:
    """A client's own deadline is what ends it."""
    emulator.control("POST", "/faults", {"action": "hang", "hang_seconds": 5})
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{emulator.url}/sync.twilio.com/v1/Services", auth=("AC", "x"), timeout=0.3)


@pytest.mark.parametrize(("when", "made"), [("before", []), ("after", ["held"])])
def test_a_call_can_be_held_while_something_else_happens(emulator: Emulator, when: str, made: list[str]) -> None:
    """Before or after its effect it waits to be released, then goes on undisturbed."""
    emulator.control("POST", "/faults", {"method": "POST", "when": when, "action": "hold"})
    with ThreadPoolExecutor(1) as aside:
        held = aside.submit(client_by_address(emulator).sync.v1.services.create, friendly_name="held")
        assert emulator.control("GET", "/faults/held") == {"held": True}
        assert (services(emulator), held.done()) == (made, False)
        emulator.control("POST", "/faults/release")
        assert held.result().friendly_name == "held"
    assert services(emulator) == ["held"]
    assert emulator.control("GET", "/faults/held", {"timeout": 0}) == {"held": False}


def test_a_fault_strikes_as_often_as_it_says(emulator: Emulator) -> None:
    """Once by default, `times: null` until it is taken away."""
    emulator.control("POST", "/faults", {"status": 503, "times": None})
    for _ in range(3):
        with pytest.raises(TwilioException):
            services(emulator)
    assert emulator.control("GET", "/faults")["faults"][0]["hits"] == 3
    emulator.control("DELETE", "/faults")
    assert services(emulator) == []


@pytest.mark.parametrize("fault", [{}, {"stauts": 500}, {"status": 500, "path": "("}])
def test_a_fault_that_makes_no_sense_is_refused(emulator: Emulator, fault: dict[str, object]) -> None:
    """A mistyped fault would make a test pass that tests nothing; it is not in force either."""
    with pytest.raises(RuntimeError):
        emulator.control("POST", "/faults", fault)
    assert emulator.control("GET", "/faults")["faults"] == []


def test_the_log_has_requests_and_no_secrets(emulator: Emulator) -> None:
    """Operations by name, forms, statuses; credentials and tokens never."""
    client = client_by_address(emulator)
    client.sync.v1.services.create(friendly_name="seen")
    httpx.post(
        f"{emulator.url}/iam.twilio.com/v1/Accounts/{emulator.account_sid}/Tokens/validate",
        auth=(emulator.account_sid, emulator.auth_token),
        data={"token": "very secret"},
    )
    entries = emulator.control("GET", "/requests")["requests"]
    assert [(entry["operation"], entry["status"], entry["source"]) for entry in entries] == [
        ("CreateService", 201, "api"),
        ("ValidateToken", 200, "api"),
    ]
    assert entries[0]["form"] == {"FriendlyName": ["seen"]}
    assert "very secret" not in str(entries)
    assert emulator.auth_token not in str(entries)
    assert emulator.control("GET", "/counts")["counts"] == {"CreateService": 1, "ValidateToken": 1}
    assert len(emulator.control("GET", "/requests", {"since": entries[0]["n"]})["requests"]) == 1


def test_a_switch_takes_allowed_values_alone(emulator: Emulator) -> None:
    """A mistyped switch is refused with what is allowed, and none of those beside it is changed."""
    emulator.control("POST", "/switches", {"invite_answer": "bare"})
    assert emulator.control("GET", "/switches")["switches"]["invite_answer"] == "bare"
    with pytest.raises(RuntimeError, match="full, bare"):
        emulator.control("POST", "/switches", {"invite_answer": "short"})
    with pytest.raises(RuntimeError, match="there is no switch"):
        emulator.control("POST", "/switches", {"build_polls": 3, "invite_anser": "bare"})
    assert emulator.control("GET", "/switches")["switches"]["build_polls"] == 0


def test_latency_is_added_to_calls(emulator: Emulator) -> None:
    """So that waiting can be measured."""
    emulator.control("POST", "/latency", {"ms": 80})
    started = time.perf_counter()
    services(emulator)
    assert time.perf_counter() - started >= 0.08


def test_a_token_is_validated_until_it_expires(emulator: Emulator) -> None:
    """What the Flex token validator of npm sends and reads."""
    token = emulator.control("POST", "/token", {"identity": "ann", "roles": ["supervisor"], "expiresIn": 60})["token"]
    address = f"{emulator.url}/iam.twilio.com/v1/Accounts/{emulator.account_sid}/Tokens/validate"
    auth = (emulator.account_sid, emulator.auth_token)
    valid = httpx.post(address, auth=auth, json={"token": token}).json()
    assert (valid["valid"], valid["code"], valid["identity"], valid["roles"]) == (True, 0, "ann", ["supervisor"])
    assert httpx.post(address, auth=auth, json={"token": token + "x"}).json()["code"] == 20101
    emulator.control("POST", "/clock", {"advance": 61})
    expired = httpx.post(address, auth=auth, json={"token": token}).json()
    assert (expired["valid"], expired["code"], expired["worker_sid"]) == (False, 20104, None)


def test_the_coverage_page_lists_what_is_imitated(emulator: Emulator) -> None:
    """Operation by operation, for people and for programs."""
    listed = emulator.control("GET", "/coverage")
    rows = {(row["host"], row["operation"]): row["served"] for row in listed["operations"]}
    assert rows["sync.twilio.com", "CreateSyncMapItem"]
    assert not rows["sync.twilio.com", "CreateSyncStream"]
    assert rows["iam.twilio.com", "ValidateToken"]
    page = httpx.get(f"{emulator.url}/_emulator/")
    assert page.headers["content-type"].startswith("text/html")
    assert "CreateSyncStream" in page.text


def test_state_survives_in_its_file(tmp_path: Path) -> None:
    """Stopped and started again: same account, same things, same time."""
    with Emulator(state=tmp_path / "state.db") as first:
        client_by_address(first).sync.v1.services.create(friendly_name="kept")
        first.control("POST", "/clock", {"advance": 86_400})
        assert first.stop() == 0
    with Emulator(state=tmp_path / "state.db") as second:
        assert (second.account_sid, second.auth_token) == (first.account_sid, first.auth_token)
        assert services(second) == ["kept"]
        assert second.control("GET", "/clock")["timestamp"] > time.time() + 86_000


def test_a_state_file_has_one_emulator(tmp_path: Path) -> None:
    """A second one, or a file that is none of ours, is refused in one line."""
    (tmp_path / "text.db").write_text("this is no database, and long enough to be seen as none" * 20)
    with Emulator(state=tmp_path / "state.db"):
        for name in ("state.db", "text.db", "no/such/folder.db"):
            command = [sys.executable, "-m", "twilio_emulator", "--state", str(tmp_path / name)]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=30, env=_environment(), check=False)
            assert ended.returncode == 1
            assert ended.stderr.count("\n") == 1
            assert "--state" in ended.stderr


def test_a_named_account_is_the_one_that_is_printed(tmp_path: Path) -> None:
    """Also with a state file that knows another."""
    with Emulator(state=tmp_path / "state.db") as first:
        pass
    options = ("--account-sid", "AC" + "e" * 32, "--auth-token", "s" * 32)
    with Emulator(*options, state=tmp_path / "state.db") as second:
        assert (second.account_sid, second.auth_token) == ("AC" + "e" * 32, "s" * 32)
        assert second.account_sid != first.account_sid
        assert services(second) == []


def test_a_port_in_use_is_said_in_one_line() -> None:
    """Exit code 1, the port, and what is allowed; no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for option in ("--port", "--proxy-port"):
            command = [sys.executable, "-m", "twilio_emulator", option, port]
            ended = subprocess.run(command, capture_output=True, text=True, timeout=30, env=_environment(), check=False)
            assert ended.returncode == 1
            assert ended.stderr.count("\n") == 1
            assert port in ended.stderr
            assert option in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(number: signal.Signals) -> None:
    """Exit code 0, and the CA file is gone."""
    emulator = Emulator()
    assert Path(emulator.ca_file).exists()
    os.kill(emulator.pid, number)
    assert emulator.stop() == 0
    assert not Path(emulator.ca_file).exists()


def test_it_ends_with_its_parent() -> None:
    """A test run that is killed leaves no emulator behind."""
    code = (
        "import os; from twilio_emulator.testing import Emulator; e = Emulator(); print(e.url, flush=True); os._exit(0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, env=_environment(), check=True
    )
    url = ended.stdout.strip()
    for _ in range(100):
        try:
            httpx.get(f"{url}/_emulator/clock")
        except httpx.ConnectError:
            return
        time.sleep(0.05)
    raise AssertionError("it still answers")


def test_a_detached_one_outlives_its_parent() -> None:
    """What `--keep` leaves up; a signal to its process ends it."""
    code = (
        "import os; from twilio_emulator.testing import Emulator; e = Emulator(detached=True);"
        " print(e.url, e.pid, flush=True); os._exit(0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, timeout=30, env=_environment(), check=True
    )
    url, pid = ended.stdout.split()
    time.sleep(1)
    assert httpx.get(f"{url}/_emulator/clock").status_code == 200
    os.kill(int(pid), signal.SIGTERM)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
