"""The HTTPS proxy: unmodified clients, in Python and Node, with nothing but environment variables."""

import os
import ssl
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from twilio_emulator.testing import Emulator

PYTHON = """
import os
from twilio.rest import Client
client = Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
service = client.sync.v1.services.create(friendly_name="by proxy")
service.documents.create(unique_name="one", data={"x": 1})
print(client.api.v2010.accounts(client.account_sid).fetch().sid, service.fetch().friendly_name)
"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file."""
    with Emulator() as started:
        yield started


def test_the_official_client_needs_no_change(emulator: Emulator) -> None:
    """HTTPS_PROXY and a CA variable are all that the Python client is given."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "HTTPS_PROXY": emulator.proxy_url,
        "REQUESTS_CA_BUNDLE": emulator.ca_file,
        "TWILIO_ACCOUNT_SID": emulator.account_sid,
        "TWILIO_AUTH_TOKEN": emulator.auth_token,
    }
    ended = subprocess.run(
        [sys.executable, "-c", PYTHON], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout.split(maxsplit=1) == [emulator.account_sid, "by proxy\n"], ended.stderr


def test_other_hosts_are_refused(emulator: Emulator) -> None:
    """The proxy leads to no other place than the emulator."""
    for url in ("https://example.com/", "https://twilio.com.example.com/"):
        with pytest.raises(httpx.ProxyError, match="403"):
            httpx.get(url, proxy=emulator.proxy_url, trust_env=False)


def test_a_reset_reaches_the_client_through_the_proxy(emulator: Emulator) -> None:
    """Faults look the same by either way."""
    emulator.control("POST", "/faults", {"host": "api.twilio.com", "action": "reset"})
    context = ssl.create_default_context(cafile=emulator.ca_file)
    with httpx.Client(proxy=emulator.proxy_url, verify=context, trust_env=False) as client:
        with pytest.raises(httpx.TransportError):
            client.get("https://api.twilio.com/2010-04-01/Accounts.json")
        assert client.get("https://api.twilio.com/2010-04-01/Accounts.json").status_code == 401
