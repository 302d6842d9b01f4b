"""Deploys small Serverless services to an emulator, as official tools do: the official client and multipart uploads."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from twilio_emulator.testing import Emulator

DEPENDENCIES = {"twilio": "6.2.0", "@twilio/runtime-handler": "2.1.0"}
Code = Mapping[str, tuple[str, str]]
"""Functions by path: visibility and source."""


class _ToEmulator(TwilioHttpClient):
    """Sends `https://<host>/<path>` to the emulator's `/<host>/<path>`."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        parts = urlsplit(url)
        target = f"{self._url}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().request(method, target, *args, **kwargs)


def client_of(emulator: Emulator) -> Client:
    """The official client of the emulator's account."""
    return Client(emulator.account_sid, emulator.auth_token, http_client=_ToEmulator(emulator.url))


@dataclass
class Site:
    """One service with one environment, and what was deployed last."""

    emulator: Emulator
    service_sid: str
    environment_sid: str
    domain: str
    build_sid: str | None = None

    @property
    def api(self) -> Any:
        """The official client's context of the service."""
        return client_of(self.emulator).serverless.v1.services(self.service_sid)

    @property
    def environment(self) -> Any:
        """The official client's context of the environment."""
        return self.api.environments(self.environment_sid)

    def upload(self, path: str, visibility: str, source: str, *, kind: str = "Functions") -> str:
        """A new function (or asset) with one version; the version's SID."""
        collection = self.api.functions if kind == "Functions" else self.api.assets
        owner = collection.create(friendly_name=path)
        answer = httpx.post(
            f"{self.emulator.url}/serverless-upload.twilio.com/v1/Services/{self.service_sid}/{kind}/{owner.sid}/Versions",
            auth=(self.emulator.account_sid, self.emulator.auth_token),
            data={"Path": path, "Visibility": visibility},
            files={"Content": (f"{path[1:]}.js", source.encode(), "application/javascript")},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sid"])

    def build(self, code: Code, dependencies: Mapping[str, str] | None = None) -> str:
        """Uploads and builds; the build's SID, once its status is no longer `building`."""
        versions = [self.upload(path, visibility, source) for path, (visibility, source) in code.items()]
        packages = [{"name": name, "version": version} for name, version in (dependencies or DEPENDENCIES).items()]
        sid = self.api.builds.create(
            function_versions=versions, dependencies=json.dumps(packages), runtime="node22"
        ).sid
        self.wait(sid)
        return str(sid)

    def wait(self, build_sid: str, seconds: float = 120) -> str:
        """The build's last status."""
        until = time.monotonic() + seconds
        while (status := self.api.builds(build_sid).build_status().fetch().status) == "building":
            assert time.monotonic() < until, "the build does not end"
            time.sleep(0.05)
        return str(status)

    def deploy(self, code: Code) -> None:
        """Builds and deploys."""
        self.build_sid = self.build(code)
        self.environment.deployments.create(build_sid=self.build_sid)

    def call(self, path: str, method: str = "GET", **request: Any) -> httpx.Response:
        """Calls the deployed domain, with time for a Function that runs too long."""
        return httpx.request(method, f"{self.emulator.url}/{self.domain}{path}", timeout=30, **request)


def new_site(emulator: Emulator, name: str, code: Code | None = None, *, credentials: bool = True) -> Site:
    """A service `name` with an environment `dev`, and what is to be deployed there."""
    services = client_of(emulator).serverless.v1.services
    service = services.create(unique_name=name, friendly_name=name, include_credentials=credentials)
    environment = services(service.sid).environments.create(unique_name="dev", domain_suffix="dev")
    site = Site(emulator, service.sid, environment.sid, environment.domain_name)
    if code:
        site.deploy(code)
    return site
