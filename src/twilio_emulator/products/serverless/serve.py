"""The gateway of deployed domains: what Twilio checks before a Function runs, and does around it.

Sources: https://www.twilio.com/docs/serverless/functions-assets/functions/request-flow and .../visibility.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from twilio_emulator.core.call import Reply
from twilio_emulator.core.world import World
from twilio_emulator.products.serverless.builds import packages
from twilio_emulator.products.serverless.deployments import code_files, variables
from twilio_emulator.products.serverless.rules import BUILD, Doc
from twilio_emulator.products.serverless.running import running
from twilio_emulator.products.serverless.services import environment_of_domain
from twilio_emulator.products.serverless.signature import is_signed
from twilio_emulator.runner import Deployed, InstallError, Request, RunnerError, install

_log = structlog.get_logger("twilio_emulator.serverless")
_METHODS = ("GET", "POST", "OPTIONS")
_LARGEST_BODY = 6 * 1024 * 1024


@dataclass(frozen=True)
class _Exchange:
    domain: str
    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def target(self) -> str:
        """The path with its query."""
        return f"{self.path}?{self.query_string}" if self.query_string else self.path


async def serve(  # noqa: PLR0917 - what a request has
    world: World, domain: str, method: str, path: str, query_string: str, headers: Mapping[str, str], body: bytes
) -> Reply:
    """Answers a request for a deployed domain. Header names are lower-case; path and query are as they were sent."""
    exchange = _Exchange(domain, method, path, query_string, headers, body)
    environment = environment_of_domain(world, domain)
    build = world.store.get(BUILD, environment["build_sid"]) if environment and environment["build_sid"] else None
    version = _version(build, path) if build else None
    if environment is None or build is None or version is None:
        return _text(404, "Not found")
    refusal = _refusal(world, environment, version, exchange)
    return refusal or await _run(world, environment, build, exchange)


def _version(build: Doc, path: str) -> Doc | None:
    served = {version["path"]: version for version in [*build["function_versions"], *build["asset_versions"]]}
    return served.get(path) or (served.get("/assets/index.html") if path == "/" else None)


def _refusal(world: World, environment: Doc, version: Doc, exchange: _Exchange) -> Reply | None:
    if version["visibility"] == "private":
        return _text(403, "Forbidden")
    if exchange.method not in _METHODS:
        return _text(405, "Method not allowed", {"allow": ", ".join(_METHODS)})
    if len(exchange.body) > _LARGEST_BODY:
        return _text(413, "Request entity too large")
    if version["visibility"] == "protected" and exchange.method != "OPTIONS":  # a preflight runs no code
        signed = is_signed(
            world.auth_token(environment["account_sid"]),
            exchange.headers.get("x-twilio-signature", ""),
            method=exchange.method,
            url=f"https://{exchange.domain}{exchange.target}",
            content_type=exchange.headers.get("content-type", ""),
            body=exchange.body,
            check_json=bool(world.switches["json_body_signature"]),
        )
        if not signed:
            return _text(403, "Unauthorized: signature validation failed")
    return None


async def _run(world: World, environment: Doc, build: Doc, exchange: _Exchange) -> Reply:
    try:
        modules = await install(packages(build))
        deployed = Deployed(
            environment_sid=environment["sid"],
            build_sid=build["sid"],
            domain=environment["domain_name"],
            modules=modules,
            variables=variables(world, environment),
            read_files=lambda: code_files(world, build),
        )
        answer = await running(world).pool.request(
            deployed,
            Request(exchange.method, exchange.target, exchange.headers, exchange.body),
            emulator=f"http://127.0.0.1:{world.settings.port}",
            timeout=int(world.switches["function_timeout_ms"]) / 1000,
        )
    except (InstallError, RunnerError) as error:
        _log.exception("functions cannot run", domain=exchange.domain)
        return _text(500, f"The emulator cannot run Functions: {error}")
    return Reply(answer.status, answer.body, dict(answer.headers))


def _text(status: int, text: str, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, text, {"content-type": "text/plain; charset=utf-8", **(headers or {})})
