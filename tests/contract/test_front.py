"""What every product's clients rely on: credentials, errors, addresses, the clock in the Date header, speed."""

import time
from collections.abc import Iterator

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from tests.contract.clients import client_by_address
from twilio_emulator.testing import Emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for all tests of this file; none of them needs an empty one."""
    with Emulator() as started:
        yield started


@pytest.fixture(scope="module")
def http(emulator: Emulator) -> Iterator[httpx.Client]:
    """Raw HTTP with the account's credentials."""
    auth = (emulator.account_sid, emulator.auth_token)
    with httpx.Client(base_url=emulator.url, auth=auth, trust_env=False) as client:
        yield client


def test_the_account_is_fetched(emulator: Emulator) -> None:
    """A deploy checks whose credentials it has by fetching the account."""
    account = client_by_address(emulator).api.v2010.accounts(emulator.account_sid).fetch()
    assert account.sid == emulator.account_sid
    assert account.status == "active"


def test_another_account_is_not_found(emulator: Emulator) -> None:
    """Credentials open their own account alone."""
    with pytest.raises(TwilioRestException) as refused:
        client_by_address(emulator).api.v2010.accounts("AC" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


@pytest.mark.parametrize("address", ["/sync.twilio.com/v1/Services", "/sync.twilio.com/v1/Nothing"])
def test_wrong_credentials_answer_20003(emulator: Emulator, address: str) -> None:
    """A wrong token is refused as Twilio refuses it, whatever is asked for."""
    answer = httpx.get(emulator.url + address, auth=(emulator.account_sid, "wrong"))
    assert answer.status_code == 401
    assert answer.json()["code"] == 20003
    assert set(answer.json()) == {"code", "message", "more_info", "status"}


def test_no_credentials_answer_401(emulator: Emulator) -> None:
    """Nothing is served without credentials."""
    assert httpx.get(f"{emulator.url}/api.twilio.com/2010-04-01/Accounts.json").status_code == 401


def test_an_api_key_opens_its_account(emulator: Emulator) -> None:
    """A standard API key with its secret is as good as the auth token, until it is deleted."""
    key = client_by_address(emulator).new_keys.create(friendly_name="ci")
    by_key = client_by_address(emulator, key.sid, key.secret)
    assert by_key.keys(key.sid).fetch().friendly_name == "ci"
    assert key.sid in [listed.sid for listed in by_key.keys.list()]
    by_key.keys(key.sid).delete()
    with pytest.raises(TwilioRestException) as refused:
        by_key.keys(key.sid).fetch()
    assert refused.value.status == 401


def test_a_path_that_twilio_does_not_know_is_404(http: httpx.Client) -> None:
    """Twilio's own refusal, with the path in it."""
    body = http.get("/taskrouter.twilio.com/v1/Nothing").json()
    assert (body["status"], body["code"]) == (404, 20404)
    assert "/v1/Nothing" in body["message"]


def test_an_operation_that_is_not_imitated_is_refused_by_name(http: httpx.Client) -> None:
    """Nobody takes a missing imitation for an answer of Twilio."""
    answer = http.post("/api.twilio.com/2010-04-01/Accounts/AC0/Messages.json", data={"To": "+15550100"})
    assert answer.status_code == 501
    assert "CreateMessage" in answer.json()["message"]


def test_a_wrong_method_is_405(http: httpx.Client, emulator: Emulator) -> None:
    """The path is right, the method is not."""
    answer = http.put(f"/api.twilio.com/2010-04-01/Accounts/{emulator.account_sid}.json")
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


def test_the_host_header_is_an_address_too(emulator: Emulator, http: httpx.Client) -> None:
    """A client that resolves Twilio's names to this machine needs no path prefix; edges lead to the same product."""
    path = f"/2010-04-01/Accounts/{emulator.account_sid}.json"
    for host in ("api.twilio.com", "api.dublin.ie1.twilio.com"):
        assert http.get(path, headers={"host": host}).json()["sid"] == emulator.account_sid


def test_the_date_header_tells_the_emulators_time(http: httpx.Client, emulator: Emulator) -> None:
    """Leases are judged by this header, so it must move with the clock."""
    before = http.get("/sync.twilio.com/v1/Services").headers["date"]
    emulator.control("POST", "/clock", {"advance": 3 * 86_400})
    after = http.get("/sync.twilio.com/v1/Services").headers["date"]
    assert before.endswith("GMT")
    assert before[:16] != after[:16]


def test_pages_lead_to_each_other(emulator: Emulator) -> None:
    """The official client walks through pages by next_page_url."""
    client = client_by_address(emulator)
    made = {client.sync.v1.services.create(friendly_name=f"page {n}").sid for n in range(7)}
    listed = [service.sid for service in client.sync.v1.services.list(page_size=3)]
    assert made <= set(listed)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("query", ["PageSize=0", "PageSize=x", "Page=-1"])
def test_an_impossible_page_is_refused(http: httpx.Client, query: str) -> None:
    """Mistakes in paging are seen, not smoothed over."""
    assert http.get(f"/sync.twilio.com/v1/Services?{query}").status_code == 400


def test_a_simple_get_takes_under_two_milliseconds(http: httpx.Client, emulator: Emulator) -> None:
    """Large stacks wait for nothing but Twilio's own pace. The best of many calls counts, as machines stall."""
    path = f"/api.twilio.com/2010-04-01/Accounts/{emulator.account_sid}.json"
    times = []
    for _ in range(100):
        started = time.perf_counter()
        http.get(path).raise_for_status()
        times.append(time.perf_counter() - started)
    assert min(times) < 0.002
